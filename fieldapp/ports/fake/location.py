"""A position that the test chooses."""

from shared.events.envelope import Fix

AT_THE_GATE = Fix(
    lat=36.6512,
    lon=117.1201,
    acc_m=8.0,
    crs="WGS84",
    provider="gps",
    age_ms=500,
    mock=False,
)


class FakeLocation:
    def __init__(self, fix: Fix | None = AT_THE_GATE) -> None:
        self.position = fix

    def fix(self) -> Fix | None:
        return self.position
