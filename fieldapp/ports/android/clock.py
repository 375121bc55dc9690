"""The tablet's clocks. Android hides the kernel's boot id from apps, so boots are counted."""

from fieldapp.ports.android import java
from fieldapp.ports.desktop.clock import SystemClock

_BOOT_COUNT = "boot_count"  # Settings.Global.BOOT_COUNT


def android_clock() -> SystemClock:
    """The system's clocks, with the number of the boot as its id."""
    settings = java.of("android.provider.Settings$Global")
    count = settings.getInt(java.activity().getContentResolver(), _BOOT_COUNT, 0)
    return SystemClock(boot_id=f"boot-{count}") if count else SystemClock()
