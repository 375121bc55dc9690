"""The system's clocks. The one place in the field application that asks what time it is."""

import time
from datetime import UTC, datetime
from pathlib import Path

from fieldapp.ports.clock import Reading

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class SystemClock:
    """`boot_id` is given where the kernel hides its own."""

    def __init__(self, boot_id: str = "") -> None:
        self._boot_id = boot_id or _boot_id()

    def read(self) -> Reading:
        return Reading(
            wall=datetime.fromtimestamp(time.time(), UTC).astimezone(),
            elapsed_ms=_elapsed_ns() // 1_000_000,
            boot_id=self._boot_id,
        )


def _elapsed_ns() -> int:
    """Nanoseconds since boot with sleep counted, as Android's elapsedRealtime does."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return time.monotonic_ns()


def _boot_id() -> str:
    """The kernel's boot id; where it has none, one that lasts as long as this process."""
    try:
        return BOOT_ID.read_text("ascii").strip()
    except OSError:
        return f"process-{time.time_ns()}"
