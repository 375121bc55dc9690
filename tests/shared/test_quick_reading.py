"""The quick way to read an event takes what the schema takes, as the schema reads it."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from shared.events.envelope import EnvelopeSchema
from shared.events.kinds import EventKind
from shared.events.payloads import PAYLOADS
from shared.quick_reading import reader
from tests.world import LI, POINTS, WANG, Tablet

SCHEMAS = {kind: schema() for kind, schema in PAYLOADS.items()}
ENVELOPE = EnvelopeSchema()
QUICK = {schema: reader(schema) for schema in (ENVELOPE, *SCHEMAS.values())}
HERE = {
    "lat": 36.66831,
    "lon": 117,
    "acc_m": 8.5,
    "crs": "WGS84",
    "provider": "gps",
    "age_ms": 900,
    "mock": False,
}
QUOTE = {"device_id": "tablet-2", "seq": 3, "head": "ab" * 32}
GIVEN = {"content_hash": "ab" * 32, "outcome": "refused", "reason": "不签", "witness": "李"}
MORE: dict[EventKind, dict[str, Any]] = {
    EventKind.JOINED: {"lead": QUOTE, "agency_id": "agency-1", "references": []},
    EventKind.MEMBER_JOINED: {"member": QUOTE, "agency_id": "agency-1"},
    EventKind.MEMBER_DONE: {"member": QUOTE},
    EventKind.MEMBER_OPEN: {"device_id": "tablet-2", "reason": "没有电"},
    EventKind.SCAN_MISMATCH: {"expected": "91370100MA37XJ385W", "seen": "https://…"},
    EventKind.OFF_LIST_FINDING: {"text": "通道堵塞", "basis": "第十六条", "severity": "rectify"},
    EventKind.CORRECTED: {"event_id": "e1", "why": "笔误", "text": "改正"},
    EventKind.TRANSFERRED: {"to": "公安", "why": "涉嫌犯罪"},
    EventKind.REFUSED: {"content_hash": "ab" * 32, "reason": "拒签", "video_sha256": "cd" * 32},
    EventKind.ABSENT: {"content_hash": "ab" * 32, "reason": "无人"},
    EventKind.UNABLE: {"reason": "closed", "explanation": "关门", "officer_ids": [WANG, LI]},
    EventKind.RESULT_GIVEN: {
        "conclusion": "rectify",
        "content_hash": "ab" * 32,
        "given": "later",
        "acknowledgement": GIVEN,
    },
    EventKind.POINT_ANSWERED: {
        "form_id": "f",
        "form_version": 2,
        "point_id": "p",
        "answer": "nonconform",
        "severity": "rectify",
    },
}
ODD_WORDS = ("", " ", "1", "true", "conform", "nonconform", "gps\n", "ab" * 32 + "\n", "明")
ODD_TIMES = ("2026-11-23", "2026-11-23T04:00:00+08:00", "2026-11-23T04:00:00")
ODD_LISTS = ([], [1], ["x"], [[[1, 2, 3]]], [[[1, 2, True]]])
ODD = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 2, 2**31, 1.0, 0.5, 1e308, b"bytes"),
        *(*ODD_WORDS, *ODD_TIMES, *ODD_LISTS),
        *({}, {"id": "x"}, QUOTE, GIVEN),
    ]
).map(copy.deepcopy)  # what is put into a sample may be changed there


def samples() -> list[tuple[Schema, dict[str, Any]]]:
    tablet = Tablet().clean_visit()
    urgent = Tablet(visit=2)
    urgent.open_emergency()
    found: list[tuple[Schema, dict[str, Any]]] = []
    off_site = Tablet(visit=4).clean_offsite()
    left = tablet.draft(EventKind.LEFT, WANG, {})
    for event in (*tablet.events, *off_site.events, urgent.events[0], left):
        found.append((ENVELOPE, {**event.raw, "loc": HERE}))
        found.append((SCHEMAS[event.kind], dict(event.raw["payload"])))
    photo = Tablet(visit=3)
    photo.photo(point_id=POINTS[0], caption="门口")
    found.append((SCHEMAS[EventKind.EVIDENCE_ADDED], dict(photo.events[0].raw["payload"])))
    return found + [(SCHEMAS[kind], payload) for kind, payload in MORE.items()]


SAMPLES = samples()


def loaded(schema: Schema, raw: Any) -> dict[str, Any] | None:
    try:
        return dict(schema.load(raw))
    except ValidationError:
        return None


def types(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: types(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [types(inner) for inner in value]
    return type(value)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for name in value:
            found += places(value[name], (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += places(inner, (*path, number))
    return found


def test_every_kind_is_sampled_and_read_the_quick_way() -> None:
    assert {schema for schema, _ in SAMPLES} == set(QUICK)
    for schema, raw in SAMPLES:
        assert QUICK[schema](raw) == loaded(schema, raw) is not None, type(schema)


@given(st.sampled_from(SAMPLES), st.data())
def test_what_it_takes_is_what_the_schema_reads(
    sample: tuple[Schema, dict[str, Any]], data: st.DataObject
) -> None:
    schema, raw = sample[0], copy.deepcopy(sample[1])
    for _ in range(data.draw(st.integers(1, 2))):
        there = places(raw)
        if not there:
            break
        *steps, last = data.draw(st.sampled_from(there))
        holder: Any = raw
        for step in steps:
            holder = holder[step]
        change = data.draw(st.sampled_from(["put", "put", "put", "drop", "add"]))
        if change == "put":
            holder[last] = data.draw(ODD | st.text(max_size=5) | st.integers())
        elif change == "drop":
            del holder[last]
        elif isinstance(holder, dict):
            holder[data.draw(st.sampled_from(["x", "id", "kind", "severity"]))] = data.draw(ODD)

    found = QUICK[schema](raw)

    if found is not None:
        assert found == loaded(schema, raw)
        assert types(found) == types(loaded(schema, raw))


@given(ODD | st.lists(ODD) | st.text())
def test_what_is_no_object_is_left_to_the_schema(raw: Any) -> None:
    assert QUICK[ENVELOPE](raw) is None


def test_a_schema_with_a_hook_of_its_own_is_never_passed_by() -> None:
    class Hooked(Schema):
        class Meta:
            unknown = RAISE

        name = fields.String(required=True)

        @pre_load
        def turned(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            return {"name": data["name"][::-1]}

    assert reader(Hooked())({"name": "ab"}) == {"name": "ba"}


def test_a_whole_that_does_not_hold_is_left_to_the_schema() -> None:
    answer = {**MORE[EventKind.POINT_ANSWERED], "severity": None}
    schema = SCHEMAS[EventKind.POINT_ANSWERED]

    assert QUICK[schema](answer) is None
    with pytest.raises(ValidationError):
        schema.load(answer)
