"""Other systems are told by signed calls: once for each thing, again until taken, of their own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from server.clock import SetClock
from server.job_names import JobName
from server.jobs import calling, registry, sweeping
from server.models import WebhookCall, WebhookSubscription
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import system_clients, webhooks
from server.services.outbox import MOST_TRIES, WAITS
from server.services.webhooks import CallState, Told
from server.work import Parts, open_work
from shared import webhooks as signing
from shared.errors import BadInput, NotFound
from shared.roles import Role
from tests.receivers import Receiver, receiver
from tests.server.factories import add, agency, principal
from tests.server.telling import AGENCY, Scene, scene
from tests.world import NOON

ISSUED = (Told.NOTICE_ISSUED,)


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    settings = replace(parts.settings, webhook_networks=(ip_network("127.0.0.1"),))
    made = scene(replace(parts, settings=settings))
    add(parts, [agency("agency-far", region="370202", abbr="远")])
    return made


def system(
    town: Scene, agency_id: str = AGENCY, *scopes: str, region: str | None = None
) -> Principal:
    with open_work(town.parts, SYSTEM) as work:
        made = system_clients.make(
            work,
            name="信用平台",
            agency_id=agency_id,
            scopes=("documents", "webhooks"),
            days=30,
            whole_region=region is not None,
        )
    return Principal(
        kind=PrincipalKind.SYSTEM,
        id=made.client.id,
        roles=frozenset({Role.ASSESSOR, Role.CLIENT}),
        agency_id=agency_id,
        region=region,
    )


def subscribe(town: Scene, who: Principal, url: str, kinds: tuple[Told, ...] = ISSUED) -> str:
    with open_work(town.parts, who) as work:
        return webhooks.subscribe(work, url, kinds).secret


def look(town: Scene) -> None:
    for name, ids in sweeping.overdue(town.parts, timedelta(0)):
        if name is JobName.MAKE_CALL:
            registry.run(town.parts, name, ids)


def calls(town: Scene) -> list[WebhookCall]:
    with open_work(town.parts, SYSTEM) as work:
        return work.session.query(WebhookCall).order_by(WebhookCall.id).all()


def test_who_may_read_it_is_told_once_and_where_to_read_and_nobody_else(
    town: Scene, other: Receiver
) -> None:
    secret = subscribe(town, system(town), f"{other.url}/here")
    subscribe(town, system(town, "agency-far"), f"{other.url}/far")
    subscribe(town, system(town, "agency-far", region="370000"), f"{other.url}/province")
    document = town.told()
    look(town)
    look(town)

    assert sorted(call.path for call in other.calls) == ["/here", "/province"]
    (call,) = (call for call in other.calls if call.path == "/here")
    assert signing.is_signed(secret, call.headers, call.body, now=int(NOON.timestamp()))
    assert call.json["data"] == {
        "id": document.id,
        "number": document.number,
        "href": f"/api/v1/documents/{document.id}",
    }
    assert call.headers["webhook-id"] == call.json["id"]
    assert {row.state for row in calls(town)} == {CallState.SENT}


def test_it_is_tried_again_spread_under_one_id_and_given_up_in_the_end(
    town: Scene, other: Receiver, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = system(town)
    subscribe(town, who, other.url)
    other.status = 503
    town.told()
    with monkeypatch.context() as dying:  # the worker is killed when the other side has it
        dying.setattr(calling.webhooks, "not_taken", _die)
        with pytest.raises(SystemExit):
            look(town)
    clock.move(town.parts.settings.outbox_lease)
    look(town)
    for wait in WAITS[1:]:
        assert calls(town)[0].state == CallState.WAITING
        clock.move(wait * 1.26)
        look(town)

    (row,) = calls(town)
    assert (row.state, row.attempts, row.last) == (CallState.DEAD, MOST_TRIES, row.last)
    assert "503" in row.last
    assert {call.headers["webhook-id"] for call in other.calls} == {row.id}
    with open_work(town.parts, principal("admin", Role.AGENCY_ADMIN, agency=AGENCY)) as work:
        assert [line.call.id for line in webhooks.log(work)] == [row.id]
    with open_work(town.parts, principal("admin", Role.AGENCY_ADMIN, agency="agency-far")) as work:
        assert webhooks.log(work) == ()


def _die(*_args: object, **_more: object) -> None:
    raise SystemExit


def test_gone_or_ended_or_revoked_is_never_called_again(town: Scene, other: Receiver) -> None:
    gone, ended, revoked = (system(town) for _ in range(3))
    for who in (gone, ended, revoked):
        subscribe(town, who, f"{other.url}/{who.id}")
    other.status = 410
    town.told()
    with open_work(town.parts, ended) as work:
        (row,) = webhooks.own(work)
        webhooks.end(work, row.id)
    with pytest.raises(NotFound), open_work(town.parts, gone) as work:
        webhooks.calls(work, row.id)
    with open_work(town.parts, SYSTEM) as work:
        system_clients.revoke(work, revoked.id)
    look(town)
    town.told()
    look(town)

    assert [call.path for call in other.calls] == [f"/{gone.id}"]
    assert {row.state for row in calls(town)} == {CallState.DEAD}


def test_what_is_not_its_to_read_and_a_private_address_cannot_be_subscribed_to(
    town: Scene, other: Receiver
) -> None:
    who = system(town)
    for url, kinds in (
        (other.url, (Told.PLAN_FILED,)),
        (other.url, ()),
        ("ftp://example.test/", ISSUED),
    ):
        with pytest.raises(BadInput):
            subscribe(town, who, url, kinds)
    closed = replace(town.parts.settings, webhook_networks=())
    strict = replace(town, parts=replace(town.parts, settings=closed))
    with pytest.raises(BadInput):
        subscribe(strict, who, other.url)
    subscribe(strict, who, f"https://127.0.0.1:{other.port}/")
    strict.told()
    look(strict)

    assert other.calls == []
    assert "private_address" in calls(town)[0].last
    with open_work(town.parts, SYSTEM) as work:
        kept = work.session.query(WebhookSubscription).one().secret_sealed
    assert "whsec_" not in kept


@pytest.mark.parametrize(("chance", "share"), [(b"\x00\x00", 0.75), (b"\xff\xff", 1.25)])
def test_waits_are_spread_by_a_quarter(chance: bytes, share: float) -> None:
    spread = webhooks.spread(timedelta(hours=1), chance)
    assert abs(spread - timedelta(hours=share)) < timedelta(seconds=1)
