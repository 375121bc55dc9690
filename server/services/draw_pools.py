"""Gathering the pool of a draw: who may be drawn, who is left out and why, who may go.

Reads the register once, row by row, in the order of the codes; a million rows are never held as
objects, only the bytes that are hashed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import exists, func, select

from server.models import (
    Agency,
    Certificate,
    Enterprise,
    Officer,
    OfficerKind,
    Premise,
    Recusal,
    Task,
    TaskOfficer,
    TaskStatus,
    Visit,
    VisitCounter,
)
from server.services import recusals
from server.work import Work
from shared.draws import pool
from shared.draws.choosing import Pairing
from shared.draws.model import Candidate, Exclusion, Firm, LeftOut, Terms
from shared.draws.pool import Staff
from shared.errors import BadInput
from shared.regions import significant

AT_ONCE = 10_000
WAITING = (TaskStatus.CODED, TaskStatus.ISSUED, TaskStatus.IN_VISIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Which enterprises a draw is of: those of the agency's region, narrowed if it says so.

    `rest_days`: visited by this agency within so many days are left out (0: none are).
    `stated` are left out by the agency, with its reason by USCC.
    """

    grades: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    rest_days: int = 0
    stated: Mapping[str, str] = field(default_factory=dict)


def gather(work: Work, agency: Agency, terms: Terms, wanted: List, cap: int | None) -> bytes:
    """The whole pool; `BadInput` where an enterprise the agency leaves out is not on the list."""
    people = staff(work, agency, terms)
    pairing = Pairing(terms, people)
    away = _away(work, agency, terms, wanted, cap)
    firms: list[bytes] = []
    left_out: list[bytes] = []
    missing = set(wanted.stated)
    for firm, why in _listed(work, agency, wanted, away):
        missing.discard(firm.uscc)
        reason = why or (None if pairing.is_staffed(firm) else Exclusion.NO_OFFICERS)
        if reason is None:
            firms.append(pool.firm_line(firm))
        else:
            said = wanted.stated.get(firm.uscc, "") if reason is Exclusion.STATED else ""
            left_out.append(pool.left_out_line(LeftOut(uscc=firm.uscc, why=reason, said=said)))
    if missing:
        raise BadInput("Not on the list.", errors={"/stated": ", ".join(sorted(missing)[:20])})
    return b"".join((pool.head(terms), *firms, *left_out, *pool.staff_lines(people)))


def staff(work: Work, agency: Agency, terms: Terms) -> Staff:
    """The agency's officers whose certificate holds through the window, and whom they shun."""
    since, until = (date.fromisoformat(day) for day in (terms.window_from, terms.window_to))
    certified = exists().where(
        Certificate.officer_id == Officer.id,
        Certificate.valid_from <= since,
        Certificate.valid_to >= until,
        Certificate.revoked_at.is_(None),
    )
    people = work.session.execute(
        select(Officer.id, Officer.name, Officer.region)
        .where(Officer.agency_id == agency.id, Officer.kind == OfficerKind.OFFICER, certified)
        .order_by(Officer.id)
    ).all()
    loads = _loads(work, agency)
    pairs = work.session.execute(
        select(Recusal.officer_id, Recusal.uscc).where(
            recusals.in_force(since), Recusal.officer_id.in_([id_ for id_, _, _ in people])
        )
    )
    return Staff(
        officers=tuple(
            Candidate(id=id_, name=name, region=region or agency.region, load=loads.get(id_, 0))
            for id_, name, region in people
        ),
        recused=frozenset((officer, uscc) for officer, uscc in pairs),
    )


def _loads(work: Work, agency: Agency) -> dict[str, int]:
    rows = work.session.execute(
        select(TaskOfficer.officer_id, func.count())
        .join(Task, Task.id == TaskOfficer.task_id)
        .where(Task.agency_id == agency.id, Task.status.in_(WAITING))
        .group_by(TaskOfficer.officer_id)
    )
    return dict(rows.all())


def _listed(
    work: Work, agency: Agency, wanted: List, away: Mapping[str, Exclusion]
) -> Iterator[tuple[Firm, Exclusion | None]]:
    placed = exists().where(Premise.uscc == Enterprise.uscc, Premise.closed_at.is_(None))
    query = select(
        Enterprise.uscc,
        Enterprise.name,
        Enterprise.grade,
        Enterprise.industry,
        Enterprise.region,
        Enterprise.status,
        placed,
    ).where(Enterprise.region.startswith(significant(agency.region)))
    if wanted.grades:
        query = query.where(Enterprise.grade.in_(wanted.grades))
    if wanted.industries:
        query = query.where(Enterprise.industry.in_(wanted.industries))
    rows = work.session.execute(
        query.order_by(Enterprise.uscc).execution_options(yield_per=AT_ONCE)
    )
    for uscc, name, grade, industry, region, status, has_place in rows:
        firm = Firm(uscc=uscc, name=name, grade=grade, industry=industry, region=region)
        why = away.get(uscc)
        if status != "operating":
            why = Exclusion.NOT_OPERATING
        elif not has_place:
            why = Exclusion.NO_PREMISE
        yield firm, why


def _away(
    work: Work, agency: Agency, terms: Terms, wanted: List, cap: int | None
) -> dict[str, Exclusion]:
    """Who is left out for what happened or was said, the gravest reason last."""
    found = dict.fromkeys(wanted.stated, Exclusion.STATED)
    if wanted.rest_days:
        since = work.now - timedelta(days=wanted.rest_days)
        visited = work.session.scalars(
            select(Visit.uscc).where(
                Visit.agency_id == agency.id, Visit.received_at >= since, Visit.uscc.is_not(None)
            )
        )
        found |= {uscc: Exclusion.RECENTLY_VISITED for uscc in visited if uscc}
    if cap is not None:
        full = work.session.scalars(
            select(VisitCounter.uscc).where(
                VisitCounter.agency_id == agency.id,
                VisitCounter.year == int(terms.window_from[:4]),
                VisitCounter.done + VisitCounter.scheduled >= cap,
            )
        )
        found |= dict.fromkeys(full, Exclusion.CAP_REACHED)
    return found
