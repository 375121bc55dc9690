"""A statement given to the driver finds, changes and fails as it does by SQLAlchemy."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from time import sleep
from typing import Any, ClassVar

import pytest
from sqlalchemy import (
    Connection,
    Date,
    Engine,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server import driver, row_form
from server.database import any_of, make_engine, rows_of
from server.driver import Said
from server.gathering import GatheringSession
from server.models.base import Json, UtcDateTime
from server.models.ledger import EventStatus
from tests import servers
from tests.server.counting import counted

pytestmark = pytest.mark.postgres
NOON = datetime(2026, 7, 1, 4, 0, 0, 120, tzinfo=UTC)


class Own(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), dict[str, Any]: Json}


class Thing(Own):
    __tablename__ = "thing"

    id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[EventStatus | None] = mapped_column(Enum(EventStatus))
    said: Mapped[dict[str, Any] | None]
    day: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime | None]
    kept: Mapped[bytes | None] = mapped_column(LargeBinary)
    share: Mapped[Any] = mapped_column(Numeric(6, 2), nullable=True)
    part: Mapped[Any] = mapped_column(Float, nullable=True)
    places: Mapped[int | None] = mapped_column(Integer)


FULL = {
    "id": "满%s",
    "status": EventStatus.HELD,
    "said": {"名": [1.5, None, "$1 %s"]},
    "day": date(2026, 7, 1),
    "at": NOON,
    "kept": b"\0%",
    "share": 1,
    "part": 0.5,
    "places": 7,
}
ALL = select(*Thing.__table__.columns).order_by(Thing.id)
BUT_STATUS = select(*[one for one in Thing.__table__.columns if one.name != "status"])
STATEMENTS = [
    (ALL, {}),
    (BUT_STATUS.order_by(Thing.id), {}),  # what has bytes and no words of its own comes as bytes
    (ALL.where(any_of(Thing.id, "ids")), {"ids": {"满%s", "x"}}),
    (ALL.where(any_of(Thing.id, "ids")), {"ids": []}),
    (ALL.where(any_of(Thing.places, "numbers")), {"numbers": [7, -(2**31)]}),
    (ALL.where(any_of(Thing.places, "numbers")), {"numbers": []}),
    (ALL.where(Thing.status == EventStatus.HELD, Thing.id.like("%\\%%")), {}),
    (ALL.where(Thing.status.in_([EventStatus.HELD, EventStatus.APPLIED])), {}),
    (ALL.where(Thing.status == bindparam("status")), {"status": EventStatus.HELD}),
    (
        ALL.where(Thing.at == bindparam("at"), Thing.day == bindparam("day")),
        {"at": NOON, "day": FULL["day"]},
    ),
    (select(func.count(), func.max(Thing.id), func.max(Thing.id)), {}),
    (
        select(Thing.id).where(Thing.id == bindparam("id"), Thing.id != bindparam("no")),
        {"id": "b", "no": "a"},
    ),
    (text("SELECT id, 5 % 2 FROM thing WHERE id = :id"), {"id": "b"}),
    (
        update(Thing).values(share=2).where(Thing.id == bindparam("of")).returning(Thing.share),
        {"of": "b"},
    ),
    (delete(Thing).where(Thing.id == bindparam("of")), {"of": "gone"}),
]


@pytest.fixture(scope="module")
def engine(postgres_cluster: servers.Cluster) -> Iterator[Engine]:
    name = postgres_cluster.create_database()
    made = make_engine(postgres_cluster.url(name))
    Own.metadata.create_all(made)
    with made.begin() as connection:
        connection.execute(insert(Thing), [FULL, {**dict.fromkeys(FULL), "id": "b"}])
    yield made
    made.dispose()
    postgres_cluster.drop_database(name)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as made:
        yield made


@pytest.mark.parametrize(("statement", "told"), STATEMENTS)
def test_it_finds_what_sqlalchemy_finds(connection: Connection, statement: Any, told: Any) -> None:
    found = driver.ask(connection, statement, told)
    theirs = connection.execute(statement, told)
    assert found == ([tuple(row) for row in theirs] if theirs.returns_rows else [])


@pytest.mark.parametrize("some", [b"", b"\0\xff'\\x", "明".encode() * 4000])
def test_a_value_goes_in_the_databases_own_form(connection: Connection, some: bytes) -> None:
    found = driver.say(connection, Said(b"SELECT $1::bytea", [row_form.OwnForm(some)]))
    assert found == [(some,)]


def test_bytes_come_in_the_databases_own_form(connection: Connection) -> None:
    assert driver.plain(BUT_STATUS).binary
    assert not driver.plain(ALL).binary
    assert not driver.plain(select(Thing.id)).binary


def test_long_values_are_compressed_quickly(connection: Connection) -> None:
    offered = connection.scalar(
        text("SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression'")
    )
    wanted = "lz4" if "lz4" in offered else "pglz"
    connection.rollback()  # it holds for the connection, whatever becomes of a transaction
    assert connection.scalar(text("SHOW default_toast_compression")) == wanted


def test_a_row_is_asked_by_the_names_of_its_columns(connection: Connection) -> None:
    (row,) = driver.ask(connection, ALL.where(Thing.id == bindparam("id")), {"id": "满%s"})
    assert (row.status, row.at, row.kept) == (EventStatus.HELD, NOON, b"\0%")


def test_one_row_is_one_row(connection: Connection) -> None:
    both, none = driver.ask(connection, ALL, {}), driver.Rows()
    assert both.first() == both[0]
    assert driver.Rows(both[:1]).one() == both[0]
    assert (none.first(), none.one_or_none()) == (None, None)
    with pytest.raises(MultipleResultsFound):
        both.one()
    with pytest.raises(NoResultFound):
        none.one()


def test_a_fault_is_sqlalchemys(engine: Engine) -> None:
    twice = insert(Thing).values(id=bindparam("new"))
    with GatheringSession(engine) as session:
        with pytest.raises(IntegrityError, match="thing_pkey"):
            rows_of(session, twice, {"new": "b"})
        session.rollback()
        assert rows_of(session, ALL, {}).all()


def test_a_connection_that_is_lost_is_given_up(engine: Engine) -> None:
    with engine.connect() as lost:
        (told,) = driver.ask(lost, text("SELECT pg_backend_pid() AS pid"), {})
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": told[0]})
        with pytest.raises(OperationalError) as failed:
            driver.ask(lost, ALL, {})
        assert failed.value.connection_invalidated
        assert lost.invalidated
    with engine.connect() as again:
        assert driver.ask(again, ALL, {})


LOCK = select(Thing.id).where(Thing.id == bindparam("id")).with_for_update()
COUNT = select(func.count()).select_from(Thing)


def backend(connection: Connection) -> int:
    found: int = driver.say(connection, Said(b"SELECT pg_backend_pid()"))[0][0]
    return found


def test_of_several_each_finds_what_those_before_it_did(connection: Connection) -> None:
    connection.begin()
    before = Said(b"INSERT INTO thing (id) VALUES ($1)", ["in turn"])
    asked = [(COUNT, {}), (LOCK, {"id": "in turn"}), (ALL.where(Thing.id == "b"), {})]
    count, locked, (b,) = driver.ask_in_turn(connection, [before], asked)
    assert (count, locked) == ([(3,)], [("in turn",)])
    assert (b.id, b.status) == ("b", None)
    connection.rollback()
    assert driver.ask(connection, COUNT, {}) == [(2,)]


def test_each_of_several_sees_what_was_committed_while_it_waited(engine: Engine) -> None:
    with engine.begin() as first, engine.begin() as second:
        driver.ask(first, LOCK, {"id": "b"})
        pid = backend(second)
        with ThreadPoolExecutor(1) as aside:
            asked = [(LOCK, {"id": "b"}), (COUNT, {})]
            waiting = aside.submit(driver.ask_in_turn, second, [], asked)
            until(lambda: is_waiting(first, pid))
            driver.say_in_turn(first, [Said(b"INSERT INTO thing (id) VALUES ('c')")], commit=True)
            _, count = waiting.result(10)
        assert count == [(3,)]
        driver.say_in_turn(second, [Said(b"DELETE FROM thing WHERE id = 'c'")], commit=True)


def until(there: Callable[[], bool]) -> None:
    for _ in range(1000):
        if there():
            return
        sleep(0.01)
    raise TimeoutError


def is_waiting(connection: Connection, pid: int) -> bool:
    asked = Said(b"SELECT cardinality(pg_blocking_pids($1)) > 0", [pid])
    return bool(driver.say(connection, asked)[0][0])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_nothing_is_done_after_the_first_that_fails(engine: Engine, place: int) -> None:
    said = [Said(b"INSERT INTO thing (id) VALUES ($1)", [f"n{n}"]) for n in range(3)]
    said[place] = Said(b"INSERT INTO thing (id) VALUES ('b')")
    with engine.connect() as connection:
        connection.begin()
        with pytest.raises(IntegrityError, match="thing_pkey") as failed:
            driver.say_in_turn(connection, said, commit=True)
        assert failed.value.statement == said[place].sql.decode()
        assert not failed.value.connection_invalidated
        connection.rollback()
        assert driver.ask(connection, COUNT, {}) == [(2,)]


def test_a_commit_among_them_is_one(engine: Engine) -> None:
    with engine.connect() as connection, engine.connect() as other:
        connection.begin()
        other.begin()
        add = Said(b"INSERT INTO thing (id) VALUES ('kept') RETURNING id")
        assert driver.say_in_turn(connection, [add], commit=True) == [[("kept",)]]
        assert driver.ask(other, COUNT, {}) == [(3,)]
        connection.commit()  # finds nothing left to do
        connection.begin()
        driver.say_in_turn(connection, [Said(b"DELETE FROM thing WHERE id = 'kept'")])
        assert driver.ask(other, COUNT, {}) == [(3,)]
        connection.commit()
        assert driver.ask(other, COUNT, {}) == [(2,)]


def test_what_only_the_commit_finds_wrong_is_found(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE bound (id text REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED)")
        )
    with engine.connect() as connection:
        connection.begin()
        with pytest.raises(IntegrityError, match="bound_id_fkey"):
            driver.say_in_turn(
                connection, [Said(b"INSERT INTO bound VALUES ('nobody')")], commit=True
            )
        connection.rollback()
        assert driver.say(connection, Said(b"SELECT * FROM bound")) == []


def test_a_connection_that_is_lost_in_between_is_given_up(engine: Engine) -> None:
    with engine.connect() as lost:
        pid = backend(lost)
        with engine.connect() as other:
            driver.say(other, Said(b"SELECT pg_terminate_backend($1, 10000)", [pid]))
        with pytest.raises(OperationalError) as failed:
            driver.ask_in_turn(lost, [], [(COUNT, {}), (ALL, {})])
        assert failed.value.connection_invalidated
        assert lost.invalidated


def test_who_counts_statements_counts_these(engine: Engine, connection: Connection) -> None:
    with counted(engine) as asked:
        driver.ask(connection, ALL.where(Thing.id == bindparam("id")), {"id": "b"})
        driver.ask_in_turn(connection, [Said(b"SELECT 1")], [(COUNT, {})])
    assert [one.split("\n")[0][:15] for one in asked] == [
        "SELECT thing.id",
        "SELECT 1",
        "SELECT count(*)",
    ]
