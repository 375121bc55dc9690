"""Events of every kind, and what may be wrong with them."""

import copy
from typing import Any

from hypothesis import strategies as st

from shared.events.kinds import EventKind
from tests.world import LI, POINTS, WANG, Tablet

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
        *(None, True, False, 0, 1, -1, 2, 2**31, 2**53, 1.0, 0.5, -0.0, 1e-5, 1e308, b"bytes"),
        *(*ODD_WORDS, *ODD_TIMES, *ODD_LISTS),
        *({}, {"id": "x"}, QUOTE, GIVEN),
    ]
).map(copy.deepcopy)  # what is put into a sample may be changed there


def of_every_kind() -> list[dict[str, Any]]:
    """An event of every kind at least, as it comes; hashes and signatures are of no matter."""
    tablet = Tablet().clean_visit()
    urgent = Tablet(visit=2)
    urgent.open_emergency()
    off_site = Tablet(visit=4).clean_offsite()
    left = tablet.draft(EventKind.LEFT, WANG, {})
    photo = Tablet(visit=3)
    photo.photo(point_id=POINTS[0], caption="门口")
    made = [*tablet.events, *off_site.events, urgent.events[0], left, photo.events[0]]
    found = [{**event.raw, "loc": HERE} for event in made]
    signed = next(raw for raw in found if "officer_sig" in raw)
    return found + [{**signed, "kind": kind.value, "payload": MORE[kind]} for kind in MORE]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for name in value:
            found += places(value[name], (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += places(inner, (*path, number))
    return found


def spoil(raw: dict[str, Any], data: st.DataObject) -> None:
    """Change something anywhere inside, once or twice."""
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
            holder[last] = data.draw(ODD | st.text(max_size=5) | st.integers() | st.floats())
        elif change == "drop":
            del holder[last]
        elif isinstance(holder, dict):
            holder[data.draw(st.sampled_from(["x", "id", "kind", "severity"]))] = data.draw(ODD)
