"""Sending one message: claim it, let its channel take it over, note what came of it.

Claim and note are transactions of their own, and nothing is open while a mail server thinks. A
worker killed in between leaves a claim that runs out; the sweeper finds it. So a message may be
sent twice, under one id, and is never lost.
"""

import logging

from server.jobs.channels import channel
from server.notify.channels import NeverTaken, NotTaken
from server.notify.letter import Letter
from server.principal import SYSTEM
from server.services import delivery, outbox
from server.services.outbox import Claim, TryOutcome
from server.work import Parts, open_work

log = logging.getLogger(__name__)


def send_message(parts: Parts, *, message: str) -> None:
    """Send an outbox message if it is due; safe to repeat and to run twice at once."""
    with open_work(parts, SYSTEM) as work:
        claimed = delivery.begin(work, message)
        letter = outbox.letter(work, claimed) if claimed else None
    if claimed is None or letter is None:
        return
    outcome, detail = _handed_over(parts, claimed, letter)
    with open_work(parts, SYSTEM) as work:
        settled = delivery.settle(work, claimed, outcome, detail)
    log.info(
        "message %s by %s, try %d: %s %s -> %s",
        *(claimed.message_id, claimed.channel, claimed.no, outcome, detail, settled),
    )


def _handed_over(parts: Parts, claimed: Claim, letter: Letter) -> tuple[TryOutcome, str]:
    try:
        channel(parts, claimed.channel).send(letter)
    except NeverTaken as refused:
        return TryOutcome.NEVER_TAKEN, str(refused)
    except NotTaken as refused:
        return TryOutcome.NOT_TAKEN, str(refused)
    return TryOutcome.TAKEN, ""
