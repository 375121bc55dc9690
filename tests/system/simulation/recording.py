"""What `make simulate` has played: a file it goes on from, and a line in docs/simulated.md.

The file has a row for each seed, written as soon as it was played: a run that is killed has lost
the seeds under way and nothing else. It belongs to one range of seeds at one commit.
"""

import fcntl
import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from tests.checkout import ROOT, commit

PAGE = ROOT / "docs" / "simulated.md"
FOLDER = ROOT / "build" / "simulated"
WRITTEN = ("docs/simulated.md", "tests/system/simulation/kept.txt")
"""What a run itself changes: it is the same product all the same."""
CHANGED = "with changes"
WORTH_A_LINE = 500
HEAD = """# The seeds that were played

Written by `make simulate` when it is asked for 500 seeds or more; never edited by hand. One line
for a range of seeds at a commit. A run that was interrupted says how far it came, and goes on from
there when it is asked for again at that commit. What a seed is: [simulation](simulation.md).

| seeds | played | with faults | seconds of processor | begun (UTC) | last | commit | machine |
|---|---|---|---|---|---|---|---|
"""


class Played:
    """The seeds of a range that were played: what each found ("" is nothing), and what it took.

    `BlockingIOError` when another process is at it.
    """

    def __init__(self, file: Path, now: datetime) -> None:
        self.begun, self.found, self.seconds = now, dict[int, str](), 0.0
        self._out = _opened(file)
        rows = self._whole_rows()
        if rows:
            self.begun = datetime.fromisoformat(rows[0])
        else:
            self._out.write(f"{now.isoformat()}\n")
        for row in rows[1:]:
            seed, seconds, found = row.split("\t")
            self._count(int(seed), float(seconds), found)
        self._out.flush()

    def _whole_rows(self) -> list[str]:
        """What comes after the last line's end was torn off in the writing, and is cut away."""
        self._out.seek(0)
        whole, end, _torn = self._out.read().rpartition("\n")
        self._out.truncate(len((whole + end).encode()))
        return whole.splitlines()

    def add(self, seed: int, seconds: float, found: str) -> None:
        """A seed was played: it is on disk when this returns."""
        said = " ".join(found.split())
        self._count(seed, seconds, said)
        self._out.write(f"{seed}\t{seconds:.3f}\t{said}\n")
        self._out.flush()

    def close(self) -> None:
        self._out.close()

    def _count(self, seed: int, seconds: float, found: str) -> None:
        self.found[seed] = found
        self.seconds += seconds

    @property
    def faulty(self) -> list[int]:
        return sorted(seed for seed, found in self.found.items() if found)


def _opened(file: Path) -> TextIO:
    file.parent.mkdir(parents=True, exist_ok=True)
    out = file.open("a+", encoding="utf-8")
    try:
        fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        out.close()
        raise
    return out


def begin(seeds: range, now: datetime, folder: Path = FOLDER) -> tuple[Played, str]:
    """What was played of these seeds at this commit, and the commit; changed files begin anew."""
    at = commit(*WRITTEN)
    file = folder / f"{seeds.start}-{seeds.stop - 1}-{at.split()[0]}.txt"
    if CHANGED in at:
        file.unlink(missing_ok=True)
    return Played(file, now), at


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A range at a commit, as the page shows it."""

    seeds: str
    played: str
    faults: str
    seconds: str
    begun: str
    last: str
    commit: str
    machine: str


def line(seeds: range, played: Played, at: str, now: datetime) -> Line:
    """What the page says of a run, whole or not."""
    count = len(played.found)
    faulty = ", ".join(map(str, played.faulty))
    return Line(
        seeds=f"{seeds.start}–{seeds.stop - 1}",
        played="all" if count == len(seeds) else f"{count} of {len(seeds)}",
        faults=f"{len(played.faulty)}: {faulty}" if faulty else "0",
        seconds=f"{played.seconds:.0f} ({played.seconds / max(count, 1):.2f} each)",
        begun=f"{played.begun:%Y-%m-%d %H:%M}",
        last=f"{now:%Y-%m-%d %H:%M}",
        commit=at,
        machine=f"{os.cpu_count()} cores, Python {platform.python_version()}",
    )


def write(new: Line, file: Path = PAGE) -> None:
    """Put a line on the page, in the place of the same run's earlier one."""
    before = read(file.read_text("utf-8")) if file.exists() else []
    others = [each for each in before if not _is_same_run(each, new)]
    file.write_text(page([*others, new]), encoding="utf-8")


def _is_same_run(one: Line, other: Line) -> bool:
    return (one.seeds, one.commit, one.begun) == (other.seeds, other.commit, other.begun)


def page(lines: Iterable[Line]) -> str:
    return HEAD + "".join(f"| {' | '.join(astuple(each))} |\n" for each in lines)


def read(text: str) -> list[Line]:
    """The lines of a page."""
    rows = re.findall(r"^\| (\d.*) \|$", text, re.MULTILINE)
    return [Line(**_named(row.split(" | "))) for row in rows]


def _named(cells: Sequence[str]) -> dict[str, str]:
    return dict(zip(Line.__slots__, cells, strict=True))
