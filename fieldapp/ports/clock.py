"""What the tablet's clocks say. Only an adapter asks the system; everybody else asks a `Clock`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Both clocks at one instant.

    `wall` is aware and carries the local offset; a person can set it. `elapsed_ms` counts since
    `boot_id` began, sleep included; nobody can set it.
    """

    wall: datetime
    elapsed_ms: int
    boot_id: str


class Clock(Protocol):
    def read(self) -> Reading: ...
