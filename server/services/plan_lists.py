"""A plan's enterprises as a list that the import of plans reads: out, changed, and in again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from server.models import Agency, Certificate, InspectionItem, PlanTarget, Premise
from server.services import own_plans, plan_checks
from server.services.exports import Cells
from server.services.imports.plan_columns import TERMS
from server.services.imports.plans import PLANS
from server.services.imports.templates import headings
from server.services.imports.visits import TRIGGERS, VISIT_TYPES
from server.work import Work

TRIGGER_WORDS: Mapping[str, str] = {code: word for word, code in TRIGGERS.items()}
TERM_WORDS: Mapping[str, str] = {code: word for word, code in TERMS.items()}
VISIT_WORDS: Mapping[str, str] = {code: word for word, code in VISIT_TYPES.items()}
PARTED = "、"


def rows(work: Work, plan_id: str) -> Iterator[Cells]:
    """The headings of the import's template, then a row for each enterprise, in their order."""
    plan = own_plans.get(work, plan_id)
    targets = plan_checks.targets_of(work, plan.id)
    codes = dict(
        work.session.execute(
            select(InspectionItem.id, InspectionItem.code).where(
                InspectionItem.id.in_(plan.item_ids)
            )
        ).all()
    )
    items = PARTED.join(codes[id_] for id_ in plan.item_ids if id_ in codes)
    numbers = _numbers(work, {id_ for target in targets for id_ in target.officer_ids})
    places = _places(work, plan.id)
    joint = PARTED.join(_agencies(work, plan.joint_agency_ids))
    yield headings(PLANS)
    for target in targets:
        yield [
            plan.title,
            TRIGGER_WORDS.get(plan.trigger, plan.trigger),
            plan.window_from.isoformat(),
            plan.window_to.isoformat(),
            items,
            target.uscc,
            places.get(target.premise_id, ""),
            PARTED.join(numbers[id_] for id_ in target.officer_ids if id_ in numbers),
            str(target.assistant_count),
            target.reason_onsite,
            _number(plan.pool_size),
            _number(plan.sample_percent),
            VISIT_WORDS.get(plan.visit_type, plan.visit_type),
            _day(target.window_from),
            _day(target.window_to),
            TERM_WORDS.get(plan.term, plan.term),
            str(plan.frequency),
            joint,
            plan.reason,
            "",
            "",
        ]


def _numbers(work: Work, officer_ids: set[str]) -> dict[str, str]:
    """By officer, the number of the certificate that ends last."""
    found = work.session.execute(
        select(Certificate.officer_id, Certificate.number)
        .where(Certificate.officer_id.in_(officer_ids))
        .order_by(Certificate.valid_to)
    )
    return dict(found.all())


def _places(work: Work, plan_id: str) -> dict[str, str]:
    found = work.session.execute(
        select(Premise.id, Premise.name).where(
            Premise.id.in_(select(PlanTarget.premise_id).where(PlanTarget.plan_id == plan_id))
        )
    )
    return dict(found.all())


def _agencies(work: Work, ids: Sequence[str]) -> Sequence[str]:
    names = dict(
        work.session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(ids))).all()
    )
    return [names[id_] for id_ in ids if id_ in names]


def _day(told: date | None) -> str:
    return told.isoformat() if told else ""


def _number(told: int | None) -> str:
    return "" if told is None else str(told)
