"""Calling another system: claim, call, note what came of it, as messages are sent (sending.py)."""

from server.notify import webhook
from server.notify.channels import NeverTaken, NotTaken
from server.principal import SYSTEM
from server.services import webhooks
from server.work import Parts, open_work


def make_call(parts: Parts, *, call: str) -> None:
    """Make a call that is due; safe to repeat and to run twice at once."""
    with open_work(parts, SYSTEM) as work:
        calling = webhooks.claim(work, call)
    if calling is None:
        return
    why, never = "", False
    try:
        webhook.called(
            calling.url,
            calling.secret,
            calling.id,
            calling.body,
            parts.settings.webhook_networks,
            parts.clock.now(),
        )
    except NeverTaken as refused:
        # A private address today may be a public one tomorrow; only "gone" is for ever.
        why, never = str(refused), refused.facts.get("http") == webhook.GONE
    except NotTaken as refused:
        why = str(refused)
    with open_work(parts, SYSTEM) as work:
        if why:
            webhooks.not_taken(work, calling, why, never=never)
        else:
            webhooks.taken(work, calling)
