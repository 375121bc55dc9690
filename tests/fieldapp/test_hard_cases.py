"""The page of hard cases names tests that are there, and all twenty cases."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "hard-cases.md"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def _file(path: str) -> Path:
    whole = TESTS / path
    return whole if whole.exists() else TESTS / "fieldapp" / path


def test_every_test_named_for_a_hard_case_is_there() -> None:
    named = NAMED.findall(PAGE.read_text(encoding="utf-8"))
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not _file(path).exists() or f"def {name}(" not in _file(path).read_text(encoding="utf-8")
    ]
    assert len(named) >= 30
    assert missing == []


def test_all_twenty_stand_on_the_page() -> None:
    rows = re.findall(r"^\| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [str(number) for number in range(1, 21)]
