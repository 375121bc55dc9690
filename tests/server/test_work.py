import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from server.database import Aim
from server.models import Base, LegalBasis, Person, Record
from server.principal import SYSTEM
from server.work import Due, Parts, Work, open_work
from tests.server.factories import LONG_AGO, person


def test_jobs_are_woken_after_the_commit_and_only_then(parts: Parts) -> None:
    woken: list[Sequence[Due]] = []

    def wake(jobs: Sequence[Due]) -> None:
        with Session(parts.engine) as reader:
            assert reader.get(Person, "p") is not None, "the row is durable by now"
        woken.append(jobs)

    with open_work(replace(parts, wake=wake), SYSTEM) as work:
        work.session.add(person("p", agency=None))
        work.after_commit("greet", person="p")
        work.after_commit("seat", person="p")
        assert woken == []
    assert woken == [[("greet", {"person": "p"}), ("seat", {"person": "p"})]], "in one word"


def test_where_nothing_waits_nobody_is_woken(parts: Parts) -> None:
    woken: list[Sequence[Due]] = []
    with open_work(replace(parts, wake=woken.append), SYSTEM) as work:
        work.session.add(person("p", agency=None))
    assert woken == []


def test_nothing_is_kept_or_woken_when_the_work_fails(parts: Parts) -> None:
    woken: list[Sequence[Due]] = []

    def fail() -> None:
        watched = replace(parts, wake=woken.append)
        with open_work(watched, SYSTEM) as work:
            work.session.add(person("p", agency=None))
            work.after_commit("greet", person="p")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert woken == []
    with Session(parts.engine) as reader:
        assert reader.get(Person, "p") is None


def test_what_is_left_for_the_end_is_done_once_and_before_the_commit(parts: Parts) -> None:
    done: list[str] = []

    def end(work: Work) -> None:
        assert work.session.get(Person, "p") is not None
        done.append("end")

    with open_work(parts, SYSTEM) as work:
        work.at_the_end("x", end)
        work.at_the_end("x", end)
        work.session.add(person("p", agency=None))
    assert done == ["end"]


def test_what_others_lock_before_their_end_goes_before_the_rest(parts: Parts) -> None:
    done: list[str] = []
    with open_work(parts, SYSTEM) as work:
        work.at_the_end("last", lambda _: done.append("last"))
        for _ in range(2):
            work.at_the_end("counted", lambda _: done.append("counted"), first=True)
    assert done == ["counted", "last"]


def test_a_reader_stores_nothing(parts: Parts) -> None:
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        work.session.add(person("p", agency=None))
    with Session(parts.engine) as reader:
        assert reader.get(Person, "p") is None


def test_a_moment_without_a_zone_is_refused(parts: Parts) -> None:
    naive = datetime(2026, 7, 1, 9, 0)  # noqa: DTZ001 -- what must not get in
    with Session(parts.engine) as session:
        session.add(person("p", agency=None, created_at=naive))
        with pytest.raises(StatementError, match="without a time zone"):
            session.flush()


def test_a_moment_comes_back_as_it_went_in(parts: Parts) -> None:
    with open_work(parts, SYSTEM) as work:
        work.session.add(person("p", agency=None))
    with Session(parts.engine) as session:
        assert session.get_one(Person, "p").created_at == LONG_AGO


def test_rows_may_be_added_in_any_order_but_point_at_something(parts: Parts) -> None:
    with Session(parts.engine) as session:
        session.add(person("p", agency="nowhere"))
        session.flush()
        with pytest.raises(IntegrityError):
            session.commit()


def test_a_second_writer_waits_and_a_reader_does_not(parts: Parts) -> None:
    wrote: list[str] = []

    def write(name: str) -> None:
        with open_work(parts, SYSTEM) as work:
            work.session.add(person(name, agency=None))
        wrote.append(name)

    other = threading.Thread(target=write, args=("second",))
    with open_work(parts, SYSTEM) as work:
        work.session.get(Person, "first")
        other.start()
        other.join(timeout=0.2)
        assert wrote == [], "the first has the lock from its first word"
        with open_work(parts, SYSTEM, aim=Aim.READ) as reader:
            assert reader.session.get(Person, "second") is None
        work.session.add(person("first", agency=None))
    other.join()
    assert wrote == ["second"]


def test_every_table_of_record_says_how_long_it_is_kept() -> None:
    of_record = [
        mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Record)
    ]
    assert LegalBasis in of_record
    for table in of_record:
        assert {"retention_class", "legal_hold"} <= set(table.__table__.columns.keys())
        assert table.retention_default
