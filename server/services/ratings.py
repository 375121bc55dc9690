"""Rating an inspection, without a name (R64), and closing a quarter.

A rating is stored with agency, quarter, kind and level alone. Where it came from lies apart and
sealed (`rating_link`), for supervision, each look of which is on record (`rating_ledger`). The
agency is shown what `shared.ratings.release` lets out once the quarter is over, and that is
worked out once and kept: later looks compare nothing.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from server.database import insert_if_absent
from server.models import (
    Agency,
    Notice,
    Rating,
    RatingEntry,
    RatingLink,
    RatingQuarter,
    Retention,
    Task,
    Visit,
)
from server.services import deadlines, field_encryption, portal_visits
from server.services.field_encryption import Field
from server.services.portal_visits import ENTERPRISE, Course
from server.services.scoping import require_role
from server.work import Work
from shared.canonical import canonical, parse_object
from shared.errors import BadInput, Conflict
from shared.localtime import SHANGHAI, local_day
from shared.ratings import BAD, Level, Rated, quarter_of, release

ID_BYTES = 16
LONGEST_WORDS = 1000
OVER = (Course.AWAITS_RESULT, Course.TO_READ, Course.TO_SIGN, Course.DONE, Course.REJECTED)
OPEN = "open"


def give(work: Work, visit_id: str, level: int, words: str = "") -> None:
    """Rate an inspection that is over; once. `NotFound` for another enterprise's visit.

    Not in the audit log: an entry would say who gave it, and when.
    """
    require_role(work.who, *ENTERPRISE)
    line = portal_visits.one_line(work, visit_id)
    if line.course not in OVER:
        raise Conflict("It is not over yet.")
    if level not in set(Level):
        raise BadInput("Not a level.", errors={"/level": "1 to 5"})
    if len(words) > LONGEST_WORDS:
        raise BadInput("Too long.", errors={"/words": f"At most {LONGEST_WORDS} characters."})
    if is_given(work, visit_id):
        raise Conflict("It was rated.")
    visit = work.session.get_one(Visit, visit_id)
    agency = work.session.get_one(Agency, visit.agency_id)
    quarter = quarter_of(local_day(work.now))
    rating = Rating(
        id=_id(work), agency_id=agency.id, quarter=quarter, kind=_kind(work, visit), level=level
    )
    link = RatingLink(
        id=_id(work),
        agency_id=agency.id,
        quarter=quarter,
        visit_index=_index(work, visit_id),
        sealed="",
    )
    told = {"rating": rating.id, "visit": visit_id, "uscc": work.who.uscc, "words": words.strip()}
    link.sealed = field_encryption.seal(
        work, canonical(told).decode(), Field.RATING_LINK, owner=link.id
    )
    try:
        with work.session.begin_nested():
            work.session.add_all([rating, link])
    except IntegrityError:  # somebody else of the enterprise, in the same moment
        raise Conflict("It was rated.") from None
    _begin_quarter(work, agency.id, quarter)
    if level in BAD:
        work.session.add(_entry(work, agency, link, level))


def is_given(work: Work, visit_id: str) -> bool:
    """Whether a visit was rated."""
    index = _index(work, visit_id)
    return bool(work.session.scalar(select(exists().where(RatingLink.visit_index == index))))


def opened(work: Work, link: RatingLink) -> dict[str, str]:
    """What a link says: rating, visit, uscc, words. Who may ask is for the caller to know."""
    sealed = field_encryption.open_(work, link.sealed, Field.RATING_LINK, owner=link.id)
    return {key: str(value) for key, value in parse_object(sealed.encode()).items()}


def due(work: Work, limit: int) -> list[tuple[str, str]]:
    """Quarters that are over and not closed yet, as (agency, quarter)."""
    rows = work.session.execute(
        select(RatingQuarter.agency_id, RatingQuarter.quarter)
        .where(
            RatingQuarter.closed.is_(False), RatingQuarter.quarter < quarter_of(local_day(work.now))
        )
        .limit(limit)
    )
    return [(agency_id, quarter) for agency_id, quarter in rows]


def close(work: Work, agency_id: str, quarter: str) -> None:
    """Work out what the agency is shown of a quarter. Once; does nothing before it is over."""
    row = work.session.get(
        RatingQuarter, (agency_id, quarter), with_for_update=True, populate_existing=True
    )
    if row is None or row.closed or quarter >= quarter_of(local_day(work.now)):
        return
    ratings = {
        rating.id: rating
        for rating in work.session.scalars(
            select(Rating).where(Rating.agency_id == agency_id, Rating.quarter == quarter)
        )
    }
    links = work.session.scalars(
        select(RatingLink).where(RatingLink.agency_id == agency_id, RatingLink.quarter == quarter)
    )
    rated = []
    for link in links:
        told = opened(work, link)
        rating = ratings[told["rating"]]
        rated.append(Rated(level=rating.level, kind=rating.kind, firm=told["uscc"]))
    row.shown, row.closed = release(rated, _told(work, agency_id, quarter)), True


def _told(work: Work, agency_id: str, quarter: str) -> set[str]:
    first = date(int(quarter[:4]), 3 * int(quarter[5]) - 2, 1)
    after = (first + timedelta(days=95)).replace(day=1)
    begin, end = (_midnight(day) for day in (first, after))
    return set(
        work.session.scalars(
            select(Notice.uscc)
            .where(
                Notice.agency_id == agency_id,
                Notice.created_at >= begin,
                Notice.created_at < end,
            )
            .distinct()
        )
    )


def _begin_quarter(work: Work, agency_id: str, quarter: str) -> None:
    row = {
        "agency_id": agency_id,
        "quarter": quarter,
        "closed": False,
        "shown": None,
        "retention_class": str(Retention.INSPECTION),
        "legal_hold": False,
    }
    insert_if_absent(work.session, RatingQuarter, [row])


def _entry(work: Work, agency: Agency, link: RatingLink, level: int) -> RatingEntry:
    today = local_day(work.now)
    return RatingEntry(
        id=_id(work),
        link_id=link.id,
        agency_id=agency.id,
        level=level,
        state=OPEN,
        opened_on=today,
        due_on=deadlines.within(work, agency, "bad_rating_workdays", since=today),
    )


def _kind(work: Work, visit: Visit) -> str:
    kinds = work.session.scalars(select(Task.kind).where(Task.id.in_(visit.task_ids))).all()
    return min(kinds, default="emergency")


def _index(work: Work, visit_id: str) -> str:
    return field_encryption.blind_index(work, visit_id, Field.RATED_VISIT)


def _id(work: Work) -> str:
    """By chance alone: an id that began with the time would tell it."""
    return work.chance(ID_BYTES).hex()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
