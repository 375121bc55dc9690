"""What is written in PostgreSQL's own form is what SQLAlchemy would have written."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Engine,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    delete,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server import row_form
from server.database import make_engine
from server.gathering import GatheringSession
from server.models.base import Json, JsonText, UtcDateTime
from server.outages import is_outage

pytestmark = pytest.mark.postgres


class Own(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), dict[str, Any]: Json}


class Sort(Own):
    __tablename__ = "group"  # a word of SQL's

    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    word: Mapped[str | None] = mapped_column(String(40))
    words: Mapped[str | None] = mapped_column(Text)
    small: Mapped[int | None] = mapped_column(Integer)
    large: Mapped[int | None] = mapped_column(BigInteger)
    part: Mapped[float | None] = mapped_column(Float)
    ok: Mapped[bool | None] = mapped_column(Boolean)
    day: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime | None]
    said: Mapped[Any] = mapped_column(Json, nullable=True)
    sent: Mapped[Any] = mapped_column(JsonText, nullable=True)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)


class Sum(Own):
    __tablename__ = "sum"

    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[Any] = mapped_column(Numeric)


COLUMNS = [one.key for one in Sort.__table__.columns][1:]
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(LETTERS, max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(LETTERS, max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(LETTERS, max_size=5), JSON, max_size=3)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "word": st.text(LETTERS, max_size=40),
    "words": st.text(LETTERS) | st.integers(1, 5).map(lambda n: "明察'\\\"" * 2000 * n),
    "small": st.integers(-(2**31), 2**31 - 1),
    "large": st.integers(-(2**63), 2**63 - 1),
    "part": st.floats(allow_nan=False) | st.sampled_from([0.0, -0.0]),
    "ok": st.booleans(),
    "day": st.dates(),
    "at": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=OFFSETS),  # noqa: DTZ001
    "said": OBJECTS,
    "sent": OBJECTS,
    "raw": st.binary() | st.integers(1, 5).map(lambda n: bytes(range(256)) * 20 * n),
}
assert [*VALUES] == COLUMNS
SOME = st.sets(st.sampled_from(COLUMNS)).flatmap(
    lambda names: st.lists(
        st.fixed_dictionaries({name: st.none() | VALUES[name] for name in sorted(names)}),
        min_size=1,
        max_size=4,
    )
)


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    made = make_engine(postgres_url)
    Own.metadata.create_all(made)
    with made.begin() as setting_up:  # as migrations leave a table: one column gone, one elsewhere
        setting_up.execute(text('ALTER TABLE "group" DROP COLUMN small'))
        setting_up.execute(text('ALTER TABLE "group" ADD COLUMN unknown_here text DEFAULT 1'))
        setting_up.execute(text('ALTER TABLE "group" ADD COLUMN small integer'))
    yield made
    made.dispose()


def read(engine: Engine) -> list[Any]:
    with engine.begin() as connection:
        found = connection.execute(select(Sort.__table__).order_by(Sort.no)).all()
        connection.execute(delete(Sort))
    return [[exactly(value) for value in row] for row in found]


def exactly(value: Any) -> str:
    """As a text: of two zeros, and of true and 1, each is another."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else repr(value)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(some=SOME)
def test_what_goes_in_the_databases_own_form_is_what_was_meant(
    engine: Engine, some: list[dict[str, Any]]
) -> None:
    rows = [{"no": number, **row} for number, row in enumerate(some)]
    with engine.begin() as connection:
        connection.execute(insert(Sort), rows)
    meant = read(engine)
    with GatheringSession(engine) as session:
        session.gather()
        session.put(Sort, rows)
        session.commit()
    assert read(engine) == meant


def test_what_is_known_again_is_no_more_than_a_few_thousand() -> None:
    said = row_form._Said(23, row_form._NUMBER.pack)
    for number in range(3 * row_form.KEPT):
        assert said[number][-4:] == number.to_bytes(4)
    assert len(said) <= row_form.KEPT


def test_after_a_migration_the_next_try_goes(engine: Engine) -> None:
    with GatheringSession(engine) as session:
        session.gather()
        session.put(Sort, [{"no": 1, "word": "before"}])
        session.commit()
        with engine.begin() as meanwhile:
            meanwhile.execute(text('ALTER TABLE "group" ADD COLUMN added timestamptz'))
        session.gather()
        session.put(Sort, [{"no": 2, "word": "after"}])
        with pytest.raises(OperationalError) as refused:
            session.commit()
        assert is_outage(refused.value)
        session.begin_anew()
        session.gather()
        session.put(Sort, [{"no": 2, "word": "after"}])
        session.commit()
    assert [row[1] for row in read(engine)] == ["'before'", "'after'"]


def test_what_no_form_is_known_of_is_said_by_name(engine: Engine) -> None:
    with GatheringSession(engine) as session:
        session.gather()
        session.put(Sum, [{"no": 1, "amount": 2}])
        with pytest.raises(TypeError, match="amount"):
            session.flush()


@pytest.mark.parametrize("row", [{"words": "a\0b"}, {"said": {"a": "\0"}}])
def test_what_the_database_cannot_hold_it_refuses(engine: Engine, row: dict[str, Any]) -> None:
    with GatheringSession(engine) as session:
        session.gather()
        session.put(Sort, [{"no": 1, **row}])
        with pytest.raises(DataError):
            session.flush()


def test_a_row_of_few_columns_among_others_of_many(engine: Engine) -> None:
    with GatheringSession(engine) as session:
        session.gather()
        noon = datetime(2026, 7, 1, 4, tzinfo=UTC)
        session.put(Sort, [{"no": 1}])
        session.put(Sort, [{"at": noon, "no": 2}])
        session.commit()
    found = [[row[0], row[COLUMNS.index("at") + 1]] for row in read(engine)]
    assert found == [["1", "None"], ["2", repr(noon)]]
