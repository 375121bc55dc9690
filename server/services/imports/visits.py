"""Past visits, from before this platform: closed tasks, and the yearly counters; off-site too.

A past visit has no trace, so it is never a visit of the ledger: rules and counters know it as a
task that is over. Its number, with the agency, is its natural key; a visit that is known is never
counted twice.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import func, select

from server.models import (
    Certificate,
    Enterprise,
    InspectionItem,
    Officer,
    Premise,
    Task,
    TaskOfficer,
    TaskStatus,
)
from server.services import counters
from server.services.imports import columns, faults
from server.services.imports.columns import Column
from server.services.imports.enterprises import USCC
from server.services.imports.faults import Fault
from server.services.imports.kinds import Context, Kind, Tally, found, note_origins
from server.services.imports.staging import Staged
from server.work import Work
from shared.localtime import local_day
from shared.plans.model import KIND_OF, Trigger, VisitType
from shared.roles import Role
from shared.text import Text

TRIGGERS = {
    "年度计划": str(Trigger.ANNUAL_PLAN),
    "双随机": str(Trigger.RANDOM),
    "专项部署": str(Trigger.SPECIAL),
    "12345 投诉举报": str(Trigger.COMPLAINT_12345),
    "上级交办": str(Trigger.ASSIGNED),
    "监测线索": str(Trigger.MONITORING_LEAD),
    "媒体曝光": str(Trigger.MEDIA),
    "整改复查": str(Trigger.RECTIFICATION),
    "企业申请": str(Trigger.SELF_REQUEST),
    "许可核查": str(Trigger.LICENCE_VERIFY),
    "紧急检查": str(Trigger.EMERGENCY),
}
VISIT_TYPES = {
    "行政检查": str(VisitType.INSPECTION),
    "入企服务": str(VisitType.SERVICE_VISIT),
    "观摩督导": str(VisitType.OBSERVATION),
    "非现场检查": str(VisitType.OFFSITE),
}
COUNTS = {"是": "yes", "否": "no"}
ONLY_INSPECTIONS = Text(
    "只有入企的行政检查计入频次", "Only inspections that somebody came for use up the cap"
)


def check(work: Work, context: Context, rows: Sequence[Staged]) -> Iterator[Fault]:
    usccs = {values["uscc"] for _, values in rows}
    firms, placed = found(work, Enterprise.uscc, usccs), found(work, Premise.uscc, usccs)
    people = officer_ids(work, context, {n for _, v in rows for n in v["officers"] or ()})
    items = item_ids(work, context, {c for _, v in rows for c in v["items"] or ()})
    today = local_day(work.now).isoformat()
    for row, values in rows:
        if values["uscc"] not in firms:
            yield Fault(row, USCC.heading, faults.UNKNOWN.filled(what=values["uscc"]))
        elif values["uscc"] not in placed:
            yield Fault(row, USCC.heading, Text("企业还没有登记场所", "It has no premise yet"))
        if values["day"] > today:
            yield Fault(row, "检查日期", Text("晚于今天", "After today"))
        if values["counts"] == "yes" and values["visit_type"] != VisitType.INSPECTION:
            yield Fault(row, "计入频次", ONLY_INSPECTIONS)
        for number in values["officers"] or ():
            if number not in people:
                yield Fault(row, "执法证号", faults.UNKNOWN.filled(what=number))
        for code in values["items"] or ():
            if code not in items:
                yield Fault(row, "事项编码", faults.UNKNOWN.filled(what=code))


def publish(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """Add the visits that are not known, and count each as what it was."""
    agency = context.agency_id
    known = found(work, Task.no, (_no(context, values["no"]) for _, values in rows))
    fresh = [(row, v) for row, v in rows if _no(context, v["no"]) not in known]
    usccs = {values["uscc"] for _, values in fresh}
    places = dict(
        work.session.execute(
            select(Premise.uscc, func.min(Premise.id))
            .where(Premise.uscc.in_(usccs))
            .group_by(Premise.uscc)
        ).all()
    )
    people = officer_ids(work, context, {n for _, v in fresh for n in v["officers"] or ()})
    items = item_ids(work, context, {c for _, v in fresh for c in v["items"] or ()})
    stored: list[tuple[str, Staged]] = []
    made: list[Task] = []
    for row, values in fresh:
        day = date.fromisoformat(values["day"])
        going = [people[number] for number in values["officers"] or ()]
        nobody_came = values["visit_type"] == VisitType.OFFSITE
        task = Task(
            id=work.ids(),
            no=_no(context, values["no"]),
            agency_id=agency,
            kind=KIND_OF[Trigger(values["trigger"])],
            trigger=values["trigger"],
            visit_type=values["visit_type"],
            uscc=values["uscc"],
            premise_id=places[values["uscc"]],
            item_ids=[items[code] for code in values["items"] or ()],
            forms=[],
            officer_ids=going,
            window_from=day,
            window_to=day,
            status=TaskStatus.CLOSED,
            counts=values["visit_type"] == VisitType.INSPECTION and values["counts"] != "no",
            approved_by="—",
            frequency={},
            code=None if nobody_came else f"past-{work.ids()[-30:]}",
        )
        made.append(task)
        stored.append((task.id, (row, values)))
    counters.past_visits_made(work, agency, made)
    work.session.add_all(made)
    work.session.add_all(
        TaskOfficer(task_id=task.id, officer_id=id_) for task in made for id_ in task.officer_ids
    )
    work.session.flush()
    note_origins(work, context, "task", stored)
    return Tally(len(stored), len(rows) - len(stored))


def officer_ids(work: Work, context: Context, numbers: set[str]) -> dict[str, str]:
    """The agency's officers by the number of a certificate."""
    if not numbers:
        return {}
    rows = work.session.execute(
        select(Certificate.number, Officer.id)
        .join(Officer, Officer.id == Certificate.officer_id)
        .where(Certificate.number.in_(numbers), Officer.agency_id == context.agency_id)
    )
    return dict(rows.all())


def item_ids(work: Work, context: Context, codes: set[str]) -> dict[str, str]:
    """The agency's items by code."""
    if not codes:
        return {}
    rows = work.session.execute(
        select(InspectionItem.code, InspectionItem.id).where(
            InspectionItem.code.in_(codes), InspectionItem.agency_id == context.agency_id
        )
    )
    return dict(rows.all())


def _no(context: Context, told: str) -> str:
    """A task's number is everybody's: an old one is told apart by its agency."""
    return f"{told} ({context.agency_id[-12:]})"


VISITS = Kind(
    name="visits",
    title=Text("以往检查", "Past visits"),
    roles=(Role.AGENCY_ADMIN, Role.SYSTEM),
    columns=(
        Column(field="no", heading="检查编号", en="number of the visit", read=columns.text(60)),
        USCC,
        Column(field="day", heading="检查日期", en="day", read=columns.day),
        Column(
            field="trigger",
            heading="检查来源",
            en="why: 年度计划, 双随机, …",
            read=columns.word(TRIGGERS),
        ),
        Column(
            field="counts",
            heading="计入频次",
            en="否 if an inspection did not use up the cap",
            read=columns.word(COUNTS),
            required=False,
            default=None,
        ),
        Column(
            field="items",
            heading="事项编码",
            en="items, parted by 、",
            read=columns.several(columns.text(60)),
            required=False,
            default=None,
        ),
        Column(
            field="officers",
            heading="执法证号",
            en="certificates, parted by 、",
            read=columns.several(columns.text(20)),
            required=False,
            default=None,
        ),
        Column(
            field="visit_type",
            heading="到访性质",
            en="行政检查 if empty; 非现场检查: nobody came",
            read=columns.word(VISIT_TYPES),
            required=False,
            default=str(VisitType.INSPECTION),
        ),
    ),
    key=lambda values: str(values["no"]),
    check=check,
    publish=publish,
)
