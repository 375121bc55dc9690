"""Gathers what the plan rules look at, in a number of queries that does not grow with the plan."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from server.models import (
    Agency,
    AgencyStatus,
    AgencyType,
    Certificate,
    Enterprise,
    Form,
    InspectionItem,
    ItemPublication,
    Officer,
    OfficerKind,
    PlanTarget,
    Premise,
)
from server.models import Plan as PlanRow
from server.services import counters, parameters
from server.work import Work
from shared.localtime import local_day
from shared.plans.model import (
    AgencyFacts,
    Facts,
    ItemFacts,
    OfficerFacts,
    PlaceFacts,
    Plan,
    PlanKind,
    Span,
    Target,
    Trigger,
    VisitType,
)

INSPECTING = frozenset({AgencyType.ADMINISTRATIVE, AgencyType.AUTHORISED, AgencyType.ENTRUSTED})


def as_plan(row: PlanRow, targets: Iterable[PlanTarget]) -> Plan:
    """A stored plan as the rules see it; a target without a window has the plan's."""
    return Plan(
        agency_id=row.agency_id,
        kind=PlanKind(row.kind),
        trigger=Trigger(row.trigger),
        visit_type=VisitType(row.visit_type),
        year=row.year,
        window_from=row.window_from,
        window_to=row.window_to,
        item_ids=tuple(row.item_ids),
        targets=tuple(
            Target(
                id=target.id,
                position=target.position,
                uscc=target.uscc,
                premise_id=target.premise_id,
                officer_ids=tuple(target.officer_ids),
                assistant_count=target.assistant_count,
                window_from=target.window_from or row.window_from,
                window_to=target.window_to or row.window_to,
                reason_onsite=target.reason_onsite,
            )
            for target in targets
        ),
    )


def gather(work: Work, plan: Plan) -> Facts:
    """Everything known around `plan` now."""
    today = local_day(work.now)
    agency = work.session.get_one(Agency, plan.agency_id)
    usccs = {target.uscc for target in plan.targets}
    return Facts(
        today=today,
        agency=_agency(agency),
        officers=_officers(work, {id_ for t in plan.targets for id_ in t.officer_ids}),
        items=_items(work, plan.item_ids),
        places=_places(work, {target.premise_id for target in plan.targets}),
        names=_names(work, usccs),
        counts=counters.counts(work, plan.agency_id, usccs, plan.year),
        limits=parameters.limits(work, agency, today),
    )


def _agency(row: Agency) -> AgencyFacts:
    return AgencyFacts(
        name=row.name,
        region=row.region,
        is_confirmed=row.status == AgencyStatus.CONFIRMED,
        published_on=row.published_on,
        revoked_on=row.revoked_on,
        may_inspect=row.type in INSPECTING,
    )


def _officers(work: Work, ids: set[str]) -> dict[str, OfficerFacts]:
    rows = work.session.execute(
        select(Officer, Certificate)
        .outerjoin(Certificate, Certificate.officer_id == Officer.id)
        .where(Officer.id.in_(ids))
    )
    people: dict[str, Officer] = {}
    spans: dict[str, list[Span]] = {}
    for person, certificate in rows:
        people[person.id] = person
        if certificate is not None and certificate.revoked_at is None:
            span = Span(since=certificate.valid_from, until=certificate.valid_to)
            spans.setdefault(person.id, []).append(span)
    return {
        id_: OfficerFacts(
            name=person.name,
            agency_id=person.agency_id,
            is_assistant=person.kind == OfficerKind.ASSISTANT,
            certificates=tuple(spans.get(id_, ())),
        )
        for id_, person in people.items()
    }


def _items(work: Work, ids: Iterable[str]) -> dict[str, ItemFacts]:
    wanted = list(ids)
    items = work.session.scalars(select(InspectionItem).where(InspectionItem.id.in_(wanted)))
    published = _spans(
        (row.item_id, row.published_from, row.published_to)
        for row in work.session.scalars(
            select(ItemPublication).where(ItemPublication.item_id.in_(wanted))
        )
    )
    forms = _spans(
        (row.item_id, row.valid_from, row.valid_to)
        for row in work.session.scalars(select(Form).where(Form.item_id.in_(wanted)))
    )
    return {
        item.id: ItemFacts(
            name=item.name,
            agency_id=item.agency_id,
            published=published.get(item.id, ()),
            forms=forms.get(item.id, ()),
        )
        for item in items
    }


def _spans(rows: Iterable[tuple[str, date, date | None]]) -> Mapping[str, tuple[Span, ...]]:
    found: dict[str, tuple[Span, ...]] = {}
    for id_, since, until in rows:
        found[id_] = (*found.get(id_, ()), Span(since=since, until=until))
    return found


def _places(work: Work, ids: set[str]) -> dict[str, PlaceFacts]:
    rows = work.session.scalars(select(Premise).where(Premise.id.in_(ids)))
    return {row.id: PlaceFacts(name=row.name, region=row.region) for row in rows}


def _names(work: Work, usccs: set[str]) -> dict[str, str]:
    rows = work.session.execute(
        select(Enterprise.uscc, Enterprise.name).where(Enterprise.uscc.in_(usccs))
    )
    return dict(rows.all())
