import threading

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from server.models import AuditEntry, AuditHead
from server.services import audit
from server.work import Parts, open_work
from tests.server.factories import principal

SOMEBODY = principal("somebody", agency=None)


def note(parts: Parts, *actions: str) -> None:
    with open_work(parts, SOMEBODY, request_id="r1") as work:
        for action in actions:
            audit.write(work, action, "thing", "1")


def test_entries_follow_from_each_other(parts: Parts) -> None:
    note(parts, "a", "b")
    note(parts, "c")
    with Session(parts.engine) as session:
        entries = session.query(AuditEntry).order_by(AuditEntry.seq).all()
        assert [entry.action for entry in entries] == ["a", "b", "c"]
        assert [entry.prev for entry in entries] == ["", entries[0].hash, entries[1].hash]
        assert list(audit.verify(session)) == []


def test_a_changed_entry_is_found(parts: Parts) -> None:
    note(parts, "a", "b", "c")
    with Session(parts.engine) as session:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(action="x"))
        assert list(audit.verify(session)) == [2]


def test_an_entry_taken_from_the_end_is_found(parts: Parts) -> None:
    note(parts, "a", "b")
    with Session(parts.engine) as session:
        session.execute(text("DROP TRIGGER audit_entry_no_delete"))
        session.query(AuditEntry).filter(AuditEntry.seq == 2).delete()
        assert list(audit.verify(session)) == [2]


def test_an_entry_taken_from_the_middle_is_found(parts: Parts) -> None:
    note(parts, "a", "b", "c")
    with Session(parts.engine) as session:
        session.execute(text("DROP TRIGGER audit_entry_no_delete"))
        session.query(AuditEntry).filter(AuditEntry.seq == 2).delete()
        assert list(audit.verify(session)) == [3]


def test_entries_that_changed_places_are_found(parts: Parts) -> None:
    note(parts, "a", "b", "c")
    with Session(parts.engine) as session:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        for old, new in ((1, 100), (2, 1), (100, 2)):
            session.execute(update(AuditEntry).where(AuditEntry.seq == old).values(seq=new))
        session.expire_all()
        assert list(audit.verify(session)) == [1, 2, 3]


def test_an_entry_put_in_is_found(parts: Parts) -> None:
    note(parts, "a", "b")
    with Session(parts.engine) as session:
        last = session.scalars(select(AuditEntry).where(AuditEntry.seq == 2)).one()
        names = (column.name for column in AuditEntry.__table__.columns)
        copy = {name: getattr(last, name) for name in names}
        session.add(AuditEntry(**{**copy, "seq": 3, "prev": last.hash, "hash": "f" * 64}))
        session.flush()
        assert list(audit.verify(session)) == [3, 2]


def test_a_head_that_was_taken_away_is_found(parts: Parts) -> None:
    note(parts, "a", "b")
    with Session(parts.engine) as session:
        session.query(AuditHead).delete()
        assert list(audit.verify(session)) == [2]


def test_the_database_itself_refuses_a_change(parts: Parts) -> None:
    note(parts, "a")
    with Session(parts.engine) as session, pytest.raises(DatabaseError, match="append-only"):
        session.execute(update(AuditEntry).values(action="x"))


def test_nothing_is_noted_when_the_work_fails(parts: Parts) -> None:
    def fail() -> None:
        with open_work(parts, SOMEBODY) as work:
            audit.write(work, "a", "thing", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with Session(parts.engine) as session:
        assert session.query(AuditEntry).count() == 0


def test_personal_facts_are_struck_out(parts: Parts) -> None:
    with open_work(parts, SOMEBODY) as work:
        audit.write(work, "a", "thing", "1", note="call 13912345678", to=["x@example.com"])
    with Session(parts.engine) as session:
        entry = session.query(AuditEntry).one()
    assert entry.facts == {"note": "call …", "to": ["…"]}


def test_writers_at_once_make_one_chain(parts: Parts) -> None:
    threads = [threading.Thread(target=note, args=(parts, f"a{n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(parts.engine) as session:
        assert list(audit.verify(session)) == []
        assert session.query(AuditEntry).count() == 8
