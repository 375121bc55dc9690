from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.clock import SetClock
from server.models import LoginSession, Person
from server.services import identity, second_factor
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.factories import PASSWORD, County, bearer, principal


def log_in(
    client: FlaskClient, username: str, password: str = PASSWORD, **more: str
) -> TestResponse:
    return client.post(
        "/api/v1/auth/login", json={"username": username, "password": password, **more}
    )


def give_totp(parts: Parts, person_id: str) -> pyotp.TOTP:
    with open_work(parts, principal("admin", Role.AGENCY_ADMIN, agency=None)) as work:
        person = work.session.get(Person, person_id)
        assert person is not None
        address = second_factor.give(work, person)
    return pyotp.TOTP(parse_qs(urlsplit(address).query)["secret"][0])


def test_a_planner_signs_in_and_out(client: FlaskClient, county: County) -> None:
    reply = log_in(client, county.planner)
    assert reply.status_code == 200
    assert reply.json["roles"] == ["planner"]
    token = reply.json["token"]
    assert client.post("/api/v1/auth/logout", headers=bearer(token)).status_code == 204
    assert client.post("/api/v1/auth/logout", headers=bearer(token)).status_code == 401


def test_a_token_is_not_kept_in_clear(client: FlaskClient, parts: Parts, county: County) -> None:
    token = log_in(client, county.planner).json["token"]
    with open_work(parts, principal("x", agency=None)) as work:
        row = work.session.query(LoginSession).one()
    assert token not in str(vars(row))


def test_a_token_ends_by_itself(client: FlaskClient, clock: SetClock, county: County) -> None:
    token = log_in(client, county.planner).json["token"]
    clock.move(timedelta(hours=13))
    reply = client.post("/api/v1/auth/logout", headers=bearer(token))
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_unknown_names_and_wrong_passwords_are_answered_alike(
    client: FlaskClient, county: County
) -> None:
    unknown, wrong = log_in(client, "nobody"), log_in(client, county.planner, "wrong password")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json == wrong.json
    assert unknown.json["code"] == "wrong_credentials"


def test_five_wrong_tries_lock_and_the_lock_grows(
    client: FlaskClient, clock: SetClock, county: County
) -> None:
    for _ in range(5):
        log_in(client, county.planner, "wrong password")
    assert log_in(client, county.planner).status_code == 401
    clock.move(timedelta(seconds=61))
    log_in(client, county.planner, "wrong password")  # the sixth locks for two minutes
    clock.move(timedelta(seconds=61))
    assert log_in(client, county.planner).status_code == 401
    clock.move(timedelta(seconds=60))
    assert log_in(client, county.planner).status_code == 200


def test_a_head_without_a_time_code_does_not_come_in(client: FlaskClient, county: County) -> None:
    assert log_in(client, county.head).status_code == 401


def test_a_head_comes_in_with_a_time_code_once(
    client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    totp = give_totp(parts, county.head)
    code = totp.at(clock.now())
    assert log_in(client, county.head, totp=code).status_code == 200
    assert log_in(client, county.head, totp=code).status_code == 401, "a code is good once"
    clock.move(timedelta(seconds=30))
    assert log_in(client, county.head, totp=totp.at(clock.now())).status_code == 200


def test_an_old_time_code_does_not_count(
    client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    totp = give_totp(parts, county.head)
    code = totp.at(clock.now())
    clock.move(timedelta(minutes=2))
    assert log_in(client, county.head, totp=code).status_code == 401


@pytest.mark.parametrize("tries", [5])
def test_guessing_time_codes_locks_too(
    parts: Parts, clock: SetClock, county: County, tries: int
) -> None:
    totp = give_totp(parts, county.head)
    who = principal(county.head, Role.HEAD, agency=county.agency)
    for _ in range(tries):
        with open_work(parts, who) as work:
            assert identity.use_second_factor(work, "000000").person_id is None
    with open_work(parts, who) as work:
        assert identity.use_second_factor(work, totp.at(clock.now())).person_id is None


def test_a_person_who_left_is_no_one(client: FlaskClient, parts: Parts, county: County) -> None:
    token = log_in(client, county.planner).json["token"]
    with open_work(parts, principal("admin", agency=None)) as work:
        person = work.session.get(Person, county.planner)
        assert person is not None
        person.disabled_at = work.now
    assert client.post("/api/v1/auth/logout", headers=bearer(token)).status_code == 401
    assert log_in(client, county.planner).status_code == 401
