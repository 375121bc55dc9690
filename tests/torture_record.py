"""Writes docs/torture.md after a long run: what was tormented, with which seeds, at which commit.

Loaded by `make torture` alone. A run that was narrowed or that failed is written down as such.
"""

import os
import platform
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "docs" / "torture.md"
HEAD = """# The last long run

Written by `make torture`; never edited by hand. The tests kill, cut and break for minutes, at
moments drawn from a seed; `make torture MINGCHA_TORTURE_SEED=…` draws the same moments again.

"""
_reports: list[pytest.TestReport] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        _reports.append(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _reports and not session.config.option.collectonly:
        RECORD.write_text(HEAD + "\n".join(_lines()) + "\n", encoding="utf-8")


def _lines() -> Iterator[str]:
    began = datetime.fromtimestamp(_reports[0].start, UTC)
    failed = sum(each.failed for each in _reports)
    yield f"- commit: {_commit()}"
    yield f"- begun: {began:%Y-%m-%d %H:%M} UTC"
    yield f"- machine: {os.cpu_count()} cores, Python {platform.python_version()}"
    yield f"- result: {len(_reports)} tests, {failed} failed"
    yield ""
    yield "| test | seed | result | seconds |"
    yield "|---|---|---|---|"
    for each in _reports:
        seed = dict(each.user_properties).get("seed", "")
        yield f"| `{each.nodeid}` | {seed} | {each.outcome} | {each.duration:.0f} |"


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/torture.md")
    return git("rev-parse", "--short=12", "HEAD") + (" with changes" if changed else "")
