"""Every change the app can make is made once here, and is found in the audit log afterwards."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import server
from server.models import AuditEntry
from server.services import audit
from server.web.actions import ACTION
from server.work import Parts
from tests.server.acts import ACTS
from tests.server.walking import Call, calls
from tests.server.whole import Whole

# Changes without an entry in the audit log, and where else they stay on record.
NOT_AUDITED: Mapping[str, str] = {
    "POST /api/v1/auth/device-token": "a tablet, not a person; device.last_seen_at tells of it",
    "POST /api/v1/sync/push": "a tablet's events are the record, signed, in a chain of their own",
    "POST /api/v1/evidence/files": "a tablet's; the event that names the file is signed",
    "PATCH /api/v1/evidence/files/<upload_id>": "likewise",
    "DELETE /api/v1/evidence/files/<upload_id>": "an upload given up by its tablet, no record",
    "POST /console/plans/check": "tried out, and thrown away",
    "POST /portal/inspections/<visit_id>/rating": "an entry would tell who rated, and when (R64)",
    "POST /portal/sign-in": "nobody has signed in; what was asked is a row of its own",
    "POST /n/<secret>/code": "nobody has signed in; the code and its message are rows of their own",
}


def entries(parts: Parts, request_id: str) -> list[str]:
    with Session(parts.engine) as session:
        found = select(AuditEntry.action).where(AuditEntry.request_id == request_id)
        return list(session.scalars(found))


def changing(whole: Whole) -> dict[str, Call]:
    return {call.name: call for call in calls(whole.app) if call.changes}


def test_every_change_is_known(whole: Whole) -> None:
    missing = sorted(set(changing(whole)) - set(ACTS))
    assert missing == [], "say in tests/server/acts.py how each of these is done well"
    gone = sorted(set(ACTS) - set(changing(whole)))
    assert gone == [], "no such routes any more"


@pytest.mark.parametrize("name", ACTS)
def test_every_change_is_in_the_audit_log(fresh: Whole, name: str) -> None:
    reply = ACTS[name].done(fresh, changing(fresh)[name])
    assert reply.status_code < 400, (name, reply.get_data(as_text=True)[:2000])
    noted = entries(fresh.parts, reply.headers["X-Request-Id"])
    assert bool(noted) is (name not in NOT_AUDITED), (name, noted)
    with Session(fresh.parts.engine) as session:
        assert list(audit.verify(session)) == []


def test_every_action_has_a_name_for_people() -> None:
    written = {
        action
        for path in Path(server.__file__).parent.rglob("*.py")
        for action in written_in(ast.parse(path.read_text("utf-8")))
    }
    assert written - set(ACTION) == set(), "name them in server/web/actions.py"
    assert set(ACTION) - written == set(), "nothing does these any more"


def written_in(tree: ast.Module) -> Iterator[str]:
    """The actions of every `audit.write(work, "…", …)`."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func) == "audit.write"
        ):
            action = node.args[1]
            assert isinstance(action, ast.Constant), ast.unparse(node)
            yield str(action.value)
