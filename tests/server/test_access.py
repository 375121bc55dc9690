"""Every address, with every method, by everybody: who may, may; who may not, is told so.

A new route is walked by itself as soon as it is registered. Where its address holds an id, say in
`SAMPLES` (samples.py) which one is the home agency's: then the walk also shows that a foreign
agency's people, tablets and enterprises, who have the role, do not reach it.
"""

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from server import access
from server.clock import SetClock
from server.services.bearer import Bearer
from server.work import Parts
from shared.roles import Role
from tests.server.factories import County, bearer, sign_in
from tests.server.planning import Desk
from tests.server.samples import SAMPLES, add_samples, device_token, portal_secret

MISSING = "01980000-0000-7000-8000-000000000000"

# Whose answer to a foreign agency is not "there is no such thing", and why.
OPEN_TO_OTHERS: Mapping[str, str] = {}

EVERYBODY = (
    (Role.PLANNER, "planner", "other_planner"),
    (Role.HEAD, "head", "other_head"),
    (Role.AGENCY_ADMIN, "admin", "other_admin"),
    (Role.SUPERVISION, "supervisor", "other_supervisor"),
    (Role.OFFICER, "officer_person", None),
    (Role.PLATFORM_ADMIN, "platform_admin", None),
    (Role.ASSESSOR, "assessor", None),
)
REFUSED = (401, 403)
NOTHING: Mapping[str, dict[str, str] | None] = {
    "GET": None,
    "DELETE": None,
    "POST": {},
    "PUT": {},
    "PATCH": {},
}


def calls(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted(set(rule.methods or ()) - {"OPTIONS", "HEAD"}):
            yield rule, method


def is_of_the_interface(rule: Rule) -> bool:
    return rule.rule.startswith("/api/")


def address(app: Flask, rule: Rule, ids: Mapping[str, str]) -> str:
    values = {name: ids.get(name, MISSING) for name in rule.arguments}
    built = app.url_map.bind("mingcha.test").build(rule.endpoint, values)
    assert isinstance(built, str)
    return built


def call(client: FlaskClient, method: str, path: str, token: str | None) -> int:
    headers = bearer(token) if token else {}
    return client.open(path, method=method, json=NOTHING[method], headers=headers).status_code


def signed_in_browser(app: Flask, parts: Parts, person_id: str) -> FlaskClient:
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["secret"] = sign_in(parts, person_id, kind=Bearer.WEB)
    return browser


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    unmarked = [
        f"{method} {rule.rule}"
        for rule, method in calls(app)
        if access.roles_of(app, rule.endpoint, method) is None
    ]
    assert unmarked == []


def test_an_unmarked_view_is_refused_to_everybody(app: Flask, parts: Parts, county: County) -> None:
    app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret")
    token = sign_in(parts, county.platform_admin)
    reply = app.test_client().get("/api/v1/forgotten", headers=bearer(token))
    assert reply.status_code == 403
    assert reply.json["code"] == "unmarked_view"


def test_nobody_reaches_what_is_not_public(app: Flask, client: FlaskClient) -> None:
    for rule, method in calls(app):
        allowed = access.roles_of(app, rule.endpoint, method) or frozenset()
        if Role.PUBLIC in allowed:
            continue
        status = call(client, method, address(app, rule, {}), None)
        # A page sends its visitor to where one signs in; the interface says 401.
        assert status == 401 or (status == 303 and not is_of_the_interface(rule)), (method, rule)


@pytest.mark.parametrize(("role", "who", "_other"), EVERYBODY)
def test_the_interface_is_open_to_its_roles_alone(
    app: Flask,
    client: FlaskClient,
    parts: Parts,
    county: County,
    role: Role,
    who: str,
    _other: str | None,
) -> None:
    for rule, method in calls(app):
        if not is_of_the_interface(rule):
            continue
        allowed = access.roles_of(app, rule.endpoint, method) or frozenset()
        token = sign_in(parts, getattr(county, who))
        status = call(client, method, address(app, rule, {}), token)
        if role in allowed or Role.PUBLIC in allowed:
            assert status not in REFUSED or Role.PUBLIC in allowed, (method, rule.rule, status)
        else:
            assert status == 403, (method, rule.rule, status)


@pytest.mark.parametrize(("role", "who", "_other"), EVERYBODY)
def test_pages_are_open_to_their_roles_alone(
    app: Flask, parts: Parts, county: County, role: Role, who: str, _other: str | None
) -> None:
    for rule, method in calls(app):
        allowed = access.roles_of(app, rule.endpoint, method) or frozenset()
        if is_of_the_interface(rule) or Role.PUBLIC in allowed or role in allowed:
            continue
        browser = signed_in_browser(app, parts, getattr(county, who))
        status = call(browser, method, address(app, rule, {}), None)
        # The portal does not take a console's cookie at all.
        assert status in (403, 401, 303), (method, rule.rule, status)


@pytest.mark.parametrize(("role", "_who", "other"), [row for row in EVERYBODY if row[2]])
def test_a_foreign_agency_finds_nothing(
    app: Flask,
    client: FlaskClient,
    parts: Parts,
    clock: SetClock,
    county: County,
    role: Role,
    _who: str,
    other: str,
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # not what this walk is about
    add_samples(parts, county)
    ids = {name: make(Desk(client, parts, clock, county)) for name, make in SAMPLES.items()}
    token = sign_in(parts, getattr(county, other))
    browser = signed_in_browser(app, parts, getattr(county, other))
    walked = 0
    for rule, method in calls(app):
        allowed = access.roles_of(app, rule.endpoint, method) or frozenset()
        concerned = rule.arguments and rule.arguments <= set(ids)
        if role not in allowed or not concerned or rule.rule in OPEN_TO_OTHERS:
            continue
        path = address(app, rule, ids)
        if is_of_the_interface(rule):
            reply = client.open(path, method=method, json=NOTHING[method], headers=bearer(token))
        else:
            reply = browser.open(path, method=method)
        # 422: the empty body or form was refused before anything was looked up, and so is an
        # approval without a time code.
        early = "second_factor_needed" in reply.get_data(as_text=True)
        assert reply.status_code in (404, 422) or early, (method, rule.rule, reply.status_code)
        walked += 1
    assert walked


def test_a_cookie_opens_no_interface_and_a_token_no_page(
    app: Flask, parts: Parts, county: County
) -> None:
    browser = signed_in_browser(app, parts, county.planner)
    assert browser.get("/api/v1/plans").status_code == 401
    of_a_page = bearer(sign_in(parts, county.planner, kind=Bearer.WEB))
    assert app.test_client().get("/api/v1/plans", headers=of_a_page).status_code == 401
    with browser.session_transaction() as cookie:
        cookie["secret"] = sign_in(parts, county.planner)
    assert browser.get("/console/plans/").status_code == 303


def test_every_id_in_an_address_has_a_sample(app: Flask) -> None:
    needed = {
        name
        for rule, method in calls(app)
        for name in rule.arguments
        if Role.PUBLIC not in (access.roles_of(app, rule.endpoint, method) or ())
    }
    assert needed <= set(SAMPLES)


def test_a_tablet_reaches_what_is_for_tablets_alone(
    app: Flask, client: FlaskClient, parts: Parts, county: County
) -> None:
    add_samples(parts, county)
    for rule, method in calls(app):
        allowed = access.roles_of(app, rule.endpoint, method) or frozenset()
        if not is_of_the_interface(rule) or Role.PUBLIC in allowed or Role.DEVICE in allowed:
            continue
        status = call(client, method, address(app, rule, {}), device_token(parts))
        assert status == 403, (method, rule.rule, status)


def test_an_enterprise_reaches_its_own_alone(app: Flask, parts: Parts, county: County) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    add_samples(parts, county)
    for rule, method in calls(app):
        allowed = access.roles_of(app, rule.endpoint, method) or frozenset()
        if is_of_the_interface(rule) or Role.PUBLIC in allowed:
            continue
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["portal_secret"] = portal_secret(parts, county, firm=1)
        ids = {name: name.removesuffix("_id") for name in rule.arguments}
        status = browser.open(address(app, rule, ids), method=method).status_code
        if Role.ENTERPRISE_USER not in allowed:
            assert status in (303, 401, 403), (method, rule.rule, status)
        elif rule.arguments:
            assert status in (404, 422), (method, rule.rule, status)
