"""What any answer may tell besides its own matter: the server's time, the lease, the settings."""

from collections.abc import Mapping
from typing import Any

from fieldapp.errors import BadReply
from fieldapp.store.holdings import Holdings
from fieldapp.store.opening import Transaction
from shared import rfc3339
from shared.errors import BadInput


def keep_terms(tx: Transaction, held: Holdings, body: Mapping[str, Any]) -> None:
    """Keep what is there; what is absent stays as it was. Raises `BadReply`."""
    settings = body.get("settings")
    try:
        if "server_time" in body:
            held.timekeeper.server_said(tx, rfc3339.read(body["server_time"]))
        until = body.get("lease_until") or (settings or {}).get("lease_until")
        if until is not None:
            held.identities.extend_lease(tx, rfc3339.read(until))
    except BadInput as error:
        raise BadReply("A time in the answer cannot be read.") from error
    if isinstance(settings, Mapping):
        held.identities.set_settings(tx, settings)
