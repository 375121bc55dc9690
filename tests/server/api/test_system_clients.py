from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.models import AuditEntry, SystemClient
from server.principal import SYSTEM
from server.services import system_clients
from server.work import Parts, open_work
from shared.errors import BadInput, NotAllowed
from shared.roles import Role
from tests.server.factories import bearer, principal
from tests.server.sync_world import pad, push

VISITS = "/api/v1/visits"
ADMIN = principal("admin", Role.AGENCY_ADMIN, agency="agency-1", region="370102")


def made(parts: Parts, *scopes: str, agency: str = "agency-1") -> tuple[str, str]:
    with open_work(parts, SYSTEM) as work:
        found = system_clients.make(work, name="信用平台", agency_id=agency, scopes=scopes, days=30)
        return found.client.id, found.secret


def test_it_reads_what_it_was_given_of_its_own_agency(client: FlaskClient, planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    push(planted, tablet.events)
    _, secret = made(planted, "visits")
    _, other = made(planted, "visits", agency="agency-2")

    told = client.get(VISITS, headers=bearer(secret))
    assert [one["id"] for one in told.json["visits"]] == [tablet.visit_id]
    assert client.get(f"{VISITS}/{tablet.visit_id}", headers=bearer(secret)).status_code == 200
    assert client.get(VISITS, headers=bearer(other)).json["visits"] == []
    assert client.get(f"{VISITS}/{tablet.visit_id}", headers=bearer(other)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/plans"), ("GET", "/quarantine"), ("POST", "/plans"), ("POST", "/auth/logout")],
)
def test_nothing_else_is_its_to_read_and_nothing_to_change(
    client: FlaskClient, planted: Parts, method: str, path: str
) -> None:
    _, secret = made(planted, "visits")
    reply = client.open(f"/api/v1{path}", method=method, json={}, headers=bearer(secret))
    assert (reply.status_code, reply.json["code"]) == (403, "not_allowed")


def test_a_page_does_not_take_its_token(client: FlaskClient, planted: Parts) -> None:
    _, secret = made(planted, "visits")
    assert client.get("/console/visits/", headers=bearer(secret)).status_code == 303


def test_it_ends_when_it_is_revoked_and_by_itself(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    client_id, secret = made(planted, "visits")
    _, second = made(planted, "visits")
    with open_work(planted, SYSTEM) as work:
        system_clients.revoke(work, client_id)
    assert client.get(VISITS, headers=bearer(secret)).status_code == 401
    assert client.get(VISITS, headers=bearer(second)).status_code == 200
    clock.move(timedelta(days=31))
    assert client.get(VISITS, headers=bearer(second)).status_code == 401


def test_the_token_itself_is_kept_nowhere(planted: Parts) -> None:
    _, secret = made(planted, "visits", "documents")
    with Session(planted.engine) as session:
        row = session.query(SystemClient).one()
        assert (row.scopes, secret in repr(row.__dict__)) == (["documents", "visits"], False)
        entry = session.query(AuditEntry).filter_by(action="client.made").one()
        assert secret not in repr(entry.facts)


def test_only_the_servers_own_people_make_one(planted: Parts) -> None:
    with pytest.raises(NotAllowed), open_work(planted, ADMIN) as work:
        system_clients.make(work, name="x", agency_id="agency-1", scopes=["visits"], days=1)
    with pytest.raises(BadInput), open_work(planted, SYSTEM) as work:
        system_clients.make(work, name="x", agency_id="agency-1", scopes=["people"], days=1)
