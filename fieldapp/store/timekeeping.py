"""What time an act gets: the wall as shown, the monotonic clock, and what the server's clock said.

A wall clock set by hand is never corrected in what is recorded; it is marked suspect. The lease is
judged by a time that no setting of the clock can turn back.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fieldapp.ports.clock import Clock, Reading
from fieldapp.store.facts import Facts
from fieldapp.store.opening import Store, Transaction
from shared import rfc3339
from shared.events.envelope import Moment

JUMP = timedelta(seconds=60)
"""How far the wall may move against the monotonic clock before it is suspect (protocol §2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A reading of both clocks, with the server's time at that instant where it is known."""

    wall: datetime
    elapsed_ms: int
    boot_id: str
    server: datetime | None

    @classmethod
    def from_object(cls, stored: dict[str, Any]) -> "Anchor":
        server = stored["server"]
        return cls(
            wall=rfc3339.read(stored["wall"]),
            elapsed_ms=stored["elapsed_ms"],
            boot_id=stored["boot_id"],
            server=None if server is None else rfc3339.read(server),
        )

    def as_object(self) -> dict[str, Any]:
        return {
            "wall": rfc3339.write(self.wall),
            "elapsed_ms": self.elapsed_ms,
            "boot_id": self.boot_id,
            "server": None if self.server is None else rfc3339.write(self.server),
        }

    def drift(self, now: Reading) -> timedelta:
        """How much further the wall has moved than the monotonic clock; same boot only."""
        return (now.wall - self.wall) - timedelta(milliseconds=now.elapsed_ms - self.elapsed_ms)


class Timekeeper:
    """Reads the clock and remembers in the store what must outlive the program."""

    def __init__(self, clock: Clock, store: Store) -> None:
        self._clock = clock
        self._store = store
        self._facts = Facts(store)

    def moment(self) -> Moment:
        """Now, as an event records it."""
        now = self._clock.read()
        return Moment(
            wall=now.wall,
            elapsed_ms=now.elapsed_ms,
            boot_id=now.boot_id,
            server_offset_ms=self._offset_ms(now),
            suspect=self._suspect(now),
        )

    def now(self) -> datetime:
        """The best estimate of the server's time, UTC."""
        return self.moment().corrected.astimezone(UTC)

    def lease_time(self) -> datetime:
        """A time that never goes back and never stands still, whatever the wall says.

        The latest time this tablet ever believed, plus what the monotonic clock has counted since;
        after a restart, what it has counted since the restart.
        """
        now, latest = self._clock.read(), self._latest()
        if latest is None or latest.server is None:
            return self.now()
        since = latest.elapsed_ms if latest.boot_id == now.boot_id else 0
        return max(self.now(), latest.server + timedelta(milliseconds=now.elapsed_ms - since))

    def note(self, tx: Transaction) -> None:
        """Remember that it was as late as now; call it in every transaction that records an act."""
        now = self._clock.read()
        held = self._anchor()
        new_boot = held is None or held.boot_id != now.boot_id
        if new_boot and not self._suspect(now):
            self._keep_base(tx, now)  # a wall that is behind already is nothing to measure by
        latest = Anchor(
            wall=now.wall,
            elapsed_ms=now.elapsed_ms,
            boot_id=now.boot_id,
            server=self.lease_time(),
        )
        self._facts.put(tx, "latest_time", latest.as_object())

    def server_said(self, tx: Transaction, server_time: datetime) -> None:
        """Set the clocks against a time the server has just given."""
        now = self._clock.read()
        anchor = Anchor(
            wall=now.wall, elapsed_ms=now.elapsed_ms, boot_id=now.boot_id, server=server_time
        )
        self._facts.put(tx, "clock_anchor", anchor.as_object())
        self._facts.forget(tx, "clock_base")
        self.note(tx)

    def _anchor(self) -> Anchor | None:
        stored = self._facts.get("clock_anchor")
        return None if stored is None else Anchor.from_object(stored)

    def _base(self, boot_id: str) -> Anchor | None:
        """The first reading of this boot, from the server or noted without it."""
        for name in ("clock_anchor", "clock_base"):
            stored = self._facts.get(name)
            if stored is not None and stored["boot_id"] == boot_id:
                return Anchor.from_object(stored)
        return None

    def _keep_base(self, tx: Transaction, now: Reading) -> None:
        if self._base(now.boot_id) is None:
            base = Anchor(
                wall=now.wall, elapsed_ms=now.elapsed_ms, boot_id=now.boot_id, server=None
            )
            self._facts.put(tx, "clock_base", base.as_object())

    def _latest(self) -> Anchor | None:
        """The latest time ever believed, as `server`, with the reading it was believed at."""
        stored = self._facts.get("latest_time")
        return None if stored is None else Anchor.from_object(stored)

    def _offset_ms(self, now: Reading) -> int | None:
        """Server minus wall. By the monotonic clock within a boot, by the wall across boots."""
        anchor = self._anchor()
        if anchor is None or anchor.server is None:
            return None
        offset = anchor.server - anchor.wall
        if anchor.boot_id == now.boot_id:
            offset -= anchor.drift(now)
        return round(offset / timedelta(milliseconds=1))

    def _suspect(self, now: Reading) -> bool:
        base = self._base(now.boot_id)
        if base is not None:
            return abs(base.drift(now)) > JUMP
        latest, offset = self._latest(), self._offset_ms(now) or 0
        if latest is None or latest.server is None:
            return False
        return now.wall + timedelta(milliseconds=offset) < latest.server - JUMP
