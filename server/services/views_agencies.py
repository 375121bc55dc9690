"""Agencies as the platform's administrators see them. Reads only."""

from sqlalchemy import select

from server.models import Agency, AgencyStatus
from server.services import finding, listing, scoping
from server.services.listing import Filter, Page
from server.work import Work
from shared.roles import Role

BY = (Agency.region, Agency.name, Agency.id)


def lines(work: Work, wanted: Filter) -> Page[Agency]:
    """Agencies by region and name; `text` is part of a name, its initials or a region's code."""
    scoping.require_role(work.who, Role.PLATFORM_ADMIN)
    query = select(Agency)
    if wanted.text:
        region = Agency.region.startswith(wanted.text, autoescape=True)
        query = query.where(finding.fits(work, wanted.text, Agency.name, Agency.initials, region))
    if wanted.status == AgencyStatus.REVOKED:
        query = query.where(Agency.revoked_on.is_not(None))
    elif wanted.status:
        query = query.where(Agency.status == wanted.status, Agency.revoked_on.is_(None))
    last = work.session.get(Agency, wanted.before) if wanted.before else None
    shown, further = listing.page(work, query, BY, last)
    return Page(lines=tuple(shown), next_before=further)


def one(work: Work, agency_id: str) -> Agency:
    """One of them; `NotFound` otherwise."""
    scoping.require_role(work.who, Role.PLATFORM_ADMIN)
    return scoping.one(work.session.get(Agency, agency_id))
