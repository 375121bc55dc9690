"""A state is written as JSON by the class of each value; here it is walked without any of that."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest

from server.services.state_json import as_json
from shared.events.kinds import EventKind
from tests.world import NOON, POINTS, Tablet


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    at: datetime


def walked(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {one.name: walked(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {
            "|".join(str(part) for part in key) if isinstance(key, tuple) else str(key): walked(v)
            for key, v in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [walked(inner) for inner in value]
    return value


def states() -> list[Any]:
    urgent, joint = Tablet(), Tablet()
    urgent.open_emergency()
    joint.open()
    member = {"device_id": "tablet-2", "seq": 1, "head": "ab" * 32}
    joint.act(EventKind.MEMBER_JOINED, member=member, agency_id="agency-1")
    joint.answer(POINTS[0], "nonconform", severity="guidance", note="脏")
    return [tablet.state for tablet in (Tablet().clean_visit(), urgent, joint)]


@pytest.mark.parametrize(
    "value",
    [
        *states(),
        *(None, True, 1, 0.5, "x", NOON, NOON.date(), EventKind.SEALED, Single(at=NOON)),
        NOON.astimezone(timezone(timedelta(hours=8))),
        {("form", 2, "p1"): [{1: (date(2026, 1, 1), None)}], EventKind.LEFT: frozenset({3})},
    ],
)
def test_what_is_written_is_what_a_plain_walk_finds(value: Any) -> None:
    assert as_json(value) == walked(value)
    assert repr(as_json(value)) == repr(walked(value))
