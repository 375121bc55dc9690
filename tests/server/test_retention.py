"""Every table of record says how long it is kept and can be held for a court.

The others are named here, each with the reason why it may be without.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import server
from server.models import AuditEntry, Base, Record, Retention
from server.principal import SYSTEM
from server.services import audit
from server.work import Parts, open_work

SERVER = Path(server.__file__).parent

# Tables that are no record of anything: what they hold can be made again or proves nothing.
NOT_OF_RECORD: Mapping[str, str] = {
    "audit_head": "the lock that orders the audit log; the log itself is the record",
    "result_head": "the lock that orders the changes of results; they themselves are the record",
    "change_log": "that something changed, not what: every version is in sync_object_version",
    "device_token": "a hash that opens nothing after half an hour",
    "import_fault": "what was wrong with a file; the run, its hash and the count stay",
    "login_session": "a hash that opens nothing after twelve hours; signing in is in the audit log",
    "portal_session": "a hash that opens nothing after two hours; entering is in the audit log",
    "stamp_due": "that a time stamp is wanted; the stamp becomes a fact of the visit",
    "sync_object": "the newest of the versions in sync_object_version",
    "sync_scope": "who is sent what now, made again from tasks and catalogues",
    "task_officer": "the officers a task names, once more, to be found by",
    "upload": "bytes on their way; the file they become is an evidence_file",
    "used_assertion": "a name that must not be used twice within five minutes",
    "visit_task": "the tasks a visit names, once more, to be found by",
}

# Rows of record that are deleted all the same, by file and by what stands in `delete(…)`.
MADE_AGAIN: Mapping[tuple[str, str], str] = {
    ("services/plans.py", "PlanTarget"): "of a draft; what is submitted stays in plan_version",
    ("services/amendments.py", "PlanTarget"): "of the version before, which stays in plan_version",
    ("services/plan_checks.py", "PlanFinding"): "of a draft; what was submitted keeps its own",
    ("services/retention.py", "table"): "codes that open nothing any more; none that is held",
    ("services/projection.py", "table"): "read models, folded anew from the ledger at once",
}


def models() -> Iterator[type[Base]]:
    """In one order: the registry is a set, and every test worker must name the cases alike."""
    yield from sorted((m.class_ for m in Base.registry.mappers), key=lambda each: each.__name__)


def test_every_table_is_of_record_or_says_why_not() -> None:
    without = {each.__tablename__ for each in models() if not issubclass(each, Record)}
    assert without == set(NOT_OF_RECORD)


@pytest.mark.parametrize("model", [each for each in models() if issubclass(each, Record)])
def test_a_record_has_a_class_and_can_be_held(model: type[Base]) -> None:
    columns = model.__table__.columns
    assert issubclass(model, Record)
    assert model.retention_default in set(Retention)
    assert not columns["retention_class"].nullable
    assert not columns["legal_hold"].nullable


def test_a_row_is_kept_by_its_table_s_class_and_not_held_by_itself(parts: Parts) -> None:
    with open_work(parts, SYSTEM) as work:
        audit.write(work, "a", "thing", "1")
    with Session(parts.engine) as session:
        row = session.scalars(select(AuditEntry)).one()
        assert row.retention_class == Retention.TRUST
        assert row.legal_hold is False


def test_a_row_that_is_never_changed_can_still_be_held(parts: Parts) -> None:
    with open_work(parts, SYSTEM) as work:
        audit.write(work, "a", "thing", "1")
    with open_work(parts, SYSTEM) as work:
        work.session.execute(update(AuditEntry).values(legal_hold=True))
    with Session(parts.engine) as session:
        assert session.scalars(select(AuditEntry)).one().legal_hold is True
        assert list(audit.verify(session)) == []


def test_nothing_of_record_is_deleted() -> None:
    """A deleted row could have been held; so only tables that are no record lose rows."""
    of_none = {each.__name__ for each in models() if not issubclass(each, Record)}
    found = {
        (str(path.relative_to(SERVER)), name)
        for path in SERVER.rglob("*.py")
        for name in deleted(ast.parse(path.read_text("utf-8")))
        if name not in of_none
    }
    assert found == set(MADE_AGAIN)


def deleted(tree: ast.Module) -> Iterator[str]:
    """What stands in `delete(…)`, wherever it is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "delete" and node.args:
            yield _name(node.args[0])


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
