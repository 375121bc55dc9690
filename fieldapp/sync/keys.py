"""The platform's keys, asked for by themselves when something is signed by one never heard of.

A tablet that was away when a key was announced meets it on a receipt, before it can pull, or on
an order, which may come instead of everything else.
"""

import logging
from typing import Any

from fieldapp.store.holdings import Holdings
from fieldapp.store.opening import Transaction
from fieldapp.sync.client import ServerClient
from shared import keyset
from shared.errors import BadInput, Untrusted

LOG = logging.getLogger(__name__)


def knows(held: Holdings, kid: object) -> bool:
    """Whether the key set held names this key, whatever became of it."""
    return any(key.kid == kid for key in held.identities.key_set().keys)


def renew(client: ServerClient, held: Holdings) -> None:
    """Fetch the key set and keep it, if it may be believed. Raises what the client raises."""
    offered = dict(client.get("/key-set").body)
    with held.store.transaction() as tx:
        trust(tx, held, offered)


def trust(tx: Transaction, held: Holdings, offered: Any) -> None:
    """Keep a new key set, if a key we trust signed it; else the old one stays, and it is noted."""
    try:
        accepted = keyset.accept(offered, held.identities.key_set(), held.timekeeper.now())
    except (Untrusted, BadInput) as error:
        LOG.warning("a key set was not accepted: %s", error.code)
        return
    held.identities.trust(tx, accepted)
