"""A session of the portal, begun with a code that reached a contact of an enterprise."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.models import Contact, PortalSession
from server.services import bearer
from server.services.bearer import Bearer
from server.work import Work

LIFE = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """`secret` is shown to its owner once and kept nowhere."""

    secret: str
    expires_at: datetime


def begin(work: Work, contact: Contact, *, link_id: str | None = None) -> Begun:
    """Begin a session of `contact`; one that came by the link of a notice names it."""
    secret, kept = bearer.make(Bearer.PORTAL, work.chance)
    row = PortalSession(
        id=work.ids(),
        token_hash=kept,
        uscc=contact.uscc,
        contact_id=contact.id,
        link_id=link_id,
        created_at=work.now,
        expires_at=work.now + LIFE,
    )
    work.session.add(row)
    return Begun(secret=secret, expires_at=row.expires_at)
