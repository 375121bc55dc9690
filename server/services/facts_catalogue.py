"""What the plan rules look at of items, checklists and legal bases."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from server.models import Form, InspectionItem, ItemPublication, LegalBasis
from server.work import Work
from shared.plans.facts import BasisFacts, FormFacts, ItemFacts, Span
from shared.plans.model import Plan

# Put together once: a single task is to be checked in a blink.
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_ITEMS = select(
    InspectionItem.id,
    InspectionItem.name,
    InspectionItem.agency_id,
    InspectionItem.standard,
    InspectionItem.conflict,
    InspectionItem.is_offsite,
    InspectionItem.levels,
    InspectionItem.industries,
    InspectionItem.basis_ids,
    InspectionItem.last_used_on,
).where(InspectionItem.id.in_(_IDS))
_PUBLISHED = select(
    ItemPublication.item_id, ItemPublication.published_from, ItemPublication.published_to
).where(ItemPublication.item_id.in_(_IDS))
_FORMS = select(
    Form.id, Form.item_id, Form.version, Form.valid_from, Form.valid_to, Form.points
).where(Form.item_id.in_(_IDS), Form.withdrawn_at.is_(None))
_BASES = select(
    LegalBasis.id,
    LegalBasis.title,
    LegalBasis.article,
    LegalBasis.valid_from,
    LegalBasis.valid_to,
).where(LegalBasis.id.in_(_IDS))


def items(work: Work, plan: Plan) -> dict[str, ItemFacts]:
    """The plan's items as they are on record."""
    wanted = {"ids": list(plan.item_ids)}
    rows = work.session.execute(_ITEMS, wanted)
    published: dict[str, list[Span]] = {}
    for place in work.session.execute(_PUBLISHED, wanted):
        span = Span(since=place.published_from, until=place.published_to)
        published.setdefault(place.item_id, []).append(span)
    forms: dict[str, list[FormFacts]] = {}
    for form in work.session.execute(_FORMS, wanted):
        forms.setdefault(form.item_id, []).append(_form(form))
    return {
        row.id: ItemFacts(
            name=row.name,
            agency_id=row.agency_id,
            published=tuple(published.get(row.id, ())),
            forms=tuple(forms.get(row.id, ())),
            standard=row.standard,
            conflict=row.conflict,
            is_offsite=row.is_offsite,
            levels=frozenset(row.levels),
            industries=frozenset(row.industries),
            basis_ids=tuple(row.basis_ids),
            last_used=row.last_used_on,
        )
        for row in rows
    }


def bases(work: Work, plan: Plan, of_items: Mapping[str, ItemFacts]) -> dict[str, BasisFacts]:
    """Every legal basis that the items, their points, or the plan itself names."""
    rows = work.session.execute(_BASES, {"ids": sorted(_named(plan, of_items))})
    return {
        row.id: BasisFacts(
            name=f"{row.title}{row.article}", since=row.valid_from, until=row.valid_to
        )
        for row in rows
    }


def _named(plan: Plan, of_items: Mapping[str, ItemFacts]) -> set[str]:
    named = {plan.licence_basis_id} if plan.licence_basis_id else set()
    for item in of_items.values():
        named |= set(item.basis_ids)
        named |= set(_of_points(item.forms))
    return named


def _of_points(forms: Iterable[FormFacts]) -> Iterable[str]:
    return (basis for form in forms for _, basis in form.points if basis is not None)


def _form(row: Any) -> FormFacts:
    """`row` is as much of a checklist as `_FORMS` reads."""
    return FormFacts(
        id=row.id,
        version=row.version,
        since=row.valid_from,
        until=row.valid_to,
        points=tuple((point["id"], point.get("basis_id")) for point in row.points),
    )
