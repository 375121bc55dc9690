"""A published file is whole or it is found not to be, whoever changed it and however well."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.draws import record, replay
from shared.draws.model import Party
from shared.draws.record import Record, Said
from shared.draws.replay import Known
from tests.shared.draws.drawing import commitments, file_of, held, pool_of

POOL = pool_of(60, count=6)
FILE = file_of(POOL)
HELD = held(POOL)


def sealed(body: bytes) -> bytes:
    """What somebody writes who knows how the last line is made."""
    return body + b"Z\t" + hashlib.sha256(body).hexdigest().encode() + b"\n"


def faults(file: bytes, known: Known | None = None) -> str:
    return " ".join(each.en for each in replay.verify(file, known).faults)


def test_a_file_as_it_was_published_holds() -> None:
    report = replay.verify(FILE)
    assert report.faults == ()
    assert (report.pool_size, report.left_out) == (60, 2)
    assert report.record == HELD
    assert report.file_hash == record.file_hash(FILE)


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_any_changed_byte_is_found(place: int, change: int) -> None:
    changed = bytearray(FILE)
    changed[place] ^= change
    assert not replay.verify(bytes(changed)).holds


@given(st.integers(0, len(FILE) - 1))
def test_a_file_that_was_cut_is_found(length: int) -> None:
    assert not replay.verify(FILE[:length]).holds


@given(st.integers(0, FILE.count(b"\n") - 2), st.integers(0, 2))
def test_a_line_taken_out_or_doubled_or_moved_is_found_though_the_end_was_made_anew(
    place: int, how: int
) -> None:
    lines = FILE.splitlines(keepends=True)[:-1]
    taken = lines.pop(place)
    if how == 1:
        lines[place:place] = [taken, taken]
    if how == 2:
        lines.insert((place + 1) % len(lines), taken)
    body = b"".join(lines)
    if body == b"".join(FILE.splitlines(keepends=True)[:-1]):
        return
    assert not replay.verify(sealed(body)).holds


@given(st.integers(0, len(FILE.rpartition(b"Z\t")[0]) - 1), st.integers(1, 255))
def test_a_changed_byte_is_found_though_the_end_was_made_anew(place: int, change: int) -> None:
    changed = bytearray(FILE.rpartition(b"Z\t")[0])
    changed[place] ^= change
    report = replay.verify(sealed(bytes(changed)), Known(file_hash=record.file_hash(FILE)))
    assert not report.holds


def test_another_enterprise_among_the_drawn_is_found() -> None:
    other = replace(HELD.drawn[0], uscc="91370000000000000000"[:18])
    forged = replace(HELD, drawn=(other, *HELD.drawn[1:]))
    assert "Number 1" in faults(POOL + record.tail(POOL, forged))


def test_another_officer_is_found() -> None:
    third = next(
        o for o in ("officer-00", "officer-01", "officer-02") if o not in HELD.drawn[2].officer_ids
    )
    other = replace(HELD.drawn[2], officer_ids=(HELD.drawn[2].officer_ids[0], third))
    forged = replace(HELD, drawn=(*HELD.drawn[:2], other, *HELD.drawn[3:]))
    assert "Number 3" in faults(POOL + record.tail(POOL, forged))


def test_one_drawn_less_is_found() -> None:
    forged = replace(HELD, drawn=HELD.drawn[:-1])
    assert "5 are drawn; the replay gives 6" in faults(POOL + record.tail(POOL, forged))


def test_a_secret_nobody_committed_to_is_found() -> None:
    told = {**HELD.secrets, Party.SUPERVISION: Said(value="00" * 32, at="2026-11-21T02:00:00Z")}
    forged = replace(HELD, secrets=told)
    assert "committed to" in faults(POOL + record.tail(POOL, forged))


def test_a_secret_that_is_no_secret_is_a_fault_and_no_crash() -> None:
    told = {**HELD.secrets, Party.AGENCY: Said(value="a word", at="")}
    assert "committed to" in faults(POOL + record.tail(POOL, replace(HELD, secrets=told)))


def test_another_pool_drawn_lawfully_is_found_by_what_was_published() -> None:
    swapped = pool_of(60, count=6, left_out=0)
    forged = file_of(swapped)
    assert replay.verify(forged).holds
    assert "made public" in faults(forged, Known(pool_hash=replay.verify(FILE).pool_hash))
    assert "made public" in faults(forged, Known(file_hash=record.file_hash(FILE)))


def test_a_party_that_revealed_nothing_makes_a_draw_void() -> None:
    told = {Party.AGENCY: HELD.secrets[Party.AGENCY]}
    assert "should be void" in faults(POOL + record.tail(POOL, replace(HELD, secrets=told)))
    void = Record(
        commitments=HELD.commitments, secrets=told, void_at="2026-11-24T02:00:00Z", void_why="逾期"
    )
    report = replay.verify(POOL + record.tail(POOL, void))
    assert report.holds
    assert report.record is not None
    assert report.record.is_void


def test_a_void_draw_with_a_result_is_found() -> None:
    forged = replace(HELD, void_at="2026-11-24T02:00:00Z", void_why="逾期")
    assert "no result" in faults(POOL + record.tail(POOL, forged))


def test_a_copied_commitment_opens_nothing() -> None:
    mine = commitments("draw-1", {Party.AGENCY: "a1" * 32})[Party.AGENCY]
    told = Said(value="a1" * 32, at="")
    forged = replace(
        HELD,
        commitments={Party.AGENCY: mine, Party.SUPERVISION: mine},
        secrets={Party.AGENCY: told, Party.SUPERVISION: told},
    )
    assert "supervision body revealed" in faults(POOL + record.tail(POOL, forged))


@pytest.mark.parametrize(
    "file", [b"", b"\n", b"{}\n", b"E\t\n", b"Z\t\n", FILE[::-1], b"\xff" * 99]
)
def test_what_is_no_such_file_is_said_to_be_none(file: bytes) -> None:
    assert "incomplete" in faults(file)
