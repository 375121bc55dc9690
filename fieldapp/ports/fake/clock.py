"""A clock that moves only when told, and whose wall can be set back as a person might."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from fieldapp.ports.clock import Reading

BEIJING = timezone(timedelta(hours=8))
START = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)


class FakeClock:
    def __init__(self, wall: datetime = START) -> None:
        self._now = Reading(wall=wall, elapsed_ms=3_600_000, boot_id="boot-1")

    def read(self) -> Reading:
        return self._now

    def advance(self, *, seconds: float) -> None:
        """Time passes, for both clocks."""
        self._now = replace(
            self._now,
            wall=self._now.wall + timedelta(seconds=seconds),
            elapsed_ms=self._now.elapsed_ms + int(seconds * 1000),
        )

    def set_wall(self, wall: datetime) -> None:
        """Somebody sets the clock; no time passes."""
        self._now = replace(self._now, wall=wall)

    def reboot(self, *, boot_id: str = "boot-2") -> None:
        """The tablet starts again; the wall clock goes on."""
        self._now = replace(self._now, elapsed_ms=5_000, boot_id=boot_id)
