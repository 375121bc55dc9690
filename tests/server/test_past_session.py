"""What is asked past the session is what the session itself would have found."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, ClassVar

import pytest
from sqlalchemy import Date, Engine, bindparam, select
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from server import past_session
from server.database import any_of, make_engine, objects_of
from server.gathering import GatheringSession
from server.models.base import Json, UtcDateTime
from tests.server.counting import counted

NOON = datetime(2026, 7, 1, 12, 0, 0, 120, tzinfo=timezone(timedelta(hours=8)))


class Own(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), dict[str, Any]: Json}


class Place(Own):
    __tablename__ = "place"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Guest(Own):
    __tablename__ = "guest"

    id: Mapped[str] = mapped_column(primary_key=True)
    place_id: Mapped[str]
    count: Mapped[int] = mapped_column(default=7)
    said: Mapped[dict[str, Any] | None]
    day: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime | None]


WHO_IS_THERE = (
    select(Guest, Guest.count.label("counted"), Place, select(Place.id).limit(1).scalar_subquery())
    .join(Place, Place.id == Guest.place_id)
    .where(Place.name == bindparam("name"))
    .order_by(Guest.id)
    .with_for_update(of=Guest)
)
TOLD = {"name": "here"}
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)


@pytest.fixture(params=[POSTGRESQL, "sqlite"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    url = "sqlite://"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    made = make_engine(url)
    Own.metadata.create_all(made)
    with Session(made) as session:
        session.add(Place(id="p", name="here"))
        said = {"名": [1.5, None, "'%s'"]}
        session.add(Guest(id="a", place_id="p", said=said, day=date(2026, 7, 1), at=NOON))
        session.add(Guest(id="b", place_id="p"))
        session.commit()
    yield made
    made.dispose()


def told(row: Any) -> tuple[dict[str, Any], int, dict[str, Any], str]:
    guest, count, place, only = row
    return columns(guest), count, columns(place), only


def columns(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in inspected(type(row)).columns.keys()}  # noqa: SIM118


def test_the_same_rows_are_found(engine: Engine) -> None:
    with GatheringSession(engine) as quick:
        found = [told(row) for row in past_session.rows(quick, WHO_IS_THERE, TOLD)]
    with GatheringSession(engine) as usual:
        expected = [told(row) for row in usual.execute(WHO_IS_THERE, TOLD)]

    assert found == expected
    assert found[0][0]["at"] == NOON
    assert found[0][0]["at"].tzinfo is UTC


def test_they_are_the_session_s_own_and_unchanged(engine: Engine) -> None:
    with GatheringSession(engine) as session:
        (first, _, place, _), (second, _, again, _) = past_session.rows(session, WHO_IS_THERE, TOLD)
        assert again is place
        assert not session.dirty
        assert not session.new
        with counted(engine) as statements:
            assert session.get(Guest, "a") is first
            session.flush()
        assert not statements

        first.count, second.said = 8, {"more": 1}
        session.commit()
    with Session(engine) as reader:
        assert (reader.get_one(Guest, "a").count, reader.get_one(Guest, "b").said) == (
            8,
            {"more": 1},
        )


def test_what_a_session_has_changed_stands(engine: Engine) -> None:
    with GatheringSession(engine) as session:
        guest = session.get_one(Guest, "a")
        guest.count = 9
        found = past_session.rows(session, WHO_IS_THERE, TOLD)
        assert found[0][0] is guest
        assert guest.count == 9


def test_nothing_is_nothing(engine: Engine) -> None:
    with GatheringSession(engine) as session:
        assert list(past_session.rows(session, WHO_IS_THERE, {"name": "elsewhere"})) == []


@pytest.mark.parametrize("engine", [POSTGRESQL], indirect=True)
def test_the_row_is_locked_until_the_transaction_ends(engine: Engine) -> None:
    free = select(Guest.id).order_by(Guest.id).with_for_update(skip_locked=True)
    with GatheringSession(engine) as session, Session(engine) as other:
        past_session.rows(session, WHO_IS_THERE, TOLD)
        assert other.scalars(free).all() == []
        session.commit()
        assert other.scalars(free).all() == ["a", "b"]


PARTS = select(Guest.id, Guest.count, Guest.place_id).where(any_of(Guest.id, "ids"))
GUESTS = select(Guest).where(any_of(Guest.id, "ids")).order_by(Guest.id)


def test_objects_of_rows_are_those_that_a_query_finds(engine: Engine) -> None:
    with GatheringSession(engine) as quick:
        found = [columns(one) for one in objects_of(quick, Guest, GUESTS, {"ids": ["a", "b"]})]
        assert not quick.dirty
    with GatheringSession(engine) as usual:
        assert found == [columns(one) for one in usual.scalars(GUESTS, {"ids": ["a", "b"]})]


def test_what_was_not_asked_of_an_object_is_read_when_it_is_wanted(engine: Engine) -> None:
    with GatheringSession(engine) as session:
        (guest,) = objects_of(session, Guest, PARTS, {"ids": ["a"]})
        assert session.get(Guest, "a") is guest
        with counted(engine) as statements:
            assert guest.count == 7
        assert not statements
        assert (guest.said, guest.day) == ({"名": [1.5, None, "'%s'"]}, date(2026, 7, 1))
        guest.at, guest.count = None, 8
        session.commit()
    with Session(engine) as reader:
        row = reader.get_one(Guest, "a")
        assert (row.at, row.count, row.day) == (None, 8, date(2026, 7, 1))


def test_what_was_not_asked_is_written_unread(engine: Engine) -> None:
    with GatheringSession(engine) as session:
        session.gather()
        (guest,) = objects_of(session, Guest, PARTS, {"ids": ["a"]})
        with counted(engine) as statements:
            guest.said = {"new": 1}
            session.flush()
        assert len(statements) == 1
        session.commit()
    with Session(engine) as reader:
        assert reader.get_one(Guest, "a").said == {"new": 1}


def test_objects_that_the_session_has_are_left_and_what_waits_is_written_before(
    engine: Engine,
) -> None:
    with GatheringSession(engine) as session:
        mine = session.get_one(Guest, "a")
        mine.count = 9
        session.add(Guest(id="c", place_id="p"))
        found = objects_of(session, Guest, GUESTS, {"ids": ["a", "c"]})
        assert found[0] is mine
        assert [one.count for one in found] == [9, 7]
