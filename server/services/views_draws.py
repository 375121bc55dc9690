"""Draws as the console and the public page show them. Reads only.

To the public a name is told when its visit is over, and the whole file when all are, or the
window is: until then the hashes.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from server.models import (
    Agency,
    Draw,
    DrawStatus,
    DrawTarget,
    DrawVoice,
    Enterprise,
    InspectionItem,
    Officer,
    Task,
    TaskStatus,
)
from server.services import draws, listing, scoping
from server.services.listing import AT_ONCE, Filter, Page
from server.services.scoping import one
from server.work import Work
from shared.draws.model import Party
from shared.localtime import local_day

OVER = (
    TaskStatus.FINALISED,
    TaskStatus.NOTIFIED,
    TaskStatus.RECTIFYING,
    TaskStatus.RECHECKED,
    TaskStatus.CLOSED,
    TaskStatus.CANCELLED,
    TaskStatus.UNABLE,
    TaskStatus.IRREGULAR,
)
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawLine:
    id: str
    title: str
    agency: str
    status: str
    count: int
    pool_size: int
    frozen_at: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    position: int
    uscc: str
    name: str
    officers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawView:
    """A draw as the console shows it; `mine` is for whom this person may speak."""

    draw: Draw
    agency: str
    items: tuple[str, ...]
    voices: dict[Party, DrawVoice]
    targets: tuple[TargetLine, ...]
    mine: Party | None

    @property
    def may_commit(self) -> bool:
        return (
            self.mine is not None
            and self.draw.status == DrawStatus.FROZEN
            and self.mine not in self.voices
        )

    @property
    def may_reveal(self) -> bool:
        return (
            self.mine is not None
            and self.draw.status == DrawStatus.COMMITTED
            and self.voices[self.mine].revealed_at is None
        )

    @property
    def may_void(self) -> bool:
        return self.mine is not None and self.draw.status in draws.AWAITED


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDraw:
    """A draw as anybody may see it today."""

    draw: Draw
    agency: str
    voices: dict[Party, DrawVoice]
    told: tuple[TargetLine, ...]
    file_is_out: bool


def lines(work: Work, wanted: Filter) -> Page[DrawLine]:
    """Draws in reach, the newest first."""
    return _lines(work, wanted, scoping.in_reach(work.who, Draw.agency_id))


def public_lines(work: Work, wanted: Filter) -> Page[DrawLine]:
    """Every draw there ever was, void ones too."""
    return _lines(work, wanted)


def one_draw(work: Work, draw_id: str) -> DrawView:
    """A draw for the console; `NotFound` outside one's reach."""
    row = draws.get(work, draw_id)
    items = work.session.scalars(
        select(InspectionItem.name).where(InspectionItem.id.in_(row.item_ids))
    )
    return DrawView(
        draw=row,
        agency=work.session.get_one(Agency, row.agency_id).name,
        items=tuple(items),
        voices=draws.voices(work, row.id),
        targets=_targets(work, row),
        mine=draws.my_party(work, row),
    )


def line(work: Work, draw_id: str) -> DrawLine | None:
    """One draw as the list shows it."""
    found = _lines(work, Filter(), scoping.in_reach(work.who, Draw.agency_id), Draw.id == draw_id)
    return found.lines[0] if found.lines else None


def public(work: Work, draw_id: str) -> PublicDraw:
    """A draw for anybody; `NotFound` when there is none."""
    row = one(work.session.get(Draw, draw_id))
    over = _over(work, row)
    return PublicDraw(
        draw=row,
        agency=work.session.get_one(Agency, row.agency_id).name,
        voices=draws.voices(work, row.id),
        told=over,
        file_is_out=_is_out(work, row, len(over)),
    )


def require_out(work: Work, draw_id: str) -> Draw:
    """A draw whose file anybody may have; `NotFound` otherwise."""
    found = public(work, draw_id)
    return one(found.draw if found.file_is_out else None)


def _lines(work: Work, wanted: Filter, *conditions: object) -> Page[DrawLine]:
    query = select(Draw, Agency.name).join(Agency, Agency.id == Draw.agency_id)
    if wanted.text:
        newest = (
            select(Draw.id, Draw.title)
            .where(*conditions)  # type: ignore[arg-type]
            .order_by(Draw.frozen_at.desc(), Draw.id.desc())
            .limit(listing.SEARCHED)
            .subquery()
        )
        titled = newest.c.title.contains(wanted.text, autoescape=True)
        query = query.where(Draw.id.in_(select(newest.c.id).where(titled)))
    if wanted.status:
        query = query.where(Draw.status == wanted.status)
    last = work.session.get(Draw, wanted.before) if wanted.before else None
    if last is not None:
        query = query.where(listing.further(Draw.frozen_at, Draw.id, last))
    rows = work.session.execute(
        query.where(*conditions)  # type: ignore[arg-type]
        .order_by(Draw.frozen_at.desc(), Draw.id.desc())
        .limit(AT_ONCE + 1)
    ).all()
    shown = tuple(
        DrawLine(
            id=row.id,
            title=row.title,
            agency=agency,
            status=row.status,
            count=row.count,
            pool_size=row.pool_size,
            frozen_at=row.frozen_at,
            due=row.due,
        )
        for row, agency in rows[:AT_ONCE]
    )
    return Page(lines=shown, next_before=listing.begins_with(shown, len(rows)))


def _targets(work: Work, row: Draw) -> tuple[TargetLine, ...]:
    rows = work.session.execute(
        select(DrawTarget, Enterprise.name)
        .join(Enterprise, Enterprise.uscc == DrawTarget.uscc)
        .where(DrawTarget.draw_id == row.id)
        .order_by(DrawTarget.position)
        .limit(MOST_SHOWN)
    ).all()
    wanted = {id_ for target, _ in rows for id_ in target.officer_ids}
    named = dict(
        work.session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(wanted))).all()
    )
    return tuple(
        TargetLine(
            position=target.position,
            uscc=target.uscc,
            name=name,
            officers=tuple(named[id_] for id_ in target.officer_ids),
        )
        for target, name in rows
    )


def _over(work: Work, row: Draw) -> tuple[TargetLine, ...]:
    """The drawn whose visit is over. Those of a draft that was dropped never have one."""
    if row.plan_id is None:
        return ()
    rows = work.session.execute(
        select(DrawTarget.position, DrawTarget.uscc, Enterprise.name)
        .join(Enterprise, Enterprise.uscc == DrawTarget.uscc)
        .join(Task, (Task.plan_id == row.plan_id) & (Task.uscc == DrawTarget.uscc))
        .where(DrawTarget.draw_id == row.id, Task.status.in_(OVER))
        .order_by(DrawTarget.position)
        .distinct()
    )
    return tuple(TargetLine(position=n, uscc=uscc, name=name) for n, uscc, name in rows)


def _is_out(work: Work, row: Draw, over: int) -> bool:
    if row.status == DrawStatus.VOID:
        return True
    return row.status == DrawStatus.HELD and (
        over == row.count or local_day(work.now) > _last_day(row)
    )


def _last_day(row: Draw) -> date:
    return row.window_to
