"""The one place of the server that asks what time it is. Everything else takes the moment."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)


@dataclass(slots=True)
class SetClock:
    """A clock that stands where it was put: for tests and for replaying a day."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        """Go on (or back) by a span."""
        self.moment += by
