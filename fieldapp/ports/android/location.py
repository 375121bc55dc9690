"""Where the tablet is, by Android's own LocationManager: no map service of any company.

A position is handed over with everything that tells how good it is: accuracy, age by the clock
nobody can set, whether another program made it up, how many satellites it needed.
"""

import threading
from typing import Any

from fieldapp.ports.android import java, permissions
from fieldapp.ports.android.permissions import Permission
from shared.events.envelope import Fix

EVERY_MS = 2_000
PROVIDERS = ("gps", "fused", "network")
FUSED_SINCE = MOCK_SINCE = 31  # Android 12
_SATELLITES = "satellites"  # the key Android's GNSS provider puts the number under
_UNKNOWN = -1


class AndroidLocation:
    """Listens from the first question on, until `pause`."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._newest: dict[str, Any] = {}
        self._listener: Any = None

    def fix(self) -> Fix | None:
        """The newest position of any provider; of two within `EVERY_MS` the more accurate."""
        self.resume()
        with self._lock:
            found = [_fix(location) for location in self._newest.values()]
        known = [fix for fix in found if fix is not None]
        return min(known, key=lambda fix: (fix.age_ms // EVERY_MS, fix.acc_m), default=None)

    def resume(self) -> None:
        """Begin to listen, or ask to be allowed to; once listening, costs nothing."""
        with self._lock:
            if self._listener is not None:
                return
            if not permissions.ask(Permission.LOCATION):
                return
            self._listen()

    def pause(self) -> None:
        """Stop listening: the app is in the background, and the battery is the officer's day."""
        with self._lock:
            if self._listener is not None:
                _manager().removeUpdates(self._listener)
                self._listener = None

    def _listen(self) -> None:
        from fieldapp.ports.android.listeners import Positions

        manager, looper = _manager(), java.of("android.os.Looper").getMainLooper()
        self._listener = Positions(self._heard)
        for provider in _usable(manager):
            last = manager.getLastKnownLocation(provider)
            if last is not None:
                self._newest.setdefault(provider, last)
            manager.requestLocationUpdates(provider, EVERY_MS, 0.0, self._listener, looper)

    def _heard(self, location: Any) -> None:
        with self._lock:
            self._newest[str(location.getProvider())] = location


def _manager() -> Any:
    return java.service("location", "android.location.LocationManager")


def _usable(manager: Any) -> list[str]:
    known = manager.getAllProviders()
    names = {str(known.get(index)) for index in range(known.size())}
    wanted = PROVIDERS if java.api_level() >= FUSED_SINCE else ("gps", "network")
    return [name for name in wanted if name in names]


def _fix(location: Any) -> Fix | None:
    """None for a position that does not say how accurate it is: it could be anywhere."""
    if not location.hasAccuracy():
        return None
    now = java.of("android.os.SystemClock").elapsedRealtimeNanos()
    return Fix(
        lat=float(location.getLatitude()),
        lon=float(location.getLongitude()),
        acc_m=float(location.getAccuracy()),
        crs="WGS84",
        provider=str(location.getProvider()),
        age_ms=max(0, (now - location.getElapsedRealtimeNanos()) // 1_000_000),
        mock=_mocked(location),
        satellites=_satellites(location),
    )


def _mocked(location: Any) -> bool:
    if java.api_level() >= MOCK_SINCE:
        return bool(location.isMock())
    return bool(location.isFromMockProvider())


def _satellites(location: Any) -> int | None:
    extras = location.getExtras()
    number = _UNKNOWN if extras is None else int(extras.getInt(_SATELLITES, _UNKNOWN))
    return None if number < 0 else number
