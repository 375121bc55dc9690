"""How far a round with the server is: what is being sent, how much of it, how long it may take."""

from dataclasses import dataclass
from enum import Enum

ESTIMATE_FROM_MS = 2_000
"""Before this nobody knows how fast the network is."""


class Stage(Enum):
    RECORDS = "records"
    REFERENCE = "reference"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Items and bytes of one stage; `total` 0 where nobody knows how much there is."""

    stage: Stage
    done: int = 0
    total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    elapsed_ms: int = 0

    @property
    def part(self) -> float | None:
        """From 0 to 1, by bytes where they are known."""
        if self.bytes_total:
            return min(1.0, self.bytes_done / self.bytes_total)
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def seconds_left(self) -> int | None:
        """At the speed so far; None while that says nothing."""
        part = self.part
        if part is None or part <= 0 or self.elapsed_ms < ESTIMATE_FROM_MS:
            return None
        return round(self.elapsed_ms * (1 - part) / part / 1000)
