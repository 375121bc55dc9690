"""How an enterprise wants its notices: for its owner, in the portal. See `service_consents`."""

from dataclasses import dataclass

from server.models import Contact, ServiceConsent
from server.services import delivery, service_consents
from server.services.scoping import one, require_role
from server.work import Work
from shared.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds now (None: no consent), and all that was said before."""

    now: ServiceConsent | None
    history: tuple[ServiceConsent, ...]


def read(work: Work) -> Standing:
    """For the owner of the enterprise that asks."""
    require_role(work.who, Role.ENTERPRISE_OWNER)
    said = service_consents.history(work, one(work.who.uscc))
    return Standing(now=next((row for row in said if row.ended_at is None), None), history=said)


def give(work: Work, prefers: str) -> ServiceConsent:
    """Agree to electronic service, and say how to be written to."""
    require_role(work.who, Role.ENTERPRISE_OWNER)
    return service_consents.give(work, work.session.get_one(Contact, work.who.id), prefers)


def withdraw(work: Work) -> None:
    """Take it back; what waits to be sent is called back and waits to be served on paper."""
    require_role(work.who, Role.ENTERPRISE_OWNER)
    uscc = one(work.who.uscc)
    service_consents.withdraw(work, uscc)
    work.session.flush()
    delivery.call_back(work, uscc)
