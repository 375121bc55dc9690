"""An agency's items with their published lists, checklists and bases, as the console shows them.

Reads only.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from server.models import Form, InspectionItem, ItemPublication, LegalBasis
from server.services import finding, listing, origins, scoping
from server.services.listing import Filter, Page
from server.services.origins import Origin
from server.work import Work
from shared.localtime import local_day
from shared.roles import Role

READERS = (Role.AGENCY_ADMIN, Role.PLANNER, Role.HEAD)


class Listing(StrEnum):
    """Whether an item may be inspected today."""

    PUBLISHED = "published"
    COMING = "coming"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """An item, how it stands today, and its newest checklist."""

    item: InspectionItem
    listing: Listing
    publication: ItemPublication | None
    form: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item with every publication and every version of its checklists, the newest first."""

    item: InspectionItem
    listing: Listing
    bases: tuple[LegalBasis, ...]
    publications: tuple[ItemPublication, ...]
    forms: tuple[Form, ...]
    origin: Origin | None
    """Who told of it, if it was imported."""
    points: Mapping[str, Origin]
    """The same of the points of its newest checklist, by `origins.point_name`."""
    may_change: bool

    @property
    def form(self) -> Form | None:
        """What a next version is written from: the newest not withdrawn, else the newest."""
        standing = (form for form in self.forms if form.withdrawn_at is None)
        return next(standing, next(iter(self.forms), None))


def lines(work: Work, wanted: Filter) -> Page[ItemLine]:
    """The items of one's own agency by their code; `text` is part of a name, initials, a code."""
    query = select(InspectionItem).where(InspectionItem.agency_id == (work.who.agency_id or ""))
    if wanted.text:
        code = finding.begins(InspectionItem.code, wanted.text)
        query = query.where(
            finding.fits(work, wanted.text, InspectionItem.name, InspectionItem.initials, code)
        )
    last = work.session.get(InspectionItem, wanted.before) if wanted.before else None
    items, further = listing.page(work, query, (InspectionItem.code, InspectionItem.id), last)
    ids = [item.id for item in items]
    published = _publications(work, ids)
    newest = _newest_forms(work, ids)
    today = local_day(work.now)
    shown = tuple(
        ItemLine(
            item=item,
            listing=_standing(published.get(item.id, ()), today),
            publication=next(iter(published.get(item.id, ())), None),
            form=newest.get(item.id),
        )
        for item in items
    )
    return Page(lines=shown, next_before=further)


def one(work: Work, item_id: str) -> ItemView:
    """One item of one's own agency; `NotFound` otherwise."""
    item = scoping.one(work.session.get(InspectionItem, item_id))
    scoping.require_own_agency(work, item.agency_id)
    publications = _publications(work, [item.id]).get(item.id, ())
    forms = work.session.scalars(
        select(Form).where(Form.item_id == item.id).order_by(Form.version.desc(), Form.id)
    ).all()
    asked = {
        origins.point_name(form.id, form.version, point["id"])
        for form in forms[:1]
        for point in form.points
    }
    return ItemView(
        item=item,
        listing=_standing(publications, local_day(work.now)),
        bases=tuple(
            work.session.scalars(select(LegalBasis).where(LegalBasis.id.in_(item.basis_ids)))
        ),
        publications=publications,
        forms=tuple(forms),
        origin=origins.of(work, "inspection_item", {item.id}).get(item.id),
        points=origins.of(work, origins.POINT, asked),
        may_change=Role.AGENCY_ADMIN in work.who.roles,
    )


def bases_page(work: Work, wanted: Filter) -> Page[LegalBasis]:
    """Legal bases, the articles of one law together; `text` is part of a title or its initials."""
    query = select(LegalBasis)
    if wanted.text:
        title, _, article = wanted.text.partition(" ")
        query = query.where(finding.fits(work, title, LegalBasis.title, LegalBasis.initials))
        if article.strip():
            query = query.where(LegalBasis.article.contains(article.strip(), autoescape=True))
    last = work.session.get(LegalBasis, wanted.before) if wanted.before else None
    by = (LegalBasis.title, LegalBasis.article, LegalBasis.id)
    shown, further = listing.page(work, query, by, last)
    return Page(lines=tuple(shown), next_before=further)


MOST_BASES = 50
"""So many legal bases are offered at once, besides those that are chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisChoice:
    """Legal bases to choose from; `more` when others would fit as well."""

    offered: tuple[LegalBasis, ...]
    more: bool


def bases(work: Work, text: str, chosen: Collection[str]) -> BasisChoice:
    """Those chosen, and as many of a title like `text` (or its initials) as a form can offer."""
    by = (LegalBasis.title, LegalBasis.valid_from, LegalBasis.article, LegalBasis.id)
    kept = select(LegalBasis).where(LegalBasis.id.in_(chosen)).order_by(*by)
    others = select(LegalBasis).where(LegalBasis.id.notin_(chosen))
    if text.strip():
        others = others.where(finding.fits(work, text, LegalBasis.title, LegalBasis.initials))
    found = work.session.scalars(others.order_by(*by).limit(MOST_BASES + 1)).all()
    return BasisChoice(
        offered=(*work.session.scalars(kept), *found[:MOST_BASES]), more=len(found) > MOST_BASES
    )


def _publications(
    work: Work, item_ids: Collection[str]
) -> Mapping[str, tuple[ItemPublication, ...]]:
    found: dict[str, tuple[ItemPublication, ...]] = {}
    for row in work.session.scalars(
        select(ItemPublication)
        .where(ItemPublication.item_id.in_(item_ids))
        .order_by(ItemPublication.published_from.desc(), ItemPublication.id)
    ):
        found[row.item_id] = (*found.get(row.item_id, ()), row)
    return found


def _newest_forms(work: Work, item_ids: Collection[str]) -> Mapping[str, Form]:
    rows = work.session.scalars(
        select(Form)
        .where(Form.item_id.in_(item_ids), Form.withdrawn_at.is_(None))
        .order_by(Form.version, Form.id)
    )
    return {row.item_id: row for row in rows}


def _standing(publications: Collection[ItemPublication], today: date) -> Listing:
    ahead = [p for p in publications if p.published_to is None or p.published_to >= today]
    if any(p.published_from <= today for p in ahead):
        return Listing.PUBLISHED
    return Listing.COMING if ahead else Listing.OFF
