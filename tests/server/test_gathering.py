"""What a session writes and asks as one statement is what it would have as many."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import (
    Date,
    Engine,
    LargeBinary,
    bindparam,
    create_engine,
    delete,
    literal,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.database import any_of, insert_all, make_engine, rows_of
from server.driver import Json as Written
from server.driver import Said
from server.gathering import GatheringSession
from server.models.base import Json, JsonText, UtcDateTime
from server.writing import Beside, as_json
from tests.server.counting import counted

NOON = datetime(2026, 7, 1, 4, 0, 0, 120, tzinfo=UTC)


class Own(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), dict[str, Any]: Json}


class Thing(Own):
    __tablename__ = "order"  # a word of SQL's

    id: Mapped[str] = mapped_column(primary_key=True)
    group: Mapped[int] = mapped_column(default=7)
    said: Mapped[dict[str, Any] | None]
    day: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime | None]
    bytes_: Mapped[bytes | None] = mapped_column("bytes_", LargeBinary)


class Told(Own):
    __tablename__ = "told"

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    said: Mapped[dict[str, Any] | None]
    text: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    day: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime | None]
    ok: Mapped[bool | None]


class Kept(Own):
    __tablename__ = "kept"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(default="it's 明")
    ok: Mapped[bool] = mapped_column(default=False)
    said: Mapped[dict[str, Any] | None] = mapped_column(default={"by": "default"})
    raw: Mapped[bytes] = mapped_column(LargeBinary)


FULL = {
    "said": {"名": [1, None]},
    "text": {"明": 1},
    "day": date(2026, 7, 1),
    "at": NOON,
    "ok": True,
}
LOCKED = (
    select(Told, literal(3))
    .where(any_of(Told.id, "ids"))
    .order_by(Told.id)
    .with_for_update(of=Told)
    .execution_options(populate_existing=True)
)


def columns(one: Told) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("id", "version", *FULL)}


class Line(Own):
    __tablename__ = "line"

    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    text: Mapped[str]


WHOLE = {"said": {"名": [1.5, None, "'%s'"]}, "day": date(2026, 7, 1), "at": NOON, "bytes_": b"\0%"}
THINGS = select(Thing.id, Thing.group, Thing.said, Thing.day, Thing.at).order_by(Thing.id)
AMONG = THINGS.where(any_of(Thing.id, "ids"))
IN_GROUP = THINGS.where(Thing.group == bindparam("group"))


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    made = make_engine(postgres_url)
    Own.metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[GatheringSession]:
    with GatheringSession(engine) as made:
        made.add_all([Thing(id="a", **WHOLE), Thing(id="b")])
        made.commit()
        made.gather()
        yield made


def told(engine: Engine) -> dict[str, tuple[object, ...]]:
    with GatheringSession(engine) as reader:
        rows = reader.scalars(select(Thing))
        return {one.id: (one.group, one.said, one.day, one.at, one.bytes_) for one in rows}


NOTHING = (7, None, None, None, None)
ALL = tuple(WHOLE.values())


@pytest.mark.postgres
def test_what_is_new_changed_and_put_is_one_statement(
    engine: Engine, session: GatheringSession
) -> None:
    changed, same = session.get_one(Thing, "a"), session.get_one(Thing, "b")
    with counted(engine) as asked:
        changed.id, changed.said, changed.day = "a", {"now": True}, None
        same.group = 7
        new = Thing(id="c", **WHOLE)
        session.add_all([new, Thing(id="d", group=0)])
        insert_all(session, Thing, [{"id": "e", **WHOLE}])
        session.commit()
    assert len(asked) == 1
    assert new.group == 7
    assert told(engine) == {
        "a": (7, {"now": True}, None, NOON, b"\0%"),
        "b": NOTHING,
        "c": (7, *ALL),
        "d": (0, *NOTHING[1:]),
        "e": (7, *ALL),
    }


@pytest.mark.postgres
def test_what_a_gathering_session_asks_is_found_by_keys(session: GatheringSession) -> None:
    def way() -> str:
        told = text("EXPLAIN SELECT * FROM \"order\" JOIN line ON line.text = id WHERE id = 'a'")
        return " ".join(session.scalars(told))

    assert 'Seq Scan on "order"' not in way()
    assert session.scalar(text("SHOW plan_cache_mode")) == "force_generic_plan"
    session.commit()
    assert session.scalar(text("SHOW plan_cache_mode")) == "auto"
    assert session.scalar(text("SHOW enable_seqscan")) == "on"


@pytest.mark.postgres
def test_a_session_that_gathers_later_goes_by_keys_from_then_on(engine: Engine) -> None:
    with GatheringSession(engine) as session:
        assert session.scalar(text("SHOW enable_seqscan")) == "on"
        session.gather()
        assert session.scalar(text("SHOW enable_seqscan")) == "off"


@pytest.mark.postgres
def test_what_is_asked_with_the_beginning_is_not_asked_again(engine: Engine) -> None:
    with GatheringSession(engine) as before:
        before.add_all([Thing(id="a"), Thing(id="b", group=8), Told(id="a")])
        before.commit()
    locked, among, group = {"ids": {"a"}}, {"ids": {"a", "x"}}, {"group": 9}
    with GatheringSession(engine) as session:
        with counted(engine) as asked:
            session.gather([(LOCKED, locked)], [(AMONG, among), (IN_GROUP, group)])
        assert len(asked) == 3  # the settings, the lock, and what is asked under it
        with counted(engine) as asked:
            ((held, beside),) = session.foreseen_objects(LOCKED, locked, Told) or ()
            assert (held.id, beside) == ("a", (3,))
            assert [row.id for row in rows_of(session, AMONG, among)] == ["a"]
            assert session.foresees_nothing(IN_GROUP, group)
        assert not asked
        with GatheringSession(engine) as other:
            free = select(Told.id).with_for_update(skip_locked=True)
            assert other.scalars(free).all() == []


@pytest.mark.postgres
def test_what_is_said_with_a_flush_is_said_after_it(
    engine: Engine, session: GatheringSession
) -> None:
    count = Said(b'SELECT count(*) FROM "order"')
    session.add(Thing(id="c"))
    with counted(engine) as asked:
        assert session.flush_and_say(count) == [(3,)]
        assert session.flush_and_say(count) == [(3,)]  # where nothing waits
        session.add(Line(text="counted up: the usual way"))
        insert_all(session, Thing, [{"id": "d"}])
        assert session.flush_and_say(count) == [(4,)]
    assert len(asked) == 2 + 1 + 3
    session.commit()
    assert sorted(told(engine)) == ["a", "b", "c", "d"]


@pytest.mark.postgres
def test_a_commit_that_fails_leaves_nothing(engine: Engine, session: GatheringSession) -> None:
    session.add(Thing(id="c"))
    insert_all(session, Thing, [{"id": "a"}])
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()
    assert sorted(told(engine)) == ["a", "b"]
    session.add(Thing(id="c"))
    session.commit()
    assert sorted(told(engine)) == ["a", "b", "c"]


@pytest.mark.postgres
def test_a_query_sees_what_waits_before_it(session: GatheringSession) -> None:
    insert_all(session, Thing, [{"id": "c"}])
    session.add(Thing(id="d"))
    assert [*session.scalars(select(Thing.id).order_by(Thing.id))] == ["a", "b", "c", "d"]


@pytest.mark.postgres
def test_a_query_of_other_tables_lets_it_wait(engine: Engine, session: GatheringSession) -> None:
    session.add(Thing(id="c"))
    with counted(engine) as asked, session.unless_waiting(Line):
        assert [*session.scalars(select(Line.no))] == []
    assert len(asked) == 1
    with session.unless_waiting(Thing):
        assert session.get_one(Thing, "c").group == 7


@pytest.mark.postgres
def test_what_is_unusual_goes_the_usual_way(engine: Engine, session: GatheringSession) -> None:
    counted_up, gone = Line(text="x"), session.get_one(Thing, "b")
    session.add(counted_up)
    session.delete(gone)
    session.get_one(Thing, "a").day = date(2026, 7, 2)
    insert_all(session, Thing, [{"id": "c"}])
    session.commit()
    assert counted_up.no == 1
    assert told(engine) == {
        "a": (7, {**WHOLE}["said"], date(2026, 7, 2), NOON, b"\0%"),
        "c": NOTHING,
    }


@pytest.mark.postgres
def test_a_row_may_have_another_key(engine: Engine, session: GatheringSession) -> None:
    session.get_one(Thing, "b").id = "z"
    session.commit()
    assert sorted(told(engine)) == ["a", "z"]


@pytest.mark.postgres
def test_a_savepoint_that_is_left_takes_all_of_it_back(
    engine: Engine, session: GatheringSession
) -> None:
    first = session.get_one(Thing, "a")
    first.group = 1

    def fail() -> None:
        with session.begin_nested():
            first.group = 2
            session.add(Thing(id="c"))
            session.flush()
            insert_all(session, Thing, [{"id": "d"}])
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert first.group == 1
    session.add(Thing(id="e"))
    session.commit()
    assert {id_: row[0] for id_, row in told(engine).items()} == {"a": 1, "b": 7, "e": 7}


@pytest.mark.postgres
def test_a_key_that_is_there_is_refused(session: GatheringSession) -> None:
    insert_all(session, Thing, [{"id": "a"}])
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.postgres
def test_what_was_asked_ahead_is_not_asked_again(engine: Engine, session: GatheringSession) -> None:
    plainly = [tuple(row) for row in session.execute(AMONG, {"ids": ["a", "b"]})]
    with counted(engine) as asked:
        session.ask_ahead((AMONG, {"ids": {"a", "b"}}), (IN_GROUP, {"group": 8}))
        foreseen = rows_of(session, AMONG, {"ids": ["b", "a"]}).all()
    assert len(asked) == 1
    assert [tuple(row) for row in foreseen] == plainly
    assert foreseen[0].at == NOON
    assert rows_of(session, AMONG, {"ids": ["b", "a"]}).all() == foreseen  # asked in earnest


@pytest.mark.postgres
def test_another_question_is_asked(engine: Engine, session: GatheringSession) -> None:
    session.ask_ahead((AMONG, {"ids": {"a", "x"}}))
    with counted(engine) as asked:
        assert len(rows_of(session, AMONG, {"ids": ["a"]}).all()) == 1
    assert len(asked) == 1


@pytest.mark.postgres
def test_objects_asked_ahead_are_those_of_the_session(engine: Engine) -> None:
    asked_for: dict[str, Any] = {"ids": {"a", "b", "c"}}
    with GatheringSession(engine) as session:
        session.add_all([Told(id="a", **FULL), Told(id="b")])
        session.commit()
    with GatheringSession(engine) as session, GatheringSession(engine) as reader:
        session.gather()
        with counted(engine) as asked:
            session.ask_ahead((LOCKED, asked_for))
            found = session.foreseen_objects(LOCKED, asked_for, Told) or []
            assert [session.get_one(Told, id_) for id_ in "ab"] == [one for one, _ in found]
        assert len(asked) == 1
        assert [beside for _, beside in found] == [(3,), (3,)]
        for one, read in zip(found, reader.scalars(select(Told).order_by(Told.id)), strict=True):
            assert columns(one[0]) == columns(read)
        assert not session.dirty
        first, second = (one for one, _ in found)
        first.text, second.day = {"x": 2}, date(2026, 7, 2)
        session.commit()
        reader.rollback()
        assert [columns(one) for one in reader.scalars(select(Told).order_by(Told.id))] == [
            {**FULL, "id": "a", "version": 1, "text": {"x": 2}},
            {**dict.fromkeys(FULL), "id": "b", "version": 1, "day": date(2026, 7, 2)},
        ]


@pytest.mark.postgres
def test_an_object_that_the_session_has_is_asked_for_in_earnest(session: GatheringSession) -> None:
    session.add(Told(id="a"))
    session.commit()
    held = session.get_one(Told, "a")
    session.ask_ahead((LOCKED, {"ids": {"a"}}))

    assert session.foreseen_objects(LOCKED, {"ids": {"a"}}, Told) is None
    assert held.version == 1


@pytest.mark.postgres
def test_what_was_asked_ahead_is_not_believed_after_a_rollback(session: GatheringSession) -> None:
    session.ask_ahead((LOCKED, {"ids": {"a"}}), (IN_GROUP, {"group": 8}))
    session.rollback()

    assert session.foreseen_objects(LOCKED, {"ids": {"a"}}, Told) is None
    assert not session.foresees_nothing(IN_GROUP, {"group": 8})


@pytest.mark.postgres
def test_what_stands_beside_makes_several_rows_of_one(
    engine: Engine, session: GatheringSession
) -> None:
    beside = "JOIN (VALUES ('x', 1), ('y', 1), ('z', 2)) AS held (name, no) ON held.no = news.group"
    session.put(Thing, [{"group": 1}, {"group": 3}], reckoned={"id": "held.name"}, beside=beside)
    session.flush()
    session.commit()
    assert {id_: row[0] for id_, row in told(engine).items()} == {"a": 7, "b": 7, "x": 1, "y": 1}


def kept(number: int) -> dict[str, Any]:
    return {"id": f"{number:02}", "raw": bytes([0, 255, number]) * number}


@pytest.mark.parametrize(
    "engines", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_rows_that_say_less_get_what_is_said_by_default(
    engines: str, request: pytest.FixtureRequest
) -> None:
    on_postgres = engines == "postgres"
    engine = request.getfixturevalue("engine") if on_postgres else create_engine("sqlite://")
    Own.metadata.create_all(engine)
    later = NOON + timedelta(hours=1)
    with GatheringSession(engine) as session:
        session.gather()
        with counted(engine) as asked:
            insert_all(session, Kept, [{**kept(n), "at": NOON} for n in range(9)])
            others = {"kind": "b", "at": later, "ok": True}
            insert_all(session, Kept, [{**kept(n), **others} for n in range(50, 59)])
            session.commit()
        assert len(asked) == (1 if on_postgres else 2)
        found = {one.id: one for one in session.scalars(select(Kept))}
    plain = {"by": "default"}
    for n in range(9):
        first, second = found.pop(f"{n:02}"), found.pop(f"{50 + n:02}")
        assert (first.at, first.kind, first.ok, first.said) == (NOON, "it's 明", False, plain)
        assert (second.at, second.kind, second.ok, second.said) == (later, "b", True, plain)
        assert (first.raw, second.raw) == (kept(n)["raw"], kept(50 + n)["raw"])
    assert not found


COUNTED_ON = Beside(
    (
        "news AS (SELECT * FROM json_populate_recordset(NULL::told, $1::json))",
        "told_on AS (UPDATE told SET version = told.version + $2::json::text::int "
        "FROM news WHERE told.id = news.id)",
    ),
    (as_json([{"id": "x"}]), Written(b"4")),
)


@pytest.mark.postgres
def test_what_is_done_beside_is_the_same_statement(
    engine: Engine, session: GatheringSession
) -> None:
    session.add_all([Told(id="x"), Told(id="y")])
    session.commit()
    session.gather()
    with counted(engine) as asked:
        session.do_beside(COUNTED_ON)
        session.do_beside(COUNTED_ON._replace(parts=("alone AS (SELECT $1::json, $2::json)",)))
        session.add(Thing(id="c"))
        session.commit()
    assert len(asked) == 1
    assert session.scalar(select(Told.version).where(Told.id == "x")) == 5
    assert "c" in told(engine)


@pytest.mark.postgres
def test_what_is_done_beside_may_be_all_there_is(session: GatheringSession) -> None:
    session.add(Told(id="x"))
    session.commit()
    session.gather()
    session.do_beside(COUNTED_ON)
    session.flush()
    assert session.scalar(select(Told.version).where(Told.id == "x")) == 5


@pytest.mark.postgres
def test_what_was_to_be_done_beside_is_not_done_after_a_rollback(
    session: GatheringSession,
) -> None:
    session.add(Told(id="x"))
    session.commit()
    session.gather()
    session.do_beside(COUNTED_ON)
    session.rollback()
    session.gather()
    session.flush()
    assert session.scalar(select(Told.version).where(Told.id == "x")) == 1


@pytest.mark.postgres
def test_a_moment_without_a_zone_is_not_written(session: GatheringSession) -> None:
    insert_all(session, Thing, [{"id": "c", "at": datetime(2026, 7, 1, 9, 0)}])  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        session.flush()


@pytest.mark.postgres
def test_where_nothing_is_among_many_nothing_is_among_few(session: GatheringSession) -> None:
    session.ask_ahead((AMONG, {"ids": {"x", "y"}}), (IN_GROUP, {"group": 8}))
    assert session.foresees_nothing(AMONG, {"ids": ["y"]})
    assert not session.foresees_nothing(AMONG, {"ids": ["y", "a"]})
    assert session.foresees_nothing(IN_GROUP, {"group": 8})
    assert not session.foresees_nothing(IN_GROUP, {"group": 7})
    session.ask_ahead((AMONG, {"ids": {"z"}}))
    assert session.foresees_nothing(AMONG, {"ids": ["y"]})
    assert session.foresees_nothing(AMONG, {"ids": ["z"]})
    session.ask_ahead((AMONG, {"ids": {"a", "y"}}))
    assert not session.foresees_nothing(AMONG, {"ids": ["y"]})


def test_the_other_engine_goes_the_usual_way() -> None:
    engine = create_engine("sqlite://")
    Own.metadata.create_all(engine)
    with GatheringSession(engine) as session:
        session.gather()
        session.add(Thing(id="a"))
        insert_all(session, Thing, [{"id": "b", **WHOLE}])
        session.ask_ahead((AMONG, {"ids": {"x"}}))
        assert not session.gathers
        assert not session.foresees_nothing(AMONG, {"ids": {"x"}})
        session.commit()
        session.execute(delete(Thing).where(Thing.id == "a"))
        (left,) = session.scalars(select(Thing))
        assert (left.group, left.said, left.day, left.at, left.bytes_) == (7, *ALL)
