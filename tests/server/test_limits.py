from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from server.app import create_app
from server.limits import SYNC, UNKNOWN_LINK, limiter
from server.principal import SYSTEM
from server.services import notice_links
from server.work import Parts, open_work
from tests.server import sync_world
from tests.server.factories import add, agency, bearer
from tests.server.telling import scene


@pytest.fixture(autouse=True)
def limits_of_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one limiter of the process obeys whichever app came last; the next test's must not."""
    monkeypatch.setattr(limiter, "enabled", limiter.enabled)


def test_guessing_at_the_door_is_slowed_down(parts: Parts) -> None:
    app = create_app(replace(parts, settings=replace(parts.settings, rate_limits="on")))
    client = app.test_client()
    sent = {"username": "nobody", "password": "x"}
    replies = [client.post("/api/v1/auth/login", json={**sent, "x": 1}) for _ in range(31)]
    assert [reply.status_code for reply in replies[:30]] == [422] * 30
    assert not any("Retry-After" in reply.headers for reply in replies[:30])
    assert replies[30].status_code == 429
    assert replies[30].json["code"] == "too_many"
    assert int(replies[30].headers["Retry-After"]) > 0
    elsewhere = client.post(
        "/api/v1/auth/login", json={**sent, "x": 1}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 422


def test_behind_a_proxy_of_ours_callers_are_counted_by_their_own_address(parts: Parts) -> None:
    told = replace(parts.settings, rate_limits="on", proxies=1)
    client = create_app(replace(parts, settings=told)).test_client()

    def knock(address: str) -> int:
        headers = {"X-Forwarded-For": f"198.51.100.1, {address}"}
        return client.post("/api/v1/auth/login", json={}, headers=headers).status_code

    assert [knock("192.0.2.1") for _ in range(31)][-1] == 429
    assert knock("192.0.2.2") == 422


def test_codes_to_sign_in_are_counted_by_address_too(parts: Parts) -> None:
    app = create_app(replace(parts, settings=replace(parts.settings, rate_limits="on")))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    replies = [client.post("/portal/sign-in", data={}).status_code for _ in range(6)]
    assert replies == [422] * 5 + [429]


def test_a_tablet_is_slowed_down_by_itself_and_told_how_long(parts: Parts) -> None:
    add(parts, [agency(sync_world.HOME, region="370102", abbr="历下")])
    sync_world.enrolled(parts, "tablet-1", officers=())
    sync_world.enrolled(parts, "tablet-2", officers=())
    app = create_app(replace(parts, settings=replace(parts.settings, rate_limits="on")))
    first, second = (bearer(sync_world.token(parts, id_)) for id_ in ("tablet-1", "tablet-2"))
    client = app.test_client()
    most = int(SYNC.split()[0])

    def pull(headers: dict[str, str]) -> TestResponse:
        return client.get("/api/v1/sync/pull?limit=0", headers=headers)  # refused, and counted

    assert {pull(first).status_code for _ in range(most)} == {422}
    over = pull(first)
    assert (over.status_code, over.json["code"]) == (429, "too_many")
    assert 0 < int(over.headers["Retry-After"]) <= 60
    assert pull(second).status_code == 422


def test_links_that_lead_nowhere_are_counted_and_good_ones_are_not(parts: Parts) -> None:
    town = scene(replace(parts, settings=replace(parts.settings, rate_limits="on")))
    document, contact_id = town.told(), town.contact()
    with open_work(town.parts, SYSTEM) as work:
        _, secret = notice_links.issue(work, document.id, contact_id)
    client = create_app(town.parts).test_client()
    most = int(UNKNOWN_LINK.split()[0])
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}

    assert {client.get(f"/n/{secret}").status_code for _ in range(most + 1)} == {200}
    tried = [client.get(f"/n/{'A' * 22}{n:02d}").status_code for n in range(most // 2)]
    tried += [client.get(f"/n/{'B' * 22}{n:02d}/code").status_code for n in range(most // 2)]
    assert tried == [404] * most
    for path in (f"/n/{'A' * 24}", f"/n/{'B' * 24}/code", f"/n/{secret}"):
        assert client.get(path).status_code == 429
    assert client.get(f"/n/{secret}", environ_base=elsewhere).status_code == 200
