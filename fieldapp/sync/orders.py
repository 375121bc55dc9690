"""The platform's orders to wipe. Obeyed only if they verify and name this tablet (protocol §1)."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from fieldapp.store.holdings import Holdings
from fieldapp.store.outbox import OutboxState
from shared.errors import BadInput, Untrusted
from shared.wipe import WipeForm, read_wipe

LOG = logging.getLogger(__name__)

MEMBER = "wipe_order"
"""Where an order stands in any answer to a tablet."""


ABANDONED = timedelta(hours=24)


class Verdict(Enum):
    """What an order comes to."""

    NOTHING = "nothing"
    WIPE_NOW = "wipe_now"


def heed(held: Holdings, order: Mapping[str, Any]) -> Verdict:
    """Judge an order; a `retired` one is remembered, since it is carried out when all is sent."""
    try:
        found = read_wipe(
            order,
            held.identities.key_set(),
            held.identities.get().device_id,
            held.timekeeper.now(),
        )
    except (Untrusted, BadInput) as error:
        LOG.warning("a wipe order was not obeyed: %s", error.code)
        return Verdict.NOTHING
    if found.form is WipeForm.LOST:
        return Verdict.WIPE_NOW
    if not held.identities.retired():
        with held.store.transaction() as tx:
            held.identities.retire(tx, order)
    return Verdict.NOTHING


def due(held: Holdings) -> Verdict:
    """Whether a retired tablet has delivered everything and must now wipe itself."""
    if held.identities.retired() and is_empty(held):
        return Verdict.WIPE_NOW
    return Verdict.NOTHING


def is_empty(held: Holdings) -> bool:
    """Whether the server has every event and every file, quarantined ones included.

    One that was set apart because its bytes were not ours is not there: something changed them on
    the way. It is kept until the server asks for it again.
    A visit somebody is in the middle of is not empty, though all of it was sent: it is finished
    first. One that nobody has touched for `ABANDONED` is not waited for.
    """
    if held.journal.has_open_visit(since=held.timekeeper.now() - ABANDONED):
        return False
    counts = held.outbox.counts()
    kept_back = (OutboxState.WAITING, OutboxState.SENT, OutboxState.CONFLICT)
    files, _ = held.evidence.undelivered()
    if files or any(counts[state] for state in kept_back):
        return False
    return not held.outbox.spoiled()
