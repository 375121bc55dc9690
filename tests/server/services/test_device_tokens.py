import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.models import Device, DeviceToken, UsedAssertion
from server.principal import PUBLIC, PrincipalKind
from server.services import device_tokens, devices, platform_keys, principals, retention
from server.services.bearer import Bearer
from server.services.device_tokens import (
    AssertionExpired,
    AssertionRefused,
    DeviceLost,
    ReplayedAssertion,
    Token,
    UnknownDevice,
)
from server.work import Parts, open_work
from shared import base64url, keyset
from shared.roles import Role
from shared.wipe import WipeForm, read_wipe
from tests.server.factories import principal
from tests.world import key

ADMIN = principal("admin", Role.AGENCY_ADMIN, agency="agency-1", region="370102")
SECOND = principal("admin2", Role.AGENCY_ADMIN, agency="agency-1", region="370102")


def assertion(clock: SetClock, signer: str = "tablet-1", **changes: Any) -> str:
    now = int(clock.now().timestamp())
    claims = {
        "iss": "tablet-1",
        "sub": "tablet-1",
        "aud": "http://mingcha.test",
        "exp": now + 120,
        "jti": f"jti-{changes}",
        **changes,
    }
    header = {"alg": "EdDSA", "typ": "JWT", **claims.pop("header", {})}
    parts = [base64url.encode(json.dumps(part).encode()) for part in (header, claims)]
    signature = key(signer).sign(".".join(parts).encode())
    return ".".join([*parts, base64url.encode(signature)])


def ask(parts: Parts, told: str) -> Token:
    with open_work(parts, PUBLIC) as work:
        return device_tokens.issue(work, told)


def test_a_tablet_that_proves_itself_gets_a_token_of_half_an_hour(
    planted: Parts, clock: SetClock
) -> None:
    token = ask(planted, assertion(clock))

    assert token.expires_at == clock.now() + timedelta(minutes=30)
    assert token.lease_until == clock.now() + timedelta(days=7)
    with Session(planted.engine) as session:
        who = principals.recognise(session, token.secret, clock.now(), taken={Bearer.DEVICE})
        assert (who.kind, who.id, who.region) == (PrincipalKind.DEVICE, "tablet-1", "370102")
        assert token.secret not in str(session.scalars(select(DeviceToken.token_hash)).all())


@pytest.mark.parametrize(
    "changes",
    [
        {"signer": "tablet-9"},
        {"sub": "tablet-2"},
        {"iss": 7},
        {"aud": "http://elsewhere.test"},
        {"aud": None},
        {"jti": ""},
        {"jti": "x" * 81},
        {"jti": 7},
        {"exp": "soon"},
        {"exp": True},
        {"header": {"alg": "none"}},
        {"header": {"alg": "HS256"}},
    ],
)
def test_what_proves_nothing_is_refused(
    planted: Parts, clock: SetClock, changes: dict[str, Any]
) -> None:
    with pytest.raises(AssertionRefused):
        ask(planted, assertion(clock, **changes))


@pytest.mark.parametrize("junk", ["", "a.b", "a.b.c", "é.é.é", "." * 50, "[" * 4000, "e30.e30.e30"])
def test_junk_is_refused(planted: Parts, junk: str) -> None:
    with pytest.raises(AssertionRefused):
        ask(planted, junk)


@pytest.mark.parametrize("exp", [-1, 0, 301, 2**52])
def test_outside_its_five_minutes_the_tablet_is_told_the_time(
    planted: Parts, clock: SetClock, exp: int
) -> None:
    with pytest.raises(AssertionExpired) as refused:
        ask(planted, assertion(clock, exp=int(clock.now().timestamp()) + exp))
    assert refused.value.members == {"server_time": "2026-11-23T06:00:00Z"}


def test_an_assertion_is_taken_once(planted: Parts, clock: SetClock) -> None:
    told = assertion(clock)
    ask(planted, told)

    with pytest.raises(ReplayedAssertion):
        ask(planted, told)


def test_an_unknown_tablet_is_told_so(planted: Parts, clock: SetClock) -> None:
    with pytest.raises(UnknownDevice):
        ask(planted, assertion(clock, iss="tablet-9", sub="tablet-9"))


def test_a_retired_tablet_gets_a_token_and_its_order(planted: Parts, clock: SetClock) -> None:
    with open_work(planted, ADMIN) as work:
        devices.retire(work, "tablet-1", "换新")
    before = lease(planted)
    clock.move(timedelta(days=1))

    token = ask(planted, assertion(clock))

    assert token.wipe_order is not None
    assert obeyed(planted, token.wipe_order, clock).form is WipeForm.RETIRED
    assert lease(planted) == before  # no new visit


def test_a_lost_tablet_gets_nothing_but_the_order(planted: Parts, clock: SetClock) -> None:
    with open_work(planted, ADMIN) as work:
        order = devices.propose_lost(work, "tablet-1", "在公交车上遗失")
    with open_work(planted, SECOND) as work:
        devices.confirm_lost(work, "tablet-1", order.id)

    with pytest.raises(DeviceLost) as refused:
        ask(planted, assertion(clock))

    told = refused.value.members["wipe_order"]
    assert obeyed(planted, told, clock).form is WipeForm.LOST


def obeyed(parts: Parts, order: Any, clock: SetClock) -> Any:
    with open_work(parts, ADMIN) as work:
        trusted = keyset.read(platform_keys.key_set(work))
    return read_wipe(order, trusted, "tablet-1", clock.now())


def lease(parts: Parts) -> Any:
    with Session(parts.engine) as session:
        return session.get_one(Device, "tablet-1").lease_until


def test_what_can_be_used_no_more_is_forgotten(planted: Parts, clock: SetClock) -> None:
    ask(planted, assertion(clock))
    clock.move(timedelta(minutes=31))

    with open_work(planted, PUBLIC) as work:
        retention.forget_expired(work)

    with Session(planted.engine) as session:
        assert session.scalars(select(DeviceToken)).all() == []
        assert session.scalars(select(UsedAssertion)).all() == []
