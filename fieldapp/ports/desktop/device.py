"""Battery, disk and model of a desktop machine."""

import platform
import shutil
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")


class DesktopDevice:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def battery_percent(self) -> int | None:
        for capacity in sorted(SUPPLIES.glob("BAT*/capacity")):
            try:
                return int(capacity.read_text("ascii"))
            except (OSError, ValueError):
                continue
        return None

    def free_bytes(self) -> int:
        existing = next(path for path in (self._folder, *self._folder.parents) if path.exists())
        return shutil.disk_usage(existing).free

    def model(self) -> str:
        return f"{platform.system()} {platform.machine()}"
