"""Plans: one row a visit, rows of one title a plan. They become drafts, checked like any other.

A premise that is to be visited twice stands in two rows, which differ by the days of the visit.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from server.models import Agency, Enterprise, ImportRun, Plan, PlanStatus, Premise
from server.principal import Principal, PrincipalKind
from server.services import origins, plan_editing, plans
from server.services.imports import faults
from server.services.imports.enterprises import USCC
from server.services.imports.faults import Fault
from server.services.imports.kinds import Context, Kind, Tally, found, note_origins
from server.services.imports.plan_columns import COLUMNS, SAME
from server.services.imports.staging import Staged, Values
from server.services.imports.visits import item_ids, officer_ids
from server.services.plan_drafts import MOST_TARGETS, PlanDraft, TargetDraft
from server.work import Work
from shared.plans.model import KIND_OF, Term, Trigger, VisitType
from shared.roles import Role
from shared.text import Text

UNSAID = str(VisitType.INSPECTION)
"""What a new plan is where its list says nothing; one that stands stays what it is."""
OPEN = (PlanStatus.DRAFT, PlanStatus.RETURNED)
BACKWARDS = Text("早于检查开始", "Before it begins")
SAME_VISIT = Text(
    "与第 {row} 行重复：同一计划、同一场所、同一时限；确实再去一次的，填写本次开始和本次结束",
    "The same premise and days as row {row}; for another visit fill in the days of each",
)


def check(work: Work, context: Context, rows: Sequence[Staged]) -> Iterator[Fault]:
    firms = found(work, Enterprise.uscc, (values["uscc"] for _, values in rows))
    places = _places(work, {values["uscc"] for _, values in rows})
    people = officer_ids(work, context, {n for _, v in rows for n in v["officers"]})
    items = item_ids(work, context, {c for _, v in rows for c in v["items"]})
    others = _agencies(work, rows)
    for _, group in groupby(sorted(rows, key=_by_group), key=lambda each: _group(each[1])):
        yield from _of_plan(work, context, list(group))
    for row, values in rows:
        if values["uscc"] not in firms:
            yield Fault(row, USCC.heading, faults.UNKNOWN.filled(what=values["uscc"]))
        elif _place(places, values) is None:
            yield Fault(row, "场所名称", faults.UNKNOWN.filled(what=values["place"] or "—"))
        for number in values["officers"]:
            if number not in people:
                yield Fault(row, "执法证号", faults.UNKNOWN.filled(what=number))
        for code in values["items"]:
            if code not in items:
                yield Fault(row, "事项编码", faults.UNKNOWN.filled(what=code))
        for name in values["joint"] or ():
            if name not in others:
                yield Fault(row, "联合机关", faults.UNKNOWN.filled(what=name))


def _of_plan(work: Work, context: Context, rows: Sequence[Staged]) -> Iterator[Fault]:
    first, (_, values) = rows[0][0], rows[0]
    for row, other in rows[1:]:
        for field, heading in SAME:
            if other[field] != values[field]:
                text = Text(
                    "与第 {row} 行同一计划，应相同", "Of one plan with row {row}: must be the same"
                )
                yield Fault(row, heading, text.filled(row=first))
    if values["until"] < values["since"]:
        yield Fault(first, "检查结束", BACKWARDS)
    for row, told in rows:
        since, until = _days(told)
        if (told["visit_since"] or told["visit_until"]) and until < since:
            yield Fault(row, "本次结束", BACKWARDS)
    if len(rows) > MOST_TARGETS:
        text = Text("一个计划最多 {most} 户", "A plan has at most {most} targets")
        yield Fault(first, "计划名称", text.filled(most=MOST_TARGETS))
    known = _known(work, context, values)
    if known is not None and known.status not in OPEN:
        yield Fault(
            first,
            "计划名称",
            Text(
                "同名计划已提交，不能再改；已备案的先起草变更",
                "A plan of that name was submitted; begin an amendment of one that is filed",
            ),
        )


def publish(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """Draft the plans, or write open drafts of the same name and year anew."""
    places = _places(work, {values["uscc"] for _, values in rows})
    people = officer_ids(work, context, {n for _, v in rows for n in v["officers"]})
    items = item_ids(work, context, {c for _, v in rows for c in v["items"]})
    others = _agencies(work, rows)
    as_planner = replace(work, who=_planner(work, context))
    stored: list[tuple[str, Staged]] = []
    visits: list[tuple[str, Staged]] = []
    seen = 0
    for _, group in groupby(rows, key=lambda each: _group(each[1])):
        told = list(group)
        values = told[0][1]
        seen += 1
        known = _known(work, context, values)
        draft = PlanDraft(
            title=values["title"],
            kind=KIND_OF[Trigger(values["trigger"])],
            trigger=values["trigger"],
            visit_type=values["visit_type"] or (known.visit_type if known else UNSAID),
            year=int(values["since"][:4]),
            window_from=date.fromisoformat(values["since"]),
            window_to=date.fromisoformat(values["until"]),
            item_ids=tuple(items[code] for code in values["items"]),
            targets=tuple(
                TargetDraft(
                    uscc=each["uscc"],
                    premise_id=_place(places, each) or "",
                    officer_ids=tuple(people[number] for number in each["officers"]),
                    assistant_count=each["assistants"],
                    window_from=_day(each["visit_since"]),
                    window_to=_day(each["visit_until"]),
                    reason_onsite=each["reason"],
                )
                for _, each in told
            ),
            pool_size=values["pool_size"],
            sample_percent=values["sample_percent"],
            reason=values["why"],
            term=values["term"] or Term.SCHEME,
            frequency=values["frequency"] or 1,
            joint_agency_ids=tuple(others[name] for name in values["joint"] or ()),
        )
        if known is not None:
            before = plan_editing.draft_of(work, known)
            draft = _over(before, draft, values)
            if draft == before:
                continue
        plan = (
            plans.change(as_planner, known.id, draft) if known else plans.create(as_planner, draft)
        )
        stored.append((plan.id, told[0]))
        visits += _visits(plan, told)
    work.session.flush()
    note_origins(work, context, "plan", stored)
    note_origins(work, context, origins.TARGET, visits)
    return Tally(len(stored), seen - len(stored))


def _visits(plan: Plan, rows: Sequence[Staged]) -> Iterator[tuple[str, Staged]]:
    """Each row with what its visit is called where origins are noted."""
    seen: Counter[str] = Counter()
    for row, values in rows:
        seen[values["uscc"]] += 1
        yield origins.target_name(plan, values["uscc"], seen[values["uscc"]]), (row, values)


def _over(before: PlanDraft, told: PlanDraft, values: Values) -> PlanDraft:
    """What a list tells over a draft that stands: what it does not tell stays."""
    stood = _Stood(before)
    exact = [stood.of_these_days(told, target) for target in told.targets]
    targets = tuple(
        _target_over(same or stood.of_this_place(target), target)
        for same, target in zip(exact, told.targets, strict=True)
    )
    return replace(
        before,
        kind=told.kind,
        trigger=told.trigger,
        window_from=told.window_from,
        window_to=told.window_to,
        item_ids=told.item_ids,
        pool_size=told.pool_size,
        sample_percent=told.sample_percent,
        visit_type=told.visit_type,
        reason=told.reason or before.reason,
        term=told.term if values["term"] else before.term,
        frequency=told.frequency if values["frequency"] else before.frequency,
        joint_agency_ids=told.joint_agency_ids if values["joint"] else before.joint_agency_ids,
        targets=targets,
    )


class _Stood:
    """The visits of the draft before, each of which one row of the list may be."""

    def __init__(self, plan: PlanDraft) -> None:
        self._exact: dict[tuple[Any, ...], list[TargetDraft]] = defaultdict(list)
        self._left: dict[tuple[str, str], list[TargetDraft]] = defaultdict(list)
        for target in plan.targets:
            self._exact[_place_and_days(plan, target)].append(target)
            self._left[target.uscc, target.premise_id].append(target)

    def of_these_days(self, told: PlanDraft, target: TargetDraft) -> TargetDraft | None:
        """The visit of this place on these days."""
        same = self._exact[_place_and_days(told, target)]
        if not same:
            return None
        found = same.pop(0)
        self._left[target.uscc, target.premise_id].remove(found)
        return found

    def of_this_place(self, target: TargetDraft) -> TargetDraft | None:
        """The first visit of this place that no row has taken."""
        left = self._left[target.uscc, target.premise_id]
        return left.pop(0) if left else None


def _place_and_days(plan: PlanDraft, target: TargetDraft) -> tuple[Any, ...]:
    since, until = target.window_from or plan.window_from, target.window_to or plan.window_to
    return target.uscc, target.premise_id, since, until


def _target_over(before: TargetDraft | None, told: TargetDraft) -> TargetDraft:
    if before is None:
        return told
    return replace(
        before,
        officer_ids=told.officer_ids,
        assistant_count=told.assistant_count,
        reason_onsite=told.reason_onsite,
        window_from=told.window_from or before.window_from,
        window_to=told.window_to or before.window_to,
    )


def _known(work: Work, context: Context, values: Values) -> Plan | None:
    """The plan of that name: while it is being amended, the amendment that is written."""
    named = (
        Plan.agency_id == context.agency_id,
        Plan.year == int(values["since"][:4]),
        Plan.title == values["title"],
    )
    query = select(Plan).where(*named).order_by(Plan.created_at.desc()).limit(1)
    written = query.where(Plan.amends_id.is_not(None), Plan.status.in_(OPEN))
    return (
        work.session.scalars(written).one_or_none()
        or work.session.scalars(query.where(Plan.amends_id.is_(None))).one_or_none()
    )


def _agencies(work: Work, rows: Sequence[Staged]) -> dict[str, str]:
    """Agencies by the names that rows give; a name that two of them have means nobody."""
    names = {name for _, values in rows for name in values["joint"] or ()}
    if not names:
        return {}
    found = work.session.execute(
        select(Agency.name, func.min(Agency.id))
        .where(Agency.name.in_(names))
        .group_by(Agency.name)
        .having(func.count() == 1)
    )
    return dict(found.all())


def _places(work: Work, usccs: set[str]) -> dict[tuple[str, str], str]:
    """Premises by (code, name); under an empty name the first of each enterprise."""
    rows = work.session.execute(
        select(Premise.uscc, Premise.name, func.min(Premise.id))
        .where(Premise.uscc.in_(usccs))
        .group_by(Premise.uscc, Premise.name)
    )
    known: dict[tuple[str, str], str] = {}
    for uscc, name, id_ in rows:
        known[uscc, name] = id_
        known[uscc, ""] = min(id_, known.get((uscc, ""), id_))
    return known


def _place(places: dict[tuple[str, str], str], values: Values) -> str | None:
    return places.get((values["uscc"], values["place"]))


def _planner(work: Work, context: Context) -> Principal:
    """Whoever imports writes the drafts, and so cannot approve them."""
    by = work.session.get_one(ImportRun, context.run_id).by_id
    return Principal(
        kind=PrincipalKind.PERSON,
        id=by,
        roles=frozenset({Role.PLANNER}),
        agency_id=context.agency_id,
    )


def _group(values: Values) -> str:
    return f"{values['since'][:4]}\t{values['title']}"


def _days(values: Values) -> tuple[str, str]:
    """The days of one visit: its own, or the plan's."""
    return values["visit_since"] or values["since"], values["visit_until"] or values["until"]


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _visit(values: Values) -> str:
    """The natural key of a row: a place may be visited again, on other days."""
    return "\t".join((_group(values), values["uscc"], values["place"], *_days(values)))


def _by_group(each: Staged) -> tuple[str, int]:
    return _group(each[1]), each[0]


PLANS = Kind(
    name="plans",
    title=Text("检查计划", "Plans"),
    roles=(Role.PLANNER, Role.SYSTEM),
    columns=COLUMNS,
    key=_visit,
    twice=SAME_VISIT,
    group=_group,
    check=check,
    publish=publish,
)
