"""Whether an enterprise agreed to be served electronically, and how it wants to be written to (D9).

    confirmed with its first contact, or given in the portal → in force → changed | withdrawn

Without consent nothing goes out by itself: the notice waits on the desk to be served on paper. To
look into the portal and to sign there stays open to the enterprise; that is its own act.
"""

from enum import StrEnum

from sqlalchemy import bindparam, select

from server.models import Contact, ServiceConsent
from server.notify.letter import PERSONAL
from server.services import audit
from server.work import Work
from shared.errors import BadInput, Conflict
from shared.localtime import local_minute


class How(StrEnum):
    """By what act consent was given."""

    CONFIRMATION = "confirmation"  # 送达地址确认书, with the enterprise's first contact
    PORTAL = "portal"


class Ended(StrEnum):
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


SAID = {How.CONFIRMATION: "以送达地址确认书", How.PORTAL: "在企业端"}
"""As a proof of service prints it."""


def in_force(work: Work, uscc: str) -> ServiceConsent | None:
    """The consent that counts now; None where there is none, or it was taken back."""
    return work.session.scalars(_IN_FORCE, {"uscc": uscc}).one_or_none()


_IN_FORCE = select(ServiceConsent).where(
    ServiceConsent.uscc == bindparam("uscc"), ServiceConsent.ended_at.is_(None)
)


def history(work: Work, uscc: str, *, limit: int = 20) -> tuple[ServiceConsent, ...]:
    """All that was said of it, the newest first."""
    rows = work.session.scalars(
        select(ServiceConsent)
        .where(ServiceConsent.uscc == uscc)
        .order_by(ServiceConsent.given_at.desc(), ServiceConsent.id.desc())
        .limit(limit)
    )
    return tuple(rows)


def by_confirmation(work: Work, contact: Contact) -> None:
    """Note the consent that comes with the first contact, unless anything was said before."""
    if not history(work, contact.uscc, limit=1):
        _note(work, contact, How.CONFIRMATION, "")


def give(work: Work, contact: Contact, prefers: str) -> ServiceConsent:
    """Agree, or say anew by which channel to be written to first ("" for all at once)."""
    if prefers and prefers not in PERSONAL:
        raise BadInput("Not a channel.", errors={"/prefers": ", ".join(PERSONAL)})
    before = in_force(work, contact.uscc)
    if before is not None and before.prefers == prefers:
        raise Conflict("That is how it stands.")
    if before is not None:
        _end(work, before, Ended.CHANGED)
        work.session.flush()
    return _note(work, contact, How.PORTAL, prefers)


def withdraw(work: Work, uscc: str) -> None:
    """Take consent back, from now on; what was served before stays served."""
    row = in_force(work, uscc)
    if row is None:
        raise Conflict("There is no consent to take back.")
    _end(work, row, Ended.WITHDRAWN)
    audit.write(work, "service_consent.withdrawn", "enterprise", uscc)


def told(consent: ServiceConsent | None) -> str:
    """The consent as a proof of service prints it; "" without one."""
    if consent is None:
        return ""
    who = f"{consent.name}（{consent.capacity}）" if consent.capacity else consent.name
    return f"{who}于{local_minute(consent.given_at)}{SAID[How(consent.how)]}同意"


def _note(work: Work, contact: Contact, how: How, prefers: str) -> ServiceConsent:
    row = ServiceConsent(
        id=work.ids(),
        uscc=contact.uscc,
        prefers=prefers,
        how=how,
        given_by=contact.id,
        name=contact.name,
        capacity=contact.capacity,
        given_at=work.now,
    )
    work.session.add(row)
    audit.write(
        work, "service_consent.given", "enterprise", contact.uscc, how=str(how), prefers=prefers
    )
    return row


def _end(work: Work, row: ServiceConsent, why: Ended) -> None:
    row.ended_at, row.ended_by, row.ended_why = work.now, work.who.id, why
