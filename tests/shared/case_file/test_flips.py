"""No byte and no order of a case file can change unnoticed, and two verifiers agree on it.

The second one, docs/verify_case.py, was written from the documentation alone.
"""

import ast
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docs.verify_case import Check, canonical
from shared import canonical as ours
from shared.case_file import layout, open_archive, to_zip, verify_archive
from shared.case_file.report import Report
from tests.shared.case_file.cases import Case
from tests.vectors import keys

CASE = Case().walk()
FILE = CASE.file()
ARCHIVE = to_zip(FILE)
TRUSTED = keys.key_set()
CHAIN = layout.chain(CASE.tablet.visit_id, "tablet-1")
SECOND = Path(__file__).parents[3] / "docs" / "verify_case.py"


def second(data: bytes) -> set[str]:
    """The entries in which the second verifier finds a fault."""
    return {entry(place) for place, _ in Check(data, keys.key_set_object()).faults}


def entry(place: str) -> str:
    return place.partition(":")[0]


def named(report: Report) -> set[str]:
    return {entry(fault.where) for fault in report.faults}


def held_by(data: bytes, at: int) -> str:
    """The entry in whose header or bytes the place `at` of the archive lies."""
    end = 0
    for name, body in FILE.items():
        end += 30 + len(name.encode()) + len(body)
        if at < end:
            return name
    return "archive"


def flipped(data: bytes, at: int, by: int) -> bytes:
    return data[:at] + bytes([data[at] ^ by]) + data[at + 1 :]


def test_both_verifiers_find_nothing_in_a_whole_case() -> None:
    assert verify_archive(ARCHIVE, TRUSTED).findings == ()
    assert second(ARCHIVE) == set()


def test_the_second_verifier_is_short_and_knows_nothing_of_ours() -> None:
    text = SECOND.read_text(encoding="utf-8")
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else name.name).partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert len(text.splitlines()) <= 200
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


@given(at=st.integers(0, len(ARCHIVE) - 1), by=st.integers(1, 255))
def test_any_flipped_byte_of_the_archive_is_told_with_its_entry(at: int, by: int) -> None:
    report = verify_archive(flipped(ARCHIVE, at, by), TRUSTED)

    assert not report.holds
    assert held_by(ARCHIVE, at) in named(report)


def agree_on_flips(flips: int) -> None:
    """Of the archive's own bytes, and of an entry's bytes in an archive packed anew."""
    chance = random.Random(3161)
    for number in range(flips):
        if number % 2:
            at = chance.randrange(len(ARCHIVE))
            where, data = held_by(ARCHIVE, at), flipped(ARCHIVE, at, chance.randrange(1, 256))
        else:
            where = chance.choice(list(FILE))
            body = FILE[where]
            changed = flipped(body, chance.randrange(len(body)), chance.randrange(1, 256))
            data = to_zip({**FILE, where: changed})
        one, other = verify_archive(data, TRUSTED), second(data)

        assert where in named(one) & other, where
        assert not one.holds


def test_both_verifiers_agree_on_flips() -> None:
    agree_on_flips(40)


@settings(max_examples=20)
@given(st.permutations(range(len(CASE.tablet.events))))
def test_any_other_order_of_events_is_told_by_the_line(order: list[int]) -> None:
    lines = FILE[CHAIN].splitlines(keepends=True)
    turned = b"".join(lines[number] for number in order)
    data = to_zip({**FILE, CHAIN: turned})
    places = {fault.where for fault in verify_archive(data, TRUSTED).faults}
    first = next((n for n, number in enumerate(order) if n != number), None)

    assert (first is None) == (places == set())
    assert first is None or f"{CHAIN}:{first + 1}" in places
    assert (CHAIN in second(data)) == (first is not None)


def test_another_order_of_entries_is_told() -> None:
    turned = to_zip(dict(reversed(FILE.items())))
    report = verify_archive(turned, TRUSTED)

    assert [fault.code for fault in report.faults] == ["archive_changed"]
    assert second(turned) == named(report)


@pytest.mark.parametrize("cut", [0, 1, 29, 30, 500, len(ARCHIVE) // 2, len(ARCHIVE) - 1])
def test_an_archive_cut_short_is_told(cut: int) -> None:
    assert not verify_archive(ARCHIVE[:cut], TRUSTED).holds
    assert second(ARCHIVE[:cut]) & {"archive", "case.json"}


@given(st.binary(max_size=300))
def test_whatever_is_given_ends_in_a_report(data: bytes) -> None:
    for given_ in (data, b"PK\x03\x04" + data, ARCHIVE[:200] + data):
        assert not verify_archive(given_, TRUSTED).holds
        assert open_archive(given_).faults


VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15, allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("aß漢🀄"), inner),
    max_leaves=8,
)


@given(VALUES)
def test_both_write_a_value_alike(value: Any) -> None:
    assert canonical(value).encode() == ours.canonical(value)


def test_it_runs_as_a_program_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "case.zip").write_bytes(flipped(ARCHIVE, len(ARCHIVE) // 2, 1))
    (tmp_path / "keys.json").write_bytes(ours.canonical(keys.key_set_object()))

    done = subprocess.run(
        [sys.executable, "-I", SECOND, "case.zip", "keys.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert held_by(ARCHIVE, len(ARCHIVE) // 2) in done.stdout
