from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services.chain_walk import START, Place, Standing, Walk, place_of, walk
from shared.events.envelope import Event
from tests.world import Tablet

CHAIN = tuple(Tablet().clean_visit().events[:6])


def go(
    events: Sequence[Event],
    *,
    after: Place = START,
    forged: frozenset[str] = frozenset(),
    spoiled: dict[str, str] | None = None,
) -> Walk:
    return walk(after, events, trusts=lambda e: e.sig not in forged, spoiled=spoiled or {})


def said(walked: Walk, *events: Event) -> list[tuple[str, str]]:
    return [(str(walked.verdicts[e.id].standing), walked.verdicts[e.id].code) for e in events]


def other(event: Event, **changes: object) -> Event:
    """An event of another hash and id, that stands where `event` does unless told otherwise."""
    return replace(event, **{"id": event.id[:-4] + "ffff", "hash": "f" * 64, **changes})


@given(st.permutations(CHAIN))
def test_a_whole_chain_is_followed_in_whatever_order_it_comes(events: list[Event]) -> None:
    walked = go(events)

    assert walked.path == CHAIN
    assert walked.end == place_of(CHAIN[-1])


def test_only_the_newest_signature_is_asked_for() -> None:
    asked: list[int] = []
    walk(START, CHAIN, trusts=lambda e: not asked.append(e.seq), spoiled={})

    assert asked == [6]


def test_a_bad_signature_in_the_middle_is_covered_by_a_newer_one() -> None:
    assert go(CHAIN, forged=frozenset({CHAIN[2].sig})).path == CHAIN


def test_what_no_signature_covers_is_not_trusted() -> None:
    walked = go(CHAIN, forged=frozenset({CHAIN[4].sig, CHAIN[5].sig}))

    assert walked.path == CHAIN[:4]
    assert said(walked, *CHAIN[4:]) == [("untrusted", "bad_signature")] * 2


def test_without_the_one_before_an_event_waits() -> None:
    walked = go([*CHAIN[:2], *CHAIN[3:5]])

    assert walked.path == CHAIN[:2]
    assert said(walked, *CHAIN[3:5]) == [("waiting", "predecessor_missing")] * 2


def test_after_the_missing_one_those_that_waited_are_next() -> None:
    walked = go([*CHAIN[3:5], CHAIN[2]], after=place_of(CHAIN[1]))

    assert walked.path == CHAIN[2:5]


def test_who_waited_answers_for_nothing_that_comes_now() -> None:
    waited = frozenset(event.id for event in CHAIN[4:])
    forged = frozenset({CHAIN[3].sig})

    walked = walk(START, CHAIN, trusts=lambda e: e.sig not in forged, spoiled={}, waited=waited)

    assert walked.path == CHAIN[:3]
    assert said(walked, CHAIN[3]) == [("untrusted", "bad_signature")]
    assert said(walked, CHAIN[4]) == [("waiting", "predecessor_quarantined")]
    assert said(walked, CHAIN[5]) == [("waiting", "predecessor_missing")]


def test_two_on_one_are_a_fork_with_all_that_is_built_on_it() -> None:
    second = other(CHAIN[3])
    built = other(CHAIN[4], id=CHAIN[4].id[:-4] + "eeee", prev="f" * 64, hash="e" * 64)

    walked = go([*CHAIN, second, built])

    assert walked.path == CHAIN
    assert said(walked, second, built) == [("untrusted", "chain_fork")] * 2


def test_a_forger_cannot_be_the_first_of_two() -> None:
    forged = other(CHAIN[3], sig="forged")
    walked = go([*CHAIN[:3], forged, *CHAIN[3:]], forged=frozenset({"forged"}))

    assert walked.path == CHAIN
    assert said(walked, forged) == [("untrusted", "bad_signature")]


def test_what_is_built_on_a_known_fork_is_of_it() -> None:
    late = other(CHAIN[5], prev="a" * 64)

    walked = go([late], after=place_of(CHAIN[2]), spoiled={"a" * 64: "chain_fork"})

    assert said(walked, late) == [("untrusted", "chain_fork")]


def test_what_is_built_on_something_unreadable_waits_for_it() -> None:
    walked = go([CHAIN[4]], after=place_of(CHAIN[2]), spoiled={CHAIN[3].hash: "newer_app"})

    assert said(walked, CHAIN[4]) == [("waiting", "predecessor_quarantined")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"prev": "b" * 64}, "prev_mismatch"),
        ({"device_seq": 2}, "device_seq_backwards"),
        ({"seq": 6, "prev": ""}, "prev_mismatch"),
    ],
)
def test_what_does_not_join_is_not_trusted(changes: dict[str, object], code: str) -> None:
    wrong = other(CHAIN[3], **changes)

    assert said(go([wrong], after=place_of(CHAIN[2])), wrong) == [("untrusted", code)]


def test_of_two_that_wait_on_one_the_second_is_a_fork() -> None:
    second = other(CHAIN[4])

    walked = go([CHAIN[4], second], after=place_of(CHAIN[1]))

    assert walked.verdicts[CHAIN[4].id].standing is Standing.WAITING
    assert said(walked, second) == [("untrusted", "chain_fork")]


@given(st.lists(st.integers(0, 5), unique=True), st.integers(0, 6))
def test_every_event_gets_a_verdict(places: list[int], start: int) -> None:
    events = [CHAIN[place] for place in places]
    after = place_of(CHAIN[start - 1]) if start else START
    walked = go(events, after=after)

    assert set(walked.verdicts) == {e.id for e in events}
    assert [e.seq for e in walked.path] == list(range(start + 1, start + 1 + len(walked.path)))
