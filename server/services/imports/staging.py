"""Rows between file and tables, on disk, so that memory does not grow with the file.

A SQLite file of its own beside nothing else, deleted when it is closed. Personal data are never
written to disk in clear: a kind that holds them is staged in memory.
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.services.imports.faults import Fault
from shared.text import Text

AT_ONCE = 5000
Values = dict[str, Any]
Staged = tuple[int, Values]
"""A row as a spreadsheet counts it, and its values by field."""

_written = json.JSONEncoder(ensure_ascii=False).encode

TABLES = (
    """CREATE TABLE staged (
        row INTEGER PRIMARY KEY, key TEXT NOT NULL, grp TEXT NOT NULL, data TEXT NOT NULL)""",
    """CREATE TABLE fault (
        row INTEGER NOT NULL, heading TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL)""",
)


class Staging:
    """Rows and faults of one file."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE"):
            database.execute(f"PRAGMA {pragma}")
        for table in TABLES:
            database.execute(table)

    def add(self, rows: Iterable[tuple[int, str, str, Values]]) -> None:
        """Rows as (number, natural key, group, values)."""
        self._database.executemany(
            "INSERT INTO staged VALUES (?, ?, ?, ?)",
            ((row, key, group, _written(data)) for row, key, group, data in rows),
        )

    def blame(self, faults: Iterable[Fault]) -> None:
        self._database.executemany(
            "INSERT INTO fault VALUES (?, ?, ?, ?)",
            ((each.row, each.column, each.text.zh, each.text.en) for each in faults),
        )

    def blame_twins(self, told: Text) -> None:
        """Every row whose natural key an earlier one has; `told` says so, with its `{row}`."""
        found = self._database.execute(
            "SELECT row, first FROM (SELECT row, min(row) OVER (PARTITION BY key) AS first"
            " FROM staged) WHERE row <> first ORDER BY row"
        )
        while some := found.fetchmany(AT_ONCE):
            self.blame([Fault(row, "", told.filled(row=first)) for row, first in some])

    def blame_groups(self) -> None:
        """What belongs together is taken or left as a whole."""
        text = Text("同一组的其他行有错误", "Another row of the same group is wrong")
        rows = self._database.execute(
            "SELECT row FROM staged WHERE grp IN (SELECT grp FROM staged WHERE grp <> '' AND row IN"
            " (SELECT row FROM fault)) AND row NOT IN (SELECT row FROM fault) ORDER BY row"
        ).fetchall()
        self.blame([Fault(row, "", text) for (row,) in rows])

    def bad(self) -> int:
        """How many rows are refused."""
        (count,) = self._database.execute("SELECT count(DISTINCT row) FROM fault").fetchone()
        return int(count)

    def faults(self) -> Iterator[list[Fault]]:
        """All faults in the order of the rows, some at a time."""
        found = self._database.execute(
            "SELECT row, heading, zh, en FROM fault ORDER BY row, heading"
        )
        while some := found.fetchmany(AT_ONCE):
            yield [Fault(row, heading, Text(zh, en)) for row, heading, zh, en in some]

    def good(self) -> Iterator[Sequence[Staged]]:
        """Rows nothing is wrong with, some at a time; a group is never divided."""
        found = self._database.execute(
            "SELECT row, grp, data FROM staged WHERE row NOT IN (SELECT row FROM fault)"
            " ORDER BY grp, row"
        )
        held: list[Staged] = []
        last = ""
        for row, group, data in found:
            if len(held) >= AT_ONCE and (not group or group != last):
                yield held
                held = []
            held.append((row, json.loads(data)))
            last = group
        if held:
            yield held


@contextmanager
def open_staging(*, on_disk: bool) -> Iterator[Staging]:
    """An empty staging area, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mingcha-import-") as folder:
        place = str(Path(folder) / "staged.db") if on_disk else ":memory:"
        database = sqlite3.connect(place, isolation_level=None)
        try:
            yield Staging(database)
        finally:
            database.close()
