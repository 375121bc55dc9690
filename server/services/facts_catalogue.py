"""What the plan rules look at of items, checklists and legal bases."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from server.database import any_of
from server.models import Form, InspectionItem, ItemPublication, LegalBasis
from server.together import Answers, Query
from shared.plans.facts import BasisFacts, FormFacts, ItemFacts, Span
from shared.plans.model import Plan

ITEMS: Mapping[str, Query] = {
    "items": select(
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
    ).where(any_of(InspectionItem.id, "items")),
    "published": select(
        ItemPublication.item_id, ItemPublication.published_from, ItemPublication.published_to
    ).where(any_of(ItemPublication.item_id, "items")),
    "forms": select(
        Form.id, Form.item_id, Form.version, Form.valid_from, Form.valid_to, Form.points
    ).where(any_of(Form.item_id, "items"), Form.withdrawn_at.is_(None)),
}
"""What concerns the items given as `items`."""
BASES: Mapping[str, Query] = {
    "bases": select(
        LegalBasis.id,
        LegalBasis.title,
        LegalBasis.article,
        LegalBasis.valid_from,
        LegalBasis.valid_to,
    ).where(any_of(LegalBasis.id, "bases"))
}
"""The legal bases given as `bases`."""


def items(found: Answers) -> dict[str, ItemFacts]:
    """The plan's items as they are on record."""
    published: dict[str, list[Span]] = {}
    for place in found["published"]:
        span = Span(since=place.published_from, until=place.published_to)
        published.setdefault(place.item_id, []).append(span)
    forms: dict[str, list[FormFacts]] = {}
    for form in found["forms"]:
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
        for row in found["items"]
    }


def bases(found: Answers) -> dict[str, BasisFacts]:
    """Legal bases by id."""
    return {
        row.id: BasisFacts(
            name=f"{row.title}{row.article}", since=row.valid_from, until=row.valid_to
        )
        for row in found["bases"]
    }


def named_bases(plan: Plan, of_items: Mapping[str, ItemFacts]) -> set[str]:
    """Every legal basis that the items, their points, or the plan itself names."""
    named = {plan.licence_basis_id} if plan.licence_basis_id else set()
    for item in of_items.values():
        named |= set(item.basis_ids)
        named |= set(_of_points(item.forms))
    return named


def _of_points(forms: Iterable[FormFacts]) -> Iterable[str]:
    return (basis for form in forms for _, basis in form.points if basis is not None)


def _form(row: Any) -> FormFacts:
    """`row` is as much of a checklist as is asked for here."""
    return FormFacts(
        id=row.id,
        version=row.version,
        since=row.valid_from,
        until=row.valid_to,
        points=tuple((point["id"], point.get("basis_id")) for point in row.points),
    )
