"""docs/protocol-tests.md says which test holds which word of the protocol, and says it truly."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "protocol-tests.md"
ROW = re.compile(r"^\| (?P<words>.+?) \| (?P<tests>tests/.+?) \|$", re.MULTILINE)
STRONG = re.compile(r"\b(?:MUST|SHOULD)\b(?: NOT)?")


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


PROTOCOL = one_line((ROOT / "docs" / "protocol.md").read_text(encoding="utf-8"))
ROWS = [(m["words"], m["tests"].split(", ")) for m in ROW.finditer(TABLE.read_text("utf-8"))]


@cache
def functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_the_table_is_read() -> None:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if "| tests/" in line]
    assert len(ROWS) == len(lines) > 60


@pytest.mark.parametrize(("words", "tests"), ROWS, ids=[words[:60] for words, _ in ROWS])
def test_the_words_stand_in_the_protocol_and_the_tests_exist(words: str, tests: list[str]) -> None:
    assert words in PROTOCOL
    for named in tests:
        path, _, function = named.partition("::")
        assert (ROOT / path).is_file(), named
        assert not function or function in functions(ROOT / path), named


def test_no_must_and_no_should_is_without_a_test() -> None:
    body = PROTOCOL.partition("## 1. Bytes")[2]
    known = [(found.start(), found.end()) for found in STRONG.finditer(body)]
    held = [(body.find(words), words) for words, _ in ROWS if STRONG.search(words)]
    covered = [(at, at + len(words)) for at, words in held if at >= 0]

    bare = [
        body[max(0, start - 60) : end + 60]
        for start, end in known
        if not any(a <= start and end <= b for a, b in covered)
    ]
    assert bare == []
    assert len(known) >= 5
