"""Who this tablet is: its id, its own key, the server it belongs to and what that server granted.

The device key's seed exists only inside the encrypted store and in memory while it is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fieldapp.errors import NotEnrolled
from fieldapp.store.facts import Facts
from fieldapp.store.opening import Store, Transaction
from fieldapp.version import APP_VERSION
from shared import base64url, keyset, rfc3339
from shared.app_version import is_older
from shared.crypto import SigningKey

DEFAULT_RETAIN_DAYS = 30
DEFAULT_INTERVAL_S, INTERVALS_S = 60, range(30, 3600)
DEFAULT_PIXELS, PIXELS = 12_000_000, range(300_000, 50_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Fixed at enrolment. `server` is the base URL without a trailing slash."""

    device_id: str
    tablet_name: str
    agency_id: str
    server: str
    certificate: Mapping[str, Any]
    key: SigningKey = field(repr=False)


class Identities:
    """The identity and what changes about it."""

    def __init__(self, store: Store) -> None:
        self._facts = Facts(store)

    def get(self) -> Identity:
        """Raises `NotEnrolled`."""
        stored = self._facts.get("identity")
        if stored is None:
            raise NotEnrolled("This tablet belongs to no server.")
        seed = base64url.decode(stored.pop("seed"))
        return Identity(key=SigningKey.from_seed(seed), **stored)

    def put(self, tx: Transaction, identity: Identity) -> None:
        self._facts.put(
            tx,
            "identity",
            {
                "device_id": identity.device_id,
                "tablet_name": identity.tablet_name,
                "agency_id": identity.agency_id,
                "server": identity.server,
                "certificate": dict(identity.certificate),
                "seed": base64url.encode(identity.key.seed),
            },
        )

    def key_set(self) -> keyset.KeySet:
        """The platform's keys this tablet trusts. Raises `NotEnrolled`."""
        stored = self._facts.get("key_set")
        if stored is None:
            raise NotEnrolled("This tablet trusts no key yet.")
        return keyset.read(stored)

    def trust(self, tx: Transaction, keys: keyset.KeySet) -> None:
        """Keep a key set that `shared.keyset` has accepted."""
        self._facts.put(tx, "key_set", dict(keys.signed))

    def lease_until(self) -> datetime | None:
        """After this no new visit may begin; None when the server never said."""
        stored = self._facts.get("lease_until")
        return None if stored is None else rfc3339.read(stored)

    def extend_lease(self, tx: Transaction, until: datetime) -> None:
        """Set the lease; the server may also shorten it."""
        self._facts.put(tx, "lease_until", rfc3339.write(until))

    def epoch(self) -> str:
        """The server's epoch as last heard, or empty."""
        return str(self._facts.get("epoch") or "")

    def set_epoch(self, tx: Transaction, epoch: str) -> None:
        self._facts.put(tx, "epoch", epoch)

    def settings(self) -> dict[str, Any]:
        """What the server lets itself tune: batch sizes, intervals, `retain_days`."""
        return dict(self._facts.get("settings") or {})

    def set_settings(self, tx: Transaction, settings: Mapping[str, Any]) -> None:
        self._facts.put(tx, "settings", dict(settings))

    def retain_days(self) -> int:
        found = self.settings().get("retain_days")
        return found if isinstance(found, int) and found >= 0 else DEFAULT_RETAIN_DAYS

    def sync_interval_s(self) -> int:
        """Seconds between rounds; no setting makes a tablet silent or restless."""
        return self._number("sync_interval_s", DEFAULT_INTERVAL_S, INTERVALS_S)

    def image_pixels(self) -> int:
        """The most pixels of a photo; never so few that it shows nothing."""
        return self._number("image_pixels", DEFAULT_PIXELS, PIXELS)

    def _number(self, name: str, default: int, within: range) -> int:
        found = self.settings().get(name)
        if not isinstance(found, int) or isinstance(found, bool):
            return default
        return min(max(found, within.start), within.stop)

    def update_wanted(self) -> str:
        """The version the server wants, where this program is older; else empty."""
        settings = self.settings()
        wanted = [settings.get(name) for name in ("app_least", "app_wanted")]
        older = (one for one in wanted if is_older(APP_VERSION, one))
        return next((str(one) for one in older), "")

    def retired(self) -> bool:
        """Whether a verified order says: no new visit, and wipe when all is sent."""
        return bool(self._facts.get("retired"))

    def retire(self, tx: Transaction, order: Mapping[str, Any]) -> None:
        self._facts.put(tx, "retired", dict(order))
