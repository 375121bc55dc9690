"""A session that writes everything that waits in it as one statement, where that is asked for.

The unit of work asks the database once for each kind of row it adds or changes, and a push adds and
changes a dozen kinds. After `gather` a flush says all of it at once: the rows of each table are one
JSON value, and the inserts and updates are parts of one statement (PostgreSQL; foreign keys are
looked at when the transaction commits, so no part waits for another). Rows given to `put` wait for
the next flush as objects do, and any query of the session flushes before, as ever. What will be
wanted may be asked ahead in one statement too. SQLite, and a flush with anything unusual in it, go
the usual way.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

import orjson
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Connection, Engine, event, insert, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import (
    DeclarativeBase,
    InstanceState,
    Session,
    SessionTransaction,
    make_transient_to_detached,
)
from sqlalchemy.orm.base import LoaderCallableStatus
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import JSON

from server import driver
from server.asking_ahead import Foreseen, Question
from server.driver import Json, Rows, Told

Table = type[DeclarativeBase]
Row = Mapping[str, Any]

# What a push asks and writes is found by its keys, whatever grows beside it. Left to itself
# PostgreSQL keeps a plan that reads a table whole, if it was made while the table was small, and
# plans anew each time what it might find in another way.
_BY_KEYS = "; ".join(
    f"SET LOCAL {name} = {value}"
    for name, value in {
        "plan_cache_mode": "force_generic_plan",
        **dict.fromkeys(
            ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"), "off"
        ),
    }.items()
)


class Part(NamedTuple):
    """One part of the statement: rows to add, or to change where `keys` name what tells them.

    `reckoned` are columns that the database fills in, with the SQL it does so by. `beside` is SQL
    after the rows, which it calls `news`: a join that makes several of one, or none.
    """

    table: Table
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()
    reckoned: tuple[tuple[str, str], ...] = ()
    beside: str = ""


class Beside(NamedTuple):
    """What is done in the same statement otherwise: its parts in SQL, each `name AS (…)`.

    They know the values given with them as `$1` and so on.
    """

    parts: tuple[str, ...]
    values: tuple[Json, ...]


class GatheringSession(Session):
    """See the module; `gather` holds until the session ends."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self._gathers = False
        self._waiting: dict[Part, list[Row]] = {}
        self._beside: list[Beside] = []
        self._foreseen = Foreseen()

    @property
    def gathers(self) -> bool:
        """Whether statements are put together here."""
        return self._gathers

    def gather(self) -> None:
        """From now on a flush is one statement, where the database can take it.

        And until the transaction ends every plan goes by keys.
        """
        self._gathers = driver.takes(self.connection())
        if self._gathers:
            _go_by_keys(self.connection())

    def begin_anew(self) -> None:
        """Roll back, and know nothing of what was read."""
        self.rollback()
        self.expunge_all()
        self._foreseen = Foreseen()

    def unless_waiting(self, *tables: Table) -> AbstractContextManager[object]:
        """For queries of these tables: where none of their rows waits, nothing is written before.

        A session that does not gather writes what waits, as ever.
        """
        if self._gathers and not any(isinstance(one, tables) for one in (*self.new, *self.dirty)):
            return self.no_autoflush
        self.flush()
        return nullcontext()

    def ask_ahead(self, *questions: Question) -> None:
        """Ask now, as one statement, what `rows_of` will want of this session."""
        if self._gathers:
            self._foreseen.ask(self.connection(), questions)

    def foreseen(self, statement: Any, told: Told) -> Rows | None:
        """The rows of a question that was asked ahead, once; else None."""
        return self._foreseen.take(statement, told)

    def foreseen_objects(
        self, statement: Any, told: Told, table: Table
    ) -> list[tuple[Any, tuple[Any, ...]]] | None:
        """Objects that a question asked ahead has found, each with what its row says beside.

        Once; None if it was not asked, or if the session has one of them already. The rows begin
        with the columns of `table` in their order, as those of `select(table)` do.
        """
        rows = self._foreseen.take_rows(statement, told)
        if rows is None:
            return None
        columns = _shape(table).columns
        each = [(dict(zip(columns, row, strict=False)), row[len(columns) :]) for row in rows]
        keys = [identity_key(table, [of[key] for key in _shape(table).keys]) for of, _ in each]
        if any(key in self.identity_map for key in keys):
            return None
        return [(self._adopt(table, values), beside) for values, beside in each]

    def _adopt(self, table: Table, values: dict[str, Any]) -> Any:
        """A row that was read past the session, as an object of it."""
        made = table()
        made.__dict__.update(values)  # nothing has to be noted as changed
        make_transient_to_detached(made)
        self.add(made)
        return made

    def foresees_nothing(self, statement: Any, told: Told) -> bool:
        """Whether a question was asked ahead, of these values or more, and nothing was found."""
        return self._foreseen.is_nothing(statement, told)

    def put(
        self,
        table: Table,
        rows: Sequence[Row],
        reckoned: Mapping[str, str] | None = None,
        beside: str = "",
    ) -> None:
        """Insert rows of the same columns, that lack nothing: at once, or with the next flush.

        For `reckoned` and `beside`, which only PostgreSQL knows, see `Part`.
        """
        columns = _shape(table).columns
        if self._gathers and rows[0].keys() == set(columns):
            rows = [{key: row[key] for key in columns} for row in rows]  # one part with objects
        part = Part(table, tuple(rows[0]), reckoned=tuple((reckoned or {}).items()), beside=beside)
        if self._gathers:
            self._waiting.setdefault(part, []).extend(rows)
        elif driver.takes(self.connection()):
            write(self.connection(), {part: rows})
        else:
            self.connection().execute(insert(table), list(rows))

    def do_beside(self, beside: Beside) -> None:
        """Do it with the next flush; only for a session that gathers."""
        self._beside.append(beside)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what waits: gathered, if that was asked for and all of it is usual."""
        if not self._gathers or objects is not None:
            super().flush(objects)
            return
        parts, self._waiting = self._waiting, {}
        beside, self._beside = self._beside, []
        states = self._take(parts)
        if parts or beside:  # in one order, so that it is few statements that PostgreSQL must know
            parts = dict(sorted(parts.items(), key=lambda part: _order(part[0])))
            write(self.connection(), parts, beside)
        if states is None:
            super().flush()
        else:
            self._register_persistent(states)

    def _take(self, parts: dict[Part, list[Row]]) -> set[InstanceState[Any]] | None:
        """Add what is new or changed to `parts`; nothing at all, and None, if one is unusual."""
        new, changed = [inspect(one) for one in self.new], [inspect(one) for one in self.dirty]
        if self.deleted or not all(_is_usual(state) for state in (*new, *changed)):
            return None
        for state in new:
            row = _whole(state)
            parts.setdefault(Part(state.class_, tuple(row)), []).append(row)
        for state in changed:
            columns, row = _difference(state)
            if columns:
                part = Part(state.class_, columns, _shape(_table(state)).keys)
                parts.setdefault(part, []).append(row)
        return {*new, *changed}

    def _forget(self) -> None:
        self._waiting.clear()
        self._beside.clear()
        self._foreseen = Foreseen()  # what was locked with it is not locked any more


@event.listens_for(GatheringSession, "after_soft_rollback")
def _after_rollback(session: GatheringSession, _transaction: SessionTransaction) -> None:
    session._forget()  # noqa: SLF001 -- its own


def _go_by_keys(connection: Connection) -> None:
    """Set it, in one word with the beginning of the transaction where that is not begun."""
    reached: Any = connection.connection.driver_connection
    begins = reached.pgconn.transaction_status == TransactionStatus.IDLE
    said = reached.pgconn.exec_(f"BEGIN; {_BY_KEYS}".encode() if begins else _BY_KEYS.encode())
    if said.status != ExecStatus.COMMAND_OK:
        connection.exec_driver_sql(_BY_KEYS)  # whatever is wrong is said in the usual way


def _order(part: Part) -> tuple[Any, ...]:
    return (part.table.__tablename__, *part[1:])


class _Shape(NamedTuple):
    """Of a table: its columns, those of its key, and those that a new row must say itself."""

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    needed: tuple[str, ...]
    usual: bool


@cache
def _shape(table: Table) -> _Shape:
    mapper = inspect(table)
    columns = {column.key: column for column in mapper.columns}
    keys = tuple(column.name for column in mapper.primary_key)
    return _Shape(
        columns=tuple(columns),
        keys=keys,
        needed=keys  # one that is missing the database counts up
        + tuple(
            key
            for key, column in columns.items()
            if column.server_default is not None
            or not isinstance(column.default, ScalarElementColumnDefault | None)
        ),
        usual=mapper.inherits is None
        and not mapper.relationships
        and all(
            key == column.name
            and column.onupdate is None
            and not (isinstance(column.type, JSON) and not column.type.none_as_null)
            for key, column in columns.items()
        ),
    )


@cache
def scalar_defaults(table: Table) -> Mapping[str, Any]:
    """What the columns of a table are when nothing is said, where that is a plain value."""
    told = {column.key: column.default for column in inspect(table).columns}
    return {
        key: one.arg for key, one in told.items() if isinstance(one, ScalarElementColumnDefault)
    }


def _table(state: InstanceState[Any]) -> Table:
    found: Table = state.class_
    return found


def _is_usual(state: InstanceState[Any]) -> bool:
    shape = _shape(_table(state))
    if not shape.usual:
        return False
    if state.key is None:
        return all(state.dict.get(key) is not None for key in shape.needed)
    said, before = state.dict, state.committed_state
    return all(before.get(key, said[key]) == said[key] for key in shape.keys)


def _whole(state: InstanceState[Any]) -> Row:
    """All columns of an object that is new, which from now on knows its defaults."""
    said, defaults = state.dict, scalar_defaults(_table(state))
    columns = _shape(_table(state)).columns
    for key in columns:
        said.setdefault(key, defaults.get(key))
    return {key: said[key] for key in columns}


def _difference(state: InstanceState[Any]) -> tuple[tuple[str, ...], Row]:
    """The columns of an object that are not what they were, and these with its key."""
    said, before = state.dict, state.committed_state
    columns = tuple(
        sorted(
            key
            for key, value in before.items()
            if value is LoaderCallableStatus.NO_VALUE or value != said[key]
        )
    )
    return columns, {key: said[key] for key in (*columns, *_shape(_table(state)).keys)}


KEPT = 512
"""Statements: those of a working day and more."""


def write(
    connection: Connection, parts: Mapping[Part, Sequence[Row]], beside: Sequence[Beside] = ()
) -> None:
    """Add and change rows, and do what is to be done beside it, as one statement of PostgreSQL.

    No row may be meant twice, and no column tell JSON's null from none.
    """
    values = [as_json(rows) for rows in parts.values()]
    for one in beside:
        values += one.values
    numbers = tuple((one.parts, len(one.values)) for one in beside)
    driver.say(connection, _statement(tuple(parts), numbers), values)


@lru_cache(KEPT)  # what is written together, and which columns, comes in more ways than can be kept
def _statement(parts: tuple[Part, ...], beside: tuple[tuple[tuple[str, ...], int], ...]) -> bytes:
    written = [_part(each, place) for place, each in enumerate(parts, 1)]
    last = "SELECT WHERE false" if beside else written.pop()
    named = [f"part_{number} AS ({said})" for number, said in enumerate(written)]
    values = len(parts)
    for others, count in beside:
        named += [_moved_on(one, values) for one in others]
        values += count
    return (f"WITH {', '.join(named)} {last}" if named else last).encode()


def _moved_on(sql: str, by: int) -> str:
    """The same where its values stand after so many others."""
    return _VALUE.sub(lambda found: f"${int(found[1]) + by}", sql)


def _part(part: Part, place: int) -> str:
    name, columns = _quote(part.table.__tablename__), [_quote(one) for one in part.columns]
    rows = f"json_populate_recordset(NULL::{name}, ${place}::json)"
    if part.keys:
        news = ", ".join(f"{one} = news.{one}" for one in columns)
        these = " AND ".join(f"{name}.{_quote(one)} = news.{_quote(one)}" for one in part.keys)
        return f"UPDATE {name} SET {news} FROM {rows} AS news WHERE {these}"  # noqa: S608
    into = ", ".join([*columns, *(_quote(one) for one, _ in part.reckoned)])
    values = ", ".join([*(f"news.{one}" for one in columns), *(sql for _, sql in part.reckoned)])
    return f"INSERT INTO {name} ({into}) SELECT {values} FROM {rows} AS news {part.beside}"  # noqa: S608


_VALUE = re.compile(r"\$(\d+)")
_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]


def _as_text(value: object) -> str:
    """What JSON has no word for, as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return rf"\x{value.hex()}"
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be stored.")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"No value of a column: {type(value).__name__}")


def as_json(rows: Sequence[Row]) -> Json:
    """Rows as one value."""
    return Json(orjson.dumps(rows, _as_text, _OPTIONS))


_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
