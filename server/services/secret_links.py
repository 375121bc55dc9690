"""Links that open by a secret in their address: found by its hash, and none that does not hold."""

from typing import TypeVar

from sqlalchemy import select

from server.models import NoticeLink, ReportLink
from server.services import bearer
from server.work import Work
from shared.errors import Expired, NotFound

SECRET_BYTES = 18  # 144 bits in 24 letters
Link = TypeVar("Link", NoticeLink, ReportLink)


def find(work: Work, kind: type[Link], secret: str, *, lock: bool = False) -> Link:
    """The link with this secret; `NotFound` where there is none or it was revoked, `Expired`."""
    wanted = select(kind).where(kind.secret_hash == bearer.hash_of(secret))
    link = work.session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if link is None or link.revoked_at is not None:
        raise NotFound("No such link.")
    if link.expires_at <= work.now:
        raise Expired("The link has expired.")
    return link
