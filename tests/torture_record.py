"""Writes docs/torture.md after a long run: what was tormented, with which seeds, at which commit.

Loaded by `make torture` alone. Each test stands there with its last run, so that a part may be
played by itself; what was never played, or failed, is written down as such.
"""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

import pytest

from tests.checkout import ROOT, commit

RECORD = ROOT / "docs" / "torture.md"
HEAD = """# The last long runs

Written by `make torture`; never edited by hand. The tests kill, cut and break for minutes, at
moments drawn from a seed; `make torture MINGCHA_TORTURE_SEED=…` draws the same moments again. Each
test stands with its last run: `make torture ARGS='-k line'` plays some, and leaves the other lines.

"""
COLUMNS = """
| test | result | seconds | seed | commit | begun (UTC) | machine |
|---|---|---|---|---|---|---|
"""
NEVER = "not run yet"
_reports: list[pytest.TestReport] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A test's last run, as the page shows it."""

    test: str
    result: str = NEVER
    seconds: str = ""
    seed: str = ""
    commit: str = ""
    begun: str = ""
    machine: str = ""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        _reports.append(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not _reports or session.config.option.collectonly:
        return
    before = read(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    RECORD.write_text(page(merged(before, map(_line, _reports), _there())), encoding="utf-8")


def read(text: str) -> dict[str, Line]:
    """The lines of a page, by test."""
    rows = re.findall(r"^\| `(.+)` \|(.*)\|$", text, re.MULTILINE)
    lines = (Line(test=t, **_named(rest)) for t, rest in rows)
    return {line.test: line for line in lines}


def _named(rest: str) -> dict[str, str]:
    names = [name for name in Line.__slots__ if name != "test"]
    return dict(zip(names, (cell.strip() for cell in rest.split("|")), strict=True))


def merged(before: Mapping[str, Line], now: Iterable[Line], there: Iterable[str]) -> list[Line]:
    """One line for each test there is: of this run, or of the one before, or none yet."""
    new = {line.test: line for line in now}
    return [new.get(test) or before.get(test) or Line(test=test) for test in sorted(there)]


def page(lines: Iterable[Line]) -> str:
    """The whole page."""
    rows = list(lines)
    ran = [line for line in rows if line.result != NEVER]
    failed = sum(line.result == "failed" for line in ran)
    told = f"{len(rows)} tests: {len(ran)} have run, {failed} of them failed.\n"
    return HEAD + told + COLUMNS + "\n".join(map(_row, rows)) + "\n"


def _row(line: Line) -> str:
    test, *rest = astuple(line)
    return f"| `{test}` | {' | '.join(rest)} |"


def _line(report: pytest.TestReport) -> Line:
    begun = datetime.fromtimestamp(report.start, UTC)
    return Line(
        test=report.nodeid,
        result=report.outcome,
        seconds=f"{report.duration:.0f}",
        seed=str(dict(report.user_properties).get("seed", "")),
        commit=commit("docs/torture.md"),
        begun=f"{begun:%Y-%m-%d %H:%M}",
        machine=f"{os.cpu_count()} cores, Python {platform.python_version()}",
    )


def _there() -> list[str]:
    """Every such test, whatever this run was narrowed to."""
    asked = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "torture"]
    return [line for line in _said(*asked).splitlines() if "::" in line]


def _said(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
