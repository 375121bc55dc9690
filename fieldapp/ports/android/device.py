"""Battery through plyer, disk through the system, and what the maker calls the tablet."""

import shutil
from pathlib import Path

from fieldapp.ports.android import java


class AndroidDevice:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def battery_percent(self) -> int | None:
        from plyer import battery

        level = battery.status["percentage"]
        return None if level is None else round(level)

    def free_bytes(self) -> int:
        existing = next(path for path in (self._folder, *self._folder.parents) if path.exists())
        return shutil.disk_usage(existing).free

    def model(self) -> str:
        build, version = java.of("android.os.Build"), java.of("android.os.Build$VERSION")
        return f"{build.MANUFACTURER} {build.MODEL} (Android {version.RELEASE})"
