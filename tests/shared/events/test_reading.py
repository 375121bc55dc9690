"""Reading an event: its own JSON types, nothing unknown, and newer things kept apart."""

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import BadInput, NewerApp
from shared.events.envelope import read_event
from shared.events.kinds import OFFICER_SIGNED, EventKind
from tests.world import POINTS, WANG, Tablet

RAW: dict[str, Any] = dict(Tablet().open().raw)


def changed(**members: Any) -> dict[str, Any]:
    return {**deepcopy(RAW), **members}


def test_an_event_is_read_as_it_was_sealed() -> None:
    event = read_event(RAW)

    assert event.kind is EventKind.VISIT_OPENED
    assert event.at.corrected.utcoffset() is not None
    assert event.raw is RAW


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("id", "not-a-uuid", "/id"),
        ("seq", 0, "/seq"),
        ("seq", "1", "/seq"),
        ("seq", 1.5, "/seq"),
        ("device_seq", True, "/device_seq"),
        ("hash", "F" * 64, "/hash"),
        ("sig", "", "/sig"),
        ("payload", [], "/payload"),
        ("task_ids", ["../x"], "/task_ids/0"),
        ("surplus", 1, "/surplus"),
        ("loc", {"lat": 91}, "/loc/lat"),
    ],
)
def test_what_does_not_fit_is_named_by_its_pointer(member: str, value: Any, pointer: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_event(changed(**{member: value}))

    assert pointer in caught.value.errors


def test_faults_inside_a_payload_are_named_too() -> None:
    payload = deepcopy(RAW["payload"])
    payload["preflight"]["has_fix"] = "yes"

    with pytest.raises(BadInput) as caught:
        read_event(changed(payload=payload))

    assert list(caught.value.errors) == ["/payload/preflight/has_fix"]


@pytest.mark.parametrize(
    ("kind", "pointer", "value"),
    [
        (EventKind.POINT_ANSWERED, "/payload/point_id", "p" * 65),
        (EventKind.POINT_ANSWERED, "/payload/form_version", 2**31),
        (EventKind.SCANNED_IN, "/payload/uscc", "91370100MA37XJ385W\n"),
        (EventKind.CREDENTIALS_SHOWN, "/payload/status_checked_at", "9999-12-31T23:59:59-12:00"),
        (EventKind.SEALED, "/payload/head", "ab" * 32 + "\n"),
    ],
)
def test_what_no_column_holds_is_refused_by_its_pointer(
    kind: EventKind, pointer: str, value: object
) -> None:
    raw = next(deepcopy(dict(e.raw)) for e in Tablet().clean_visit().events if e.kind is kind)
    raw["payload"][pointer.rpartition("/")[2]] = value

    with pytest.raises(BadInput) as caught:
        read_event(raw)

    assert list(caught.value.errors) == [pointer]


@pytest.mark.parametrize(
    "newer", [{"v": 2}, {"suite": "sm-1"}, {"kind": "drone_flown"}, {"v": 9, "kind": "x"}]
)
def test_what_only_a_newer_program_knows_is_kept_apart(newer: dict[str, Any]) -> None:
    with pytest.raises(NewerApp):
        read_event(changed(**newer))


@pytest.mark.parametrize("raw", [None, [], "event", 1, {}, {"v": True}])
def test_what_is_no_event_at_all_is_bad_input(raw: Any) -> None:
    with pytest.raises(BadInput):
        read_event(raw)


@pytest.mark.parametrize("kind", sorted(OFFICER_SIGNED))
def test_acts_of_a_person_need_the_persons_signature(kind: EventKind) -> None:
    tablet = Tablet().clean_visit()
    signed = [dict(e.raw) for e in tablet.events if e.kind is kind]
    for raw in signed:
        del raw["officer_sig"]
        with pytest.raises(BadInput) as caught:
            read_event(raw)
        assert "/officer_sig" in caught.value.errors


@pytest.mark.parametrize(
    ("answer", "severity", "fits"),
    [
        ("conform", None, True),
        ("conform", "rectify", False),
        ("nonconform", "rectify", True),
        ("nonconform", None, False),
        ("not_applicable", "guidance", False),
    ],
)
def test_only_a_nonconformity_has_a_severity(
    answer: str, severity: str | None, *, fits: bool
) -> None:
    tablet = Tablet()
    payload = {"form_id": "f", "form_version": 1, "point_id": POINTS[0], "answer": answer}
    if fits:
        tablet.draft(EventKind.POINT_ANSWERED, WANG, {**payload, "severity": severity})
    else:
        with pytest.raises(BadInput):
            tablet.draft(EventKind.POINT_ANSWERED, WANG, {**payload, "severity": severity})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(member=st.sampled_from(sorted(RAW)), value=JSON)
def test_any_value_anywhere_is_read_or_refused_and_never_crashes(member: str, value: Any) -> None:
    with suppress(BadInput, NewerApp):
        read_event(changed(**{member: value}))
