"""Gathers what the plan rules look at, in a number of queries that does not grow with the plan.

The plan is one that is stored: what concerns its enterprises is joined with its own rows instead
of being asked for by name.
"""

from collections.abc import Mapping

from server.database import along_indexes
from server.models import Agency
from server.models import Plan as PlanRow
from server.services import (
    calendars,
    facts_agency,
    facts_catalogue,
    facts_counters,
    facts_history,
    facts_people,
    parameters,
)
from server.work import Work
from shared.localtime import local_day
from shared.plans.facts import Facts, Past
from shared.plans.model import Plan


def gather(work: Work, plan: Plan) -> Facts:
    """Everything known around a stored `plan` now."""
    work.session.flush()
    with along_indexes(work.session, rows=len(plan.targets)):
        return _gathered(work, plan)


def _gathered(work: Work, plan: Plan) -> Facts:
    today = local_day(work.now)
    row = work.session.get_one(PlanRow, plan.id)
    agency = work.session.get_one(Agency, plan.agency_id)
    limits = parameters.limits(work, agency, today)
    years = {plan.year} | {year for team in plan.teams for year in team.years}
    own_counts, wider = facts_counters.counts(work, plan.id, agency, years)
    items = facts_catalogue.items(work, plan)
    history = facts_history.history(work, plan, limits)
    own = facts_agency.as_facts(agency)
    home, frequent = facts_agency.home(work, row, agency.region)
    return Facts(
        today=today,
        agency=own,
        officers=facts_people.officers(work, plan),
        items=items,
        places=facts_history.places(work, plan),
        firms=facts_history.firms(work, plan),
        counts=own_counts,
        limits=limits,
        home=home,
        agencies=facts_agency.others(work, _named_agencies(agency, plan, history)),
        bases=facts_catalogue.bases(work, plan, items),
        wider=wider,
        history=history,
        recusals=facts_people.recusals(work, plan),
        sources=facts_history.sources(work, plan),
        rechecked=facts_history.rechecked(work, plan),
        annual_plan=facts_agency.annual_plan(work, plan),
        frequent=frequent,
        calendar=calendars.load(work),
    )


def _named_agencies(
    agency: Agency, plan: Plan, history: Mapping[str, tuple[Past, ...]]
) -> set[str]:
    named = {*plan.joint_agency_ids, *plan.assist_agency_ids}
    named |= {target.letter.host_agency_id for target in plan.targets if target.letter}
    named |= {past.agency_id for those in history.values() for past in those}
    if agency.principal_id:
        named.add(agency.principal_id)
    return named - {agency.id}
