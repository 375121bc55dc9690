"""What a planner chooses from while writing a plan: items, officers, agencies. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from server.models import (
    IN_FORCE,
    Agency,
    InspectionItem,
    ItemPublication,
    LegalBasis,
    OfficerKind,
    Plan,
)
from server.services import views_people
from server.services.views_people import OfficerLine
from server.work import Work
from shared.localtime import local_day
from shared.plans.model import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Pairs are (id, name)."""

    items: tuple[InspectionItem, ...]
    officers: tuple[OfficerLine, ...]
    agencies: tuple[tuple[str, str], ...]
    bases: tuple[tuple[str, str], ...]
    annual_plans: tuple[tuple[str, str], ...]

    @property
    def officer_names(self) -> Mapping[str, str]:
        return {line.officer.id: line.officer.name for line in self.officers}


def choices(work: Work) -> Choices:
    """What is there to choose from today, in this planner's agency."""
    agency_id = work.who.agency_id or ""
    return Choices(
        items=_items(work, agency_id),
        officers=tuple(
            line
            for line in views_people.officers(work)
            if line.officer.kind == OfficerKind.OFFICER and line.officer.agency_id == agency_id
        ),
        agencies=tuple(
            work.session.execute(
                select(Agency.id, Agency.name).where(Agency.id != agency_id).order_by(Agency.name)
            ).all()
        ),
        bases=tuple(
            (id_, f"《{title}》{article}")
            for id_, title, article in work.session.execute(
                select(LegalBasis.id, LegalBasis.title, LegalBasis.article).order_by(
                    LegalBasis.title, LegalBasis.article
                )
            )
        ),
        annual_plans=tuple(
            work.session.execute(
                select(Plan.id, Plan.title)
                .where(
                    Plan.agency_id == agency_id,
                    Plan.term == Term.ANNUAL,
                    Plan.status.in_(IN_FORCE),
                    Plan.year >= local_day(work.now).year - 1,
                )
                .order_by(Plan.year.desc(), Plan.title)
            ).all()
        ),
    )


def _items(work: Work, agency_id: str) -> tuple[InspectionItem, ...]:
    """The items whose place on the published list is not over."""
    today = local_day(work.now)
    listed = select(ItemPublication.item_id).where(
        or_(ItemPublication.published_to.is_(None), ItemPublication.published_to >= today)
    )
    return tuple(
        work.session.scalars(
            select(InspectionItem)
            .where(InspectionItem.agency_id == agency_id, InspectionItem.id.in_(listed))
            .order_by(InspectionItem.code, InspectionItem.id)
        )
    )
