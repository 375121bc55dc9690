"""The ledger of bad ratings 差评整改台账, worked off by the supervision of the region.

    open → handled → called → closed
      ↑_________________|   the enterprise is not content: handled anew

Never shown to the inspected agency, nor to anybody who belongs to it. Who gave a rating is asked
for with a reason, and every asking is on record.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from server.models import Agency, Enterprise, RatingEntry, RatingLink, Visit
from server.services import audit, ratings, typed_words
from server.services.scoping import one, require_role, supervised
from server.work import Work
from shared.errors import BadInput, Conflict
from shared.localtime import local_day
from shared.roles import Role

LONGEST = 2000
AT_ONCE = 100


class State(StrEnum):
    OPEN = "open"
    HANDLED = "handled"
    CALLED = "called"
    CLOSED = "closed"


class Call(StrEnum):
    """What the enterprise said when it was called back."""

    CONTENT = "content"
    UNREACHABLE = "unreachable"
    NOT_CONTENT = "not_content"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    id: str
    agency: str
    level: int
    state: State
    opened_on: date
    due_on: date
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many bad ratings were opened within a year, closed, and are late."""

    opened: int
    closed: int
    overdue: int

    @property
    def share(self) -> int | None:
        """Of a hundred, rounded down: a hundred means every one."""
        return self.closed * 100 // self.opened if self.opened else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rating came from."""

    visit_id: str
    enterprise: str
    words: str


def listed(work: Work, state: str = "") -> tuple[EntryLine, ...]:
    """Entries in reach: those not closed by their deadline, or those of one state."""
    require_role(work.who, Role.SUPERVISION)
    wanted = RatingEntry.state == state if state in set(State) else _unclosed()
    rows = work.session.execute(
        select(RatingEntry, Agency.name)
        .join(Agency, Agency.id == RatingEntry.agency_id)
        .where(wanted, supervised(work.who, RatingEntry.agency_id))
        .order_by(RatingEntry.due_on, RatingEntry.id)
        .limit(AT_ONCE)
    )
    return tuple(_line(work, row, name) for row, name in rows)


def figure(work: Work) -> Figure:
    """The year's: 100 % closed is what is wanted."""
    require_role(work.who, Role.SUPERVISION)
    today = local_day(work.now)
    of_year = (
        supervised(work.who, RatingEntry.agency_id),
        RatingEntry.opened_on > today - timedelta(days=365),
    )
    opened, closed = work.session.execute(
        select(func.count(), func.count(RatingEntry.closed_at)).where(*of_year)
    ).one()
    late = select(func.count()).where(*of_year, _unclosed(), RatingEntry.due_on < today)
    return Figure(opened=opened, closed=closed, overdue=work.session.scalar(late) or 0)


def read(work: Work, entry_id: str) -> tuple[EntryLine, RatingEntry]:
    """One entry, without where it came from; `NotFound` out of reach."""
    row = _get(work, entry_id)
    return _line(work, row, work.session.get_one(Agency, row.agency_id).name), row


def open_source(work: Work, entry_id: str, reason: str) -> Source:
    """Where a bad rating came from. Each look is in the audit log, with its reason."""
    row = _get(work, entry_id)
    typed_words.require(reason=(reason, LONGEST))
    told = ratings.opened(work, work.session.get_one(RatingLink, row.link_id))
    audit.write(work, "rating.source_read", "rating_entry", row.id, reason=reason)
    firm = work.session.get(Enterprise, told["uscc"])
    return Source(
        visit_id=work.session.get_one(Visit, told["visit"]).id,
        enterprise=firm.name if firm else "",
        words=told["words"],
    )


def handle(work: Work, entry_id: str, text: str) -> None:
    """Write down what was found and done."""
    row = _get(work, entry_id, State.OPEN)
    typed_words.require(text=(text, LONGEST))
    row.handling, row.handled_by, row.handled_at = text.strip(), work.who.id, work.now
    row.state = State.HANDLED
    audit.write(work, "rating.handled", "rating_entry", row.id)


def call_back(work: Work, entry_id: str, outcome: str, note: str) -> None:
    """Write down what the enterprise says to it; not content opens the entry again."""
    row = _get(work, entry_id, State.HANDLED)
    if outcome not in set(Call):
        raise BadInput("Not an outcome.", errors={"/outcome": ", ".join(Call)})
    typed_words.require(note=(note, LONGEST))
    row.call_outcome, row.call_note = outcome, note.strip()
    row.called_by, row.called_at = work.who.id, work.now
    row.state = State.OPEN if outcome == Call.NOT_CONTENT else State.CALLED
    audit.write(work, "rating.called_back", "rating_entry", row.id, outcome=outcome)


def close(work: Work, entry_id: str) -> None:
    """Close an entry that was handled and called back for."""
    row = _get(work, entry_id, State.CALLED)
    row.state, row.closed_by, row.closed_at = State.CLOSED, work.who.id, work.now
    audit.write(work, "rating.closed", "rating_entry", row.id)


def _unclosed() -> ColumnElement[bool]:
    return RatingEntry.state != State.CLOSED


def _get(work: Work, entry_id: str, state: State | None = None) -> RatingEntry:
    require_role(work.who, Role.SUPERVISION)
    row = one(
        work.session.scalars(
            select(RatingEntry)
            .where(RatingEntry.id == entry_id, supervised(work.who, RatingEntry.agency_id))
            .with_for_update(of=RatingEntry)
        ).one_or_none()
    )
    if state is not None and row.state != state:
        raise Conflict("Another step is due.", state=row.state)
    return row


def _line(work: Work, row: RatingEntry, agency: str) -> EntryLine:
    return EntryLine(
        id=row.id,
        agency=agency,
        level=row.level,
        state=State(row.state),
        opened_on=row.opened_on,
        due_on=row.due_on,
        overdue=row.state != State.CLOSED and row.due_on < local_day(work.now),
    )
