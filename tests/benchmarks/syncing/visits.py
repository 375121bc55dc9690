"""Whole visits as tablets make them: 25 events, signed, chained, with everything they name."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from shared.canonical import canonical
from shared.crypto import SigningKey
from shared.events.envelope import Event
from tests.benchmarks.syncing.load import Step
from tests.benchmarks.syncing.place import JSON, Place
from tests.server.sync_world import Pad, pad
from tests.world import LI, WANG, key

EVENTS = 25
ANSWERS, PHOTOS = 12, 3
PUSH = "/api/v1/sync/push"
HERE = {
    "lat": 36.66831,
    "lon": 117.02074,
    "acc_m": 8.5,
    "crs": "WGS84",
    "provider": "gps",
    "age_ms": 900,
    "mock": False,
    "satellites": 11,
}


@dataclass
class OwnPad(Pad):
    """A tablet of many: its officers have keys of their own on it, and it knows where it is."""

    stride: int = 1
    """How far apart its events stand in its own count: other visits' come in between."""

    def officer_key(self, officer: str) -> SigningKey:
        return key(officer if self.device_id == "tablet-1" else f"{self.device_id}/{officer}")

    def device_seq(self, seq: int) -> int:
        return self.counted_before + (seq - 1) * self.stride + 1

    def draft(self, kind: Any, by: str, payload: Any, *, loc: Any = None) -> Event:
        return super().draft(kind, by, payload, loc=loc or HERE)


@dataclass
class Visits:
    """Makes visits, each to a task of its own, and counts for each tablet."""

    place: Place

    def __post_init__(self) -> None:
        self._whole = pad(self.place.parts)
        self._numbers = count()
        self._counted = dict.fromkeys(self.place.tablets, 0)

    def one(self, tablet: str) -> list[Event]:
        """The events of a visit after all that the tablet has made."""
        return self.together(tablet, 1)[0]

    def together(self, tablet: str, visits: int) -> list[list[Event]]:
        """Visits that go on side by side, an event of each in turn."""
        before = self._counted[tablet]
        self._counted[tablet] += visits * EVENTS
        return [self._walk(tablet, before + number, visits) for number in range(visits)]

    def _walk(self, tablet: str, before: int, stride: int) -> list[Event]:
        number = next(self._numbers)
        task = f"task-{number}"
        named = [r for r in self._whole.named if r["kind"] != "task" or r["id"] == task]
        made = OwnPad(
            refs=self._whole.refs,
            named=named,
            device_id=tablet,
            visit=number + 1,
            task_ids=(task,),
            counted_before=before,
            stride=stride,
        )
        made.open()
        made.scan(distance_m=12.5)
        made.show(WANG)
        made.show(LI)
        made.serve()
        for point in range(1, ANSWERS + 1):
            made.answer(f"p{point}", note="证照齐全有效，在显著位置公示")
        for photo in range(PHOTOS):
            made.photo(f"{made.visit_id[-12:]}-{photo}")
        made.read_out()
        made.sign()
        made.tell()
        made.leave()
        made.seal()
        assert len(made.events) == EVENTS
        return made.events


def pushing(place: Place, tablet: str, events: Sequence[Event], *, kind: str = "") -> Step:
    """The request that brings these events."""
    body = canonical({"batch": [event.raw for event in events]})
    return place.step(tablet, "POST", PUSH, body, kind=kind, Content_Type=JSON)


def records(events: Sequence[Event]) -> list[bytes]:
    """The same events as the bytes that are kept of them."""
    return [canonical(event.raw) for event in events]
