"""Gathers what the plan rules look at, in a number of queries that does not grow with the plan.

The plan is one that is stored: what concerns its enterprises is joined with its own rows instead
of being asked for by name. Two questions are enough: what can be asked at once, and what takes
an answer to ask.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, func, select

from server.database import MANY, along_indexes
from server.models import Plan as PlanRow
from server.models import PlanTarget
from server.services import (
    calendars,
    facts_agency,
    facts_catalogue,
    facts_counters,
    facts_history,
    facts_people,
    parameters,
    plan_reading,
)
from server.together import Answers, Together
from server.work import Work
from shared.localtime import local_day
from shared.plans.facts import Facts
from shared.plans.model import Plan

_TARGETS = select(PlanTarget.id).where(PlanTarget.plan_id == bindparam("plan_id"))
_HOW_MANY = select(func.count()).select_from(_TARGETS.limit(MANY).subquery()).scalar_subquery()
_ALONG_INDEXES = along_indexes(_HOW_MANY)
_FIRST = Together(
    {
        **plan_reading.TARGETS,
        **facts_agency.HOME,
        **facts_catalogue.ITEMS,
        "parameters": parameters.plainly(),
        "holidays": calendars.VERSIONS,
    },
    settings=_ALONG_INDEXES,
)
_THEN = Together(
    {
        **facts_history.VISITED,
        **facts_history.REGISTERED,
        **facts_history.BEFORE,
        **facts_counters.COUNTED,
        **facts_people.PEOPLE,
        **facts_agency.OTHERS,
        **facts_catalogue.BASES,
    },
    settings={name: bindparam(name) for name in _ALONG_INDEXES},  # as they were
)


def look(work: Work, row: PlanRow) -> tuple[Plan, Facts]:
    """A stored plan, and everything known around it now."""
    first = _ask(work, row)
    plan = plan_reading.of_targets(row, first)
    return plan, _gathered(work, plan, first)


def gather(work: Work, plan: Plan) -> Facts:
    """Everything known around a stored `plan` now."""
    row = work.session.get_one(PlanRow, plan.id)
    return _gathered(work, plan, _ask(work, row, without=plan_reading.TARGETS))


def _ask(work: Work, row: PlanRow, *, without: Collection[str] = ()) -> Answers:
    work.session.flush()
    told = {
        "plan_id": row.id,
        "agency_id": row.agency_id,
        "planner_id": row.planner_id,
        "annual_plan_id": row.annual_plan_id,
        "year": row.year,
        "items": row.item_ids,
        "now": work.now,
        "agency": row.agency_id,
        "day": local_day(work.now),
    }
    idle = () if row.annual_plan_id else facts_agency.ANNUAL
    return _FIRST.ask(work.session, told, without={*without, *idle})


def _gathered(work: Work, plan: Plan, first: Answers) -> Facts:
    today = local_day(work.now)
    (agency,) = first["agency"]
    limits = parameters.limits_among(first["parameters"], agency.region)
    items = facts_catalogue.items(first)
    years = {plan.year} | {year for team in plan.teams for year in team.years}
    then = _THEN.ask(
        work.session,
        {
            **facts_history.asked(plan, limits),
            **facts_counters.asked(plan.id, agency.id, agency.field, years),
            **facts_people.asked(plan),
            "agencies": sorted(_named_agencies(plan, agency)),
            "bases": sorted(facts_catalogue.named_bases(plan, items)),
            **first.settings,
        },
        without=facts_history.idle(plan),
    )
    return Facts(
        today=today,
        agency=facts_agency.as_facts(agency),
        officers=facts_people.officers(then),
        items=items,
        places=facts_history.places(then),
        firms=facts_history.firms(then),
        counts=facts_counters.own(then),
        limits=limits,
        home=facts_agency.home(first),
        agencies=facts_agency.others(then),
        bases=facts_catalogue.bases(then),
        wider=facts_counters.wider(then),
        history=facts_history.history(then),
        recusals=facts_people.recusals(plan, then),
        sources=facts_history.sources(then),
        rechecked=facts_history.rechecked(then),
        annual_plan=facts_agency.annual_plan(first),
        frequent=facts_agency.frequent(first),
        calendar=calendars.of_versions(first["holidays"]),
    )


def _named_agencies(plan: Plan, agency: Any) -> set[str]:
    named = {*plan.joint_agency_ids, *plan.assist_agency_ids}
    named |= {target.letter.host_agency_id for target in plan.targets if target.letter}
    return named | {agency.principal_id} if agency.principal_id else named
