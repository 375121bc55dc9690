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


def test_each_case_is_touched_over_the_real_server_whenever_tests_run() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    untouched = []
    for number, row in rows:
        screens = NAMED.findall(row.split("|")[1])
        server = NAMED.findall(row.split("|")[3])
        both = [one for one in screens if one in server and _always(*one)]
        if not both:
            untouched.append(number)
    assert untouched == []


def _always(path: str, name: str) -> bool:
    """Whether a test is of those every run makes: not under a marker of its own."""
    source = _file(path).read_text(encoding="utf-8")
    above = source[: source.index(f"def {name}(")].rpartition("\n\n")[2]
    marked = "mark.torture" in above or "mark.bench" in above
    return path.startswith("system/") and not marked and "pytestmark = pytest.mark" not in source
