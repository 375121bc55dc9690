"""An enterprise's inspections over a period, by all agencies, as a compliance report tells of them.

Reads only, by index of the enterprise and the day: as many queries however many there were, and
nothing of what lies outside the period. Like the portal's list, it knows nothing of a visit before
it has scanned in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from server.documents.kinds import DocumentKind
from server.models import (
    Agency,
    Document,
    Extension,
    InspectionItem,
    Notice,
    Rectification,
    Task,
    Visit,
    VisitTask,
)
from server.refusals import ReportTooLong
from server.services import documents, objections, rectification_deadlines
from server.work import Work
from shared.content.compliance import Inspected, Period, Standing
from shared.localtime import beginning_of

MOST = 200
"""Inspections of one report: some forty pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An inspection of the period. `unread` is the result nobody of the enterprise opened yet."""

    visit_id: str
    inspected: Inspected
    unread: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    id: str
    agency: str
    began: datetime
    is_void: bool


def of(work: Work, uscc: str, period: Period) -> tuple[Entry, ...]:
    """Every inspection that began in the period, the newest first; `ReportTooLong` over `MOST`."""
    came = _came(work, uscc, period)
    ids = [one.id for one in came]
    notices = {
        row.visit_id: row
        for row in work.session.scalars(
            select(Notice).where(
                Notice.visit_id.in_(ids), Notice.uscc == uscc, Notice.superseded_at.is_(None)
            )
        )
    }
    results = {
        str(row.visit_id): row
        for row in work.session.scalars(
            select(Document).where(
                Document.visit_id.in_(ids),
                Document.uscc == uscc,
                *documents.in_force(DocumentKind.RESULT),
            )
        )
    }
    served = _tasks(work, ids)
    objected = objections.open_among(work, ids)
    found = _rectified(work, ids)
    more_time = {
        row.visit_id: row
        for row in work.session.scalars(select(Extension).where(Extension.visit_id.in_(ids)))
    }
    return tuple(
        Entry(
            visit_id=one.id,
            inspected=_inspected(
                one,
                results.get(one.id),
                served.get(one.id, _Served()),
                found.get(one.id, {}),
                more_time.get(one.id),
                objected=one.id in objected,
            ),
            unread=_unread(notices.get(one.id)),
        )
        for one in came
    )


def _came(work: Work, uscc: str, period: Period) -> list[_Came]:
    begun, over = beginning_of(period.since), beginning_of(period.until + timedelta(days=1))
    wanted = (
        select(
            Visit.id,
            Agency.name,
            Visit.scanned_at,
            Visit.received_at,
            Visit.irregular,
            Visit.ruling,
        )
        .outerjoin(Agency, Agency.id == Visit.agency_id)
        .where(Visit.uscc == uscc)
        .limit(MOST + 1)
    )
    told = select(Notice.visit_id).where(Notice.uscc == uscc)
    # Each by an index of its own: those that scanned in, and those told of without a scan.
    scanned = wanted.where(Visit.scanned_at >= begun, Visit.scanned_at < over)
    unable = wanted.where(
        Visit.scanned_at.is_(None),
        Visit.received_at >= begun,
        Visit.received_at < over,
        Visit.id.in_(told),
    )
    rows = [*work.session.execute(scanned), *work.session.execute(unable)]
    if len(rows) > MOST:
        raise ReportTooLong("A shorter period, please.", errors={"/since": f"Over {MOST}."})
    came = [
        _Came(
            id=id_,
            agency=agency or "",
            began=scanned_at or received_at,
            is_void=irregular and ruling == "reject",
        )
        for id_, agency, scanned_at, received_at, irregular, ruling in rows
    ]
    return sorted(came, key=lambda one: (one.began, one.id), reverse=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    """Of the tasks a visit served: whose they were, and their items by code."""

    agencies: tuple[str, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)


def _tasks(work: Work, visit_ids: Sequence[str]) -> dict[str, _Served]:
    rows = work.session.execute(
        select(VisitTask.visit_id, Agency.name, Task.item_ids)
        .join(Agency, Agency.id == VisitTask.agency_id)
        .outerjoin(Task, Task.id == VisitTask.task_id)
        .where(VisitTask.visit_id.in_(visit_ids))
        .order_by(VisitTask.task_id)
    ).all()
    wanted = {item_id for _, _, item_ids in rows for item_id in item_ids or ()}
    items = {
        id_: (code, name)
        for id_, code, name in work.session.execute(
            select(InspectionItem.id, InspectionItem.code, InspectionItem.name).where(
                InspectionItem.id.in_(wanted)
            )
        )
    }
    served: dict[str, _Served] = {}
    for visit_id, agency, item_ids in rows:
        before = served.get(visit_id, _Served())
        named = dict(items[id_] for id_ in item_ids or () if id_ in items)
        served[visit_id] = _Served(
            agencies=(*before.agencies, agency), items={**before.items, **named}
        )
    return served


def _rectified(work: Work, visit_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Of each visit what was found last of each problem to put right."""
    found: dict[str, dict[str, str]] = {}
    for visit_id, point, outcome in work.session.execute(
        select(Rectification.visit_id, Rectification.point, Rectification.outcome).where(
            Rectification.visit_id.in_(visit_ids)
        )
    ):
        found.setdefault(visit_id, {})[point] = outcome or "reported"
    return found


def _inspected(
    one: _Came,
    result: Document | None,
    served: _Served,
    rectified: Mapping[str, str],
    extension: Extension | None,
    *,
    objected: bool,
) -> Inspected:
    agencies = tuple(dict.fromkeys([one.agency, *served.agencies]))
    if result is None:
        return Inspected(
            began=one.began,
            agencies=agencies,
            items=tuple(served.items.values()),
            standing=Standing.VOID if one.is_void else Standing.PENDING,
        )
    # As signed first: an item's name may have changed since.
    items = {**served.items, **{item["code"]: item["name"] for item in result.content["items"]}}
    return Inspected(
        began=one.began,
        agencies=agencies,
        items=tuple(items.values()),
        standing=Standing.TOLD,
        number=result.number or "",
        content_hash=result.content_hash,
        result=result.content,
        rectified=rectified,
        due=rectification_deadlines.due_on(result, extension),
        objected=objected,
    )


def _unread(notice: Notice | None) -> str | None:
    """The document of a notice that was neither opened nor signed for, on a screen or on paper."""
    if notice is None or notice.opened_at is not None or notice.receipted_at is not None:
        return None
    return notice.document_id
