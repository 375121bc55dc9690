"""A position taken from a setting, for desks that have no satellite receiver."""

import os
from dataclasses import dataclass

from shared.events.envelope import Fix

SETTING = "MINGCHA_FIELD_FIX"


@dataclass(frozen=True, slots=True)
class SettingLocation:
    """Always the same fix, marked as mocked, because it is."""

    position: tuple[float, float, float] | None = None

    @classmethod
    def from_environment(cls) -> "SettingLocation":
        """`MINGCHA_FIELD_FIX=lat,lon,acc_m`; without it there is no fix."""
        text = os.environ.get(SETTING, "")
        if not text:
            return cls()
        lat, lon, accuracy = (float(part) for part in text.split(","))
        return cls((lat, lon, accuracy))

    def fix(self) -> Fix | None:
        if self.position is None:
            return None
        lat, lon, accuracy = self.position
        return Fix(
            lat=lat,
            lon=lon,
            acc_m=accuracy,
            crs="WGS84",
            provider="setting",
            age_ms=0,
            mock=True,
        )
