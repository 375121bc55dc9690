"""Sessions of pages: begun by signing in, guarded against other sites, ended at once for good."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server.app import create_app
from server.models import Person
from server.principal import SYSTEM
from server.services import contacts, people
from server.services.bearer import Bearer
from server.work import Parts, open_work
from shared.roles import Role
from tests.server import planning
from tests.server.acts import ACTS, NOBODY, door
from tests.server.everything import as_kept, changed
from tests.server.factories import PASSWORD, principal, sign_in
from tests.server.planning import totp_of
from tests.server.sync_world import HOME
from tests.server.test_access import WHO, get, looks, may
from tests.server.walking import Call, calls
from tests.server.whole import Whole, planned
from tests.world import USCC

ADMIN = principal("admin", Role.AGENCY_ADMIN, agency=HOME)
LOGIN = "/console/login"
OF_THE_CALLER = frozenset({"login_session", "portal_session"})
PAGE_ACTS = sorted(name for name in ACTS if " /api/" not in name)


@pytest.fixture
def guarded(fresh: Whole) -> Iterator[Whole]:
    """The county with the check of the page's own token switched on, as it always is."""
    fresh.app.config["WTF_CSRF_ENABLED"] = True
    yield fresh
    fresh.app.config["WTF_CSRF_ENABLED"] = False


def token_in(reply: TestResponse) -> str:
    """The page's own token, as its forms carry it."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.get_data(as_text=True))
    assert found is not None
    return found[1]


def log_in(client: FlaskClient, **said: str) -> TestResponse:
    form = {"username": "planner", "password": PASSWORD, **said}
    return client.post(LOGIN, data={"csrf_token": token_in(client.get(LOGIN)), **form})


def is_in(client: FlaskClient) -> bool:
    return client.get("/console/").status_code == 200


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("mingcha", domain="localhost")
    assert cookie is not None
    return cookie.value


def with_cookie(whole: Whole, value: str) -> FlaskClient:
    client = whole.client()
    client.set_cookie("mingcha", value, domain="localhost")
    return client


# -- other sites ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGE_ACTS)
def test_no_form_is_taken_without_the_page_s_own_token(guarded: Whole, name: str) -> None:
    call = next(call for call in calls(guarded.app) if call.name == name)
    act = ACTS[name]
    path, sent = act.path(guarded, call), act.sent(guarded, act.who)
    client, headers = door(guarded, call, act.who)
    before = as_kept(guarded.parts.engine)
    for said in (sent, {**sent, "csrf_token": "x"}, {**sent, "csrf_token": stolen(guarded)}):
        once = deepcopy(dict(said))  # a file is read to its end and closed
        reply = client.open(path, method=call.method, data=once, headers=headers)
        assert reply.status_code == 400
        assert "csrf_failed" in reply.get_data(as_text=True)
    assert changed(before, as_kept(guarded.parts.engine)) - OF_THE_CALLER == set()


def stolen(whole: Whole) -> str:
    """A token made for another browser."""
    return token_in(whole.client().get(LOGIN))


def test_with_its_own_token_a_form_is_taken(guarded: Whole) -> None:
    client = guarded.client()
    assert log_in(client).status_code == 303
    assert is_in(client)
    out = client.post("/console/logout", data={"csrf_token": token_in(client.get("/console/"))})
    assert out.status_code == 303
    assert not is_in(client)


def test_the_token_before_signing_in_is_worth_nothing_after(guarded: Whole) -> None:
    client = guarded.client()
    before = token_in(client.get(LOGIN))
    log_in(client)
    assert client.post("/console/logout", data={"csrf_token": before}).status_code == 400


def test_no_get_changes_anything(whole: Whole) -> None:
    """Mail scanners, previews and other sites' pictures send GET; a PDF is drawn by it at most."""
    before = as_kept(whole.parts.engine)
    for call in looks(whole):
        for role in (role for role in WHO if may(call, role)):
            get(whole, call, WHO[role])
        if call.is_public:
            get(whole, call, NOBODY)
    after = as_kept(whole.parts.engine)
    drawn = {"document"} | OF_THE_CALLER | {"device_token"}
    exported = {"audit_entry", "audit_head"}  # a case file given out is on record
    assert changed(before, after) - drawn - exported == set()


# -- cookies and headers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "secure"), [("http://mingcha.test", False), ("https://mingcha.test", True)]
)
def test_the_cookie_is_for_this_site_and_no_script(
    parts: Parts, address: str, *, secure: bool
) -> None:
    app = create_app(replace(parts, settings=replace(parts.settings, public_url=address)))
    cookie = app.test_client().get(LOGIN, base_url=address).headers["Set-Cookie"]
    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= flags
    assert ("Secure" in flags) is secure
    strict = app.test_client().get(LOGIN).headers.get("Strict-Transport-Security", "")
    assert bool(strict) is secure


def test_every_reply_forbids_what_is_not_ours(whole: Whole) -> None:
    for call in looks(whole):
        for role in (role for role in (*WHO, Role.PUBLIC) if role in call.allowed):
            headers = get(whole, call, WHO.get(role, NOBODY)).headers
            policy = headers["Content-Security-Policy"]
            assert "unsafe" not in policy, call.name
            assert "default-src 'none'" in policy, call.name
            assert headers["X-Content-Type-Options"] == "nosniff", call.name
            assert headers["X-Frame-Options"] == "DENY", call.name
            assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), call.name
            assert "public" not in headers["Cache-Control"], call.name


class Inline(HTMLParser):
    """Finds what a strict policy would not run: scripts and styles written into the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]
        self.found += [v for v in names.values() if v and v.lower().startswith("javascript:")]


def test_no_page_has_anything_inline(whole: Whole) -> None:
    for call in (call for call in looks(whole) if not call.is_api):
        for role in (role for role in (*WHO, Role.PUBLIC) if role in call.allowed):
            reply = get(whole, call, WHO.get(role, NOBODY))
            if reply.mimetype == "text/html":
                looker = Inline()
                looker.feed(reply.get_data(as_text=True))
                assert looker.found == [], call.name


# -- the end of a session ------------------------------------------------------------------------


def test_after_leaving_the_old_cookie_opens_nothing(fresh: Whole) -> None:
    client = fresh.browser("planner")
    old = cookie_of(client)
    client.post("/console/logout")
    assert not is_in(with_cookie(fresh, old))


def test_after_leaving_the_portal_the_old_cookie_opens_nothing(fresh: Whole) -> None:
    phone = fresh.phone(USCC)
    old = cookie_of(phone)
    at = f"/portal/notices/{fresh.ids['document_id']}"
    assert phone.get(at).status_code == 200
    phone.post("/portal/leave")
    assert with_cookie(fresh, old).get(at).status_code == 303


def test_a_session_ends_by_itself(fresh: Whole) -> None:
    client, phone = fresh.browser("planner"), fresh.phone(USCC)
    at = f"/portal/notices/{fresh.ids['document_id']}"
    fresh.clock.move(timedelta(hours=2, seconds=1))
    assert phone.get(at).status_code == 303
    assert is_in(client)
    fresh.clock.move(timedelta(hours=10))
    assert not is_in(client)


def test_a_cookie_of_another_key_is_nobody(fresh: Whole) -> None:
    forger = create_app(replace(fresh.parts, secrets=replace(fresh.parts.secrets, flask=b"x" * 32)))
    client = forger.test_client()
    with client.session_transaction() as cookie:
        cookie["secret"] = sign_in(fresh.parts, "planner", kind=Bearer.WEB)
    assert not is_in(with_cookie(fresh, cookie_of(client)))


def test_who_was_let_go_is_out_at_once(fresh: Whole) -> None:
    client, token = fresh.browser("planner"), fresh.person("planner")
    with open_work(fresh.parts, ADMIN) as work:
        people.let_go(work, "planner")
    assert not is_in(client)
    assert fresh.client().get("/api/v1/plans", headers=token).status_code == 401


def test_roles_are_lost_at_once(fresh: Whole) -> None:
    token = fresh.person("planner")
    with open_work(fresh.parts, SYSTEM) as work:  # even if no session were ended
        work.session.get_one(Person, "planner").roles = [str(Role.OFFICER)]
    assert fresh.client().get("/api/v1/plans", headers=token).status_code == 403
    assert fresh.client().get("/api/v1/tasks", headers=token).status_code == 200


def test_a_role_that_is_no_person_s_gives_nothing(fresh: Whole) -> None:
    """Whatever stands in the column: the server's own role is never a person's."""
    token = fresh.person("planner")
    with open_work(fresh.parts, SYSTEM) as work:
        work.session.get_one(Person, "planner").roles = ["system", "device", "no such role"]
    for call in looks(fresh):
        if call.is_api and not call.is_public:
            assert get_with(fresh, call, token) == 403, call.name


def get_with(whole: Whole, call: Call, headers: dict[str, str]) -> int:
    path = whole.app.url_map.bind("mingcha.test").build(
        call.rule.endpoint, dict.fromkeys(call.rule.arguments, "x")
    )
    return whole.client().get(path, headers=headers).status_code


def test_a_removed_contact_is_out_at_once(fresh: Whole) -> None:
    phone = fresh.phone(USCC)
    with open_work(fresh.parts, SYSTEM) as work:
        contacts.remove(work, fresh.ids[f"contact {USCC}"])
    at = f"/portal/notices/{fresh.ids['document_id']}"
    assert phone.get(at).status_code == 303


def test_a_retired_tablet_s_token_opens_no_more_than_its_end(fresh: Whole) -> None:
    token = fresh.device("tablet-1")
    ACTS["POST /api/v1/devices/<device_id>/retire"].done(
        fresh,
        next(c for c in calls(fresh.app) if c.name == "POST /api/v1/devices/<device_id>/retire"),
    )
    reply = fresh.client().get("/api/v1/sync/pull", headers=token)
    assert reply.json["wipe_order"]["form"] == "retired"


# -- passwords and time codes --------------------------------------------------------------------


def test_five_wrong_passwords_lock_the_console_too(guarded: Whole) -> None:
    client = guarded.client()
    for _ in range(5):
        assert log_in(client, password="wrong").status_code == 401
    assert log_in(client).status_code == 401
    guarded.clock.move(timedelta(minutes=1))
    assert log_in(client).status_code == 303


def test_a_locked_account_and_a_wrong_name_look_the_same(guarded: Whole) -> None:
    client = guarded.client()
    for _ in range(5):
        log_in(client, password="wrong")
    locked, unknown = log_in(client), log_in(client, username="nobody")
    assert locked.status_code == unknown.status_code == 401
    assert plain(locked, "planner") == plain(unknown, "nobody")


def plain(reply: TestResponse, name: str) -> str:
    text = re.sub(r'value="[^"]*"', "", reply.get_data(as_text=True))
    return re.sub(r'content="[^"]*"', "", text).replace(name, "")


def test_a_time_code_signs_in_once_and_approves_nothing_after(fresh: Whole) -> None:
    totp = totp_of(fresh.parts, "head")
    fresh.clock.move(timedelta(seconds=30))
    code = totp.at(fresh.clock.now())
    said = {"username": "head", "password": PASSWORD, "totp": code}
    first = fresh.client().post("/api/v1/auth/login", json=said)
    assert first.status_code == 200
    again = fresh.client().post("/api/v1/auth/login", json=said)
    assert again.status_code == 401
    reply = fresh.client().post(
        f"/api/v1/plans/{fresh.ids['submitted']}/approve",
        json={"version": 1, "totp": code},
        headers={"Authorization": f"Bearer {first.json['token']}"},
    )
    assert (reply.status_code, reply.json["code"]) == (403, "second_factor_needed")


def test_a_time_code_approves_one_plan(fresh: Whole) -> None:
    desk = planning.Desk(fresh.client(), fresh.parts, fresh.clock, fresh.county)
    code = desk.totp()
    other = desk.submitted(**planned(fresh.county))
    assert desk.approve({"id": fresh.ids["submitted"], "version": 1}, totp=code).status_code == 200
    assert desk.approve(other, totp=code).json["code"] == "second_factor_needed"


def test_a_wrong_time_code_at_an_approval_counts_towards_the_lock(fresh: Whole) -> None:
    head = fresh.person("head")
    path = f"/api/v1/plans/{fresh.ids['submitted']}/approve"
    for _ in range(5):
        fresh.client().post(path, json={"version": 1, "totp": "000000"}, headers=head)
    with Session(fresh.parts.engine) as session:
        assert session.get_one(Person, "head").locked_until is not None


# -- secrets have one place ----------------------------------------------------------------------


def test_a_token_in_the_address_is_nobody(fresh: Whole) -> None:
    token = sign_in(fresh.parts, "planner")
    for name in ("token", "access_token", "authorization"):
        assert fresh.client().get("/api/v1/plans", query_string={name: token}).status_code == 401


def test_a_secret_of_one_door_does_not_open_another(fresh: Whole) -> None:
    web = sign_in(fresh.parts, "planner", kind=Bearer.WEB)
    person = sign_in(fresh.parts, "planner")
    assert (
        fresh.client().get("/api/v1/plans", headers={"Authorization": f"Bearer {web}"}).status_code
        == 401
    )
    client = fresh.client()
    with client.session_transaction() as cookie:
        cookie["secret"] = person
        cookie["portal_secret"] = web
    assert not is_in(client)
    assert client.get(f"/portal/notices/{fresh.ids['document_id']}").status_code in (303, 401)
