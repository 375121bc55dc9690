"""Joint visits for tests: rows of a proposal, and a county in which two agencies overlap."""

from datetime import date
from typing import Any

from server.jobs.merging import find_merges
from server.models import Base, Form, MergePart, MergeProposal, MergeSearch, SearchStatus, Task
from server.principal import SYSTEM, Principal
from server.services import merge_searches
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.factories import LONG_AGO, County, add, agency, officer, person, principal

FIRE, FIRE_HEAD = "agency-fire", "fire-head"
SINCE, UNTIL = date(2026, 7, 6), date(2026, 7, 17)
REGION = "370104"


def rows_of(parts: Parts, *tasks: Task, asked_by: str) -> list[Base]:
    """A search, and a proposal of these tasks that waits."""
    first = tasks[0]
    search = MergeSearch(
        id=parts.ids(),
        region=REGION,
        since=first.window_from,
        until=first.window_to,
        status=SearchStatus.DONE,
        asked_by=asked_by,
        asked_at=parts.clock.now(),
        tasks=len(tasks),
        visits=1,
        bound=1,
    )
    proposal = MergeProposal(
        id=parts.ids(),
        search_id=search.id,
        uscc=first.uscc,
        premise_id=first.premise_id,
        lead_agency_id=first.agency_id,
        day=first.window_to,
        window_from=first.window_from,
        window_to=first.window_to,
        officer_ids=list(first.officer_ids),
        points=4,
        points_merged=1,
        visits_avoided=len(tasks) - 1,
        visit_minutes=80,
    )
    every = (
        MergePart(proposal_id=proposal.id, task_id=task.id, agency_id=task.agency_id)
        for task in tasks
    )
    return [proposal, search, *every]


def two_agencies(parts: Parts, county: County) -> None:
    """A fire authority in the county, with officers, a head and a form that asks one point too."""
    point = {"id": "f1", "no": "1", "content": "是否公示食品经营许可证", "title": "许可"}
    other = {"id": "f2", "no": "2", "content": "是否畅通", "title": "疏散通道"}
    add(
        parts,
        [
            agency(FIRE, region=REGION, abbr="消防"),
            person(FIRE_HEAD, Role.HEAD, agency=FIRE),
            *officer("fire-a", agency=FIRE),
            *officer("fire-b", agency=FIRE),
            Form(
                id="fire-form",
                version=1,
                item_id=county.item,
                name="消防检查表",
                valid_from=LONG_AGO.date(),
                points=[point, other],
            ),
        ],
    )


def task(county: County, id_: str, *, of: str, form: str, **changes: Any) -> Task:
    """A planned inspection of the first enterprise in the first week of the search."""
    values: dict[str, Any] = {
        "id": id_,
        "no": f"任务-{id_}",
        "agency_id": of,
        "kind": "daily",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "uscc": county.usccs[0],
        "premise_id": county.premises[0],
        "item_ids": [county.item],
        "forms": [{"id": form, "version": 1}],
        "officer_ids": list(county.officers) if of == county.agency else ["fire-a", "fire-b"],
        "window_from": date(2026, 7, 6),
        "window_to": date(2026, 7, 10),
        "status": "coded",
        "frequency": {},
        "code": f"CODE-{id_}",
    }
    return Task(**{**values, **changes})


def supervisor(county: County) -> Principal:
    return principal(county.supervisor, Role.SUPERVISION, agency=county.agency, region=REGION)


def searched(parts: Parts, county: County) -> str:
    """Supervision asks, and the job is done."""
    with open_work(parts, supervisor(county)) as work:
        search = merge_searches.ask(work, since=SINCE, until=UNTIL)
    find_merges(parts, search=search.id)
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(MergeSearch, search.id).status == SearchStatus.DONE
    return search.id
