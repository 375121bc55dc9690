"""Every address, with every method, by everybody: who may, may; who may not, is told so.

A new route is walked by itself as soon as it is registered. The county it is walked in (whole.py)
has one of everything at home, and elsewhere the same roles in an agency of another region, a
tablet of that agency, and an enterprise nobody inspected: they come upon nothing of it.
"""

from collections.abc import Iterable, Iterator, Mapping

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session
from werkzeug.test import TestResponse

from server.models import (
    DeviceOrder,
    Document,
    Enrolment,
    Enterprise,
    EvidenceFile,
    Notice,
    Officer,
    OutboxMessage,
    Plan,
    PlanTarget,
    Quarantine,
    Task,
    TraceEvent,
    Visit,
)
from server.services import system_clients
from server.work import Parts
from shared.roles import Role
from tests.server import sync_world
from tests.server.acts import (
    ACTS,
    CLERK,
    FOREIGN_PHONE_OF,
    FOREIGN_SYSTEM,
    OTHER_SYSTEM,
    PHONE_OF,
    TABLET,
    door,
    filed,
)
from tests.server.everything import as_kept, changed
from tests.server.factories import County, add, agency, bearer, person, sign_in
from tests.server.sync_world import HOME
from tests.server.walking import Call, address, calls, queried, send
from tests.server.whole import EMAIL, FOREIGN_TABLET, PEOPLE, PHONE, PLATFORM_ADMIN, Whole

WHO: Mapping[Role, str] = {
    **{role: here for role, (here, _) in PEOPLE.items()},
    Role.PLATFORM_ADMIN: PLATFORM_ADMIN,
    Role.DEVICE: TABLET,
    Role.CLIENT: OTHER_SYSTEM,
    Role.ENTERPRISE_OWNER: PHONE_OF,
    Role.ENTERPRISE_USER: CLERK,
}
"""Who has each role at home."""
ABROAD: Mapping[Role, str] = {
    **{role: there for role, (_, there) in PEOPLE.items()},
    Role.DEVICE: FOREIGN_TABLET,
    Role.CLIENT: FOREIGN_SYSTEM,
    Role.ENTERPRISE_OWNER: FOREIGN_PHONE_OF,
}
"""Who has it elsewhere. An owner may all that a user may."""
OWN_BUSINESS: Mapping[str, str] = {
    "POST /api/v1/merges/searches": "a look at one's own region alone (test_merges.py)",
    "POST /console/merges/searches": "likewise",
    "POST /api/v1/auth/logout": "their own session",
    "POST /console/logout": "their own session",
    "POST /portal/leave": "their own session",
    "POST /portal/people": "in their own enterprise",
    "POST /portal/people/consent": "of their own enterprise",
    "POST /portal/ways": "their own channels",
    "POST /api/v1/webhooks": "their own agency's things",
    "POST /api/v1/complaints": "another system's own, whatever its number",
    "POST /console/plans/new": "likewise in their own agency",
    "POST /console/plans/check": "nothing is kept",
    "POST /console/items/new": "in their own agency",
    "POST /console/items/bases": "the law is everybody's",
    "POST /console/people/new": "in their own agency, whatever the form says",
    "POST /console/officers/new": "likewise",
    "POST /console/imports/": "likewise",
    "POST /console/exports/<name>.<ending>": "the list of their own agency",
    "POST /api/v1/sync/push": "set apart: test_a_foreign_tablet_changes_no_visit_of_home",
}
"""What somebody of elsewhere may do with the very words that are said at home."""
ENTERPRISE = (Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
REGISTER = "/console/enterprises"  # which enterprises there are, not which were inspected
OF_THE_CALLER = frozenset({"login_session", "device_token", "portal_session", "person"})
SIGN_IN = 303  # a page sends its visitor to where one signs in
EVERYBODYS: Mapping[str, str] = {
    "GET /console/imports/template/<kind>.<ending>": "headings are the same for every agency",
    "GET /console/rules/<rule_id>": "the rules are the same for every agency",
    "GET /console/parameters/<key>": "thresholds are everybody's (test_parameters.py: whose rows)",
    "GET /console/holidays/<int(fixed_digits=4):year>": "working days are the same everywhere",
}
"""What has an argument and is no agency's own; the reason beside it."""
MISSING = (403, 404)
THEIRS: Mapping[tuple[str, Role], Mapping[str, str]] = {
    # About an inspection: supervision's, where the other is its agency's alone.
    ("GET /console/complaints/<complaint_id>", Role.SUPERVISION): {
        "complaint_id": "complaint_above"
    },
}
"""What a role looks at where another thing of its kind is for it."""


def may(call: Call, role: Role) -> bool:
    if role is Role.CLIENT and call.method == "GET" and Role.ASSESSOR in call.allowed:
        return call.blueprint in system_clients.SCOPES  # it reads as an assessor, of its scopes
    return role in call.allowed


def get(
    whole: Whole, call: Call, who: str, instead: Mapping[str, str] | None = None
) -> TestResponse:
    """Look, as `who`, at the thing of the home agency that the address names, or at another."""
    client, headers = door(whole, call, who)
    named = {argument: whole.ids[name] for argument, name in (instead or {}).items()}
    path = address(whole.app, call.rule, {**whole.ids, **named})
    return client.get(path, headers=headers, query_string=dict(queried(call, whole.ids)))


def looks(whole: Whole) -> Iterator[Call]:
    return (call for call in calls(whole.app) if call.method == "GET")


def test_every_view_says_who_may_call_it(whole: Whole) -> None:
    assert [call.name for call in calls(whole.app) if not call.allowed] == []


def test_an_unmarked_view_is_refused_to_everybody(
    own_app: Flask, parts: Parts, county: County
) -> None:
    own_app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret")
    token = sign_in(parts, county.platform_admin)
    reply = own_app.test_client().get("/api/v1/forgotten", headers=bearer(token))
    assert reply.status_code == 403
    assert reply.json["code"] == "unmarked_view"


def test_no_view_is_for_the_server_itself(whole: Whole) -> None:
    assert [call.name for call in calls(whole.app) if Role.SYSTEM in call.allowed] == []


def test_every_address_has_something_to_name_in_it(whole: Whole) -> None:
    for call in calls(whole.app):
        address(whole.app, call.rule, whole.ids)


def test_nobody_reaches_what_is_not_public(whole: Whole) -> None:
    for call in calls(whole.app):
        if call.is_public:
            continue
        path = address(whole.app, call.rule, whole.ids)
        status = send(whole.client(), call, path).status_code
        asks_to_sign_in = status == SIGN_IN and not call.is_api and not call.changes
        assert status == 401 or asks_to_sign_in, (call.name, status)


@pytest.mark.parametrize("role", WHO)
def test_a_role_sees_what_it_may_look_at(whole: Whole, role: Role) -> None:
    for call in looks(whole):
        if may(call, role):
            status = get(whole, call, WHO[role], THEIRS.get((call.name, role))).status_code
            assert status < 400, (call.name, status)


@pytest.mark.parametrize("role", WHO)
def test_a_role_is_refused_what_is_not_for_it(whole: Whole, role: Role) -> None:
    for call in calls(whole.app):
        if may(call, role) or call.is_public:
            continue
        client, headers = door(whole, call, WHO[role])
        path = address(whole.app, call.rule, whole.ids)
        status = send(client, call, path, headers).status_code
        assert status in ((403,) if is_known(role, call) else (401, SIGN_IN)), (call.name, status)


def is_known(role: Role, call: Call) -> bool:
    """Whether this door takes what `role` shows at all: tokens, console cookies, portal cookies."""
    if call.is_api:
        return role not in ENTERPRISE
    if call.is_portal:
        return role in ENTERPRISE
    return role not in (*ENTERPRISE, Role.DEVICE, Role.CLIENT)


@pytest.mark.parametrize("role", ABROAD)
def test_nothing_of_the_home_agency_is_shown_elsewhere(whole: Whole, role: Role) -> None:
    marks = marks_of_home(whole.parts)
    for call in looks(whole):
        if not may(call, role):
            continue
        reply = get(whole, call, ABROAD[role])
        if call.rule.arguments and call.name not in EVERYBODYS:
            assert reply.status_code in MISSING, (call.name, reply.status_code)
        else:
            assert reply.status_code < 400, (call.name, reply.status_code)
        assert found(reply, marks - named_in(whole, call)) == set(), call.name


@pytest.mark.parametrize("name", sorted(set(ACTS) - set(OWN_BUSINESS)))
def test_nothing_of_the_home_agency_is_changed_from_elsewhere(fresh: Whole, name: str) -> None:
    """The very call that works at home finds nothing, and leaves everything as it was."""
    call = next(call for call in calls(fresh.app) if call.name == name)
    act = ACTS[name]
    path = act.path(fresh, call)
    marks = marks_of_home(fresh.parts)
    for role, who in ABROAD.items():
        if not may(call, role):
            continue
        said = act.sent(fresh, who)
        before = as_kept(fresh.parts.engine)
        reply = act.tried(fresh, call, path, who, said)
        assert reply.status_code in (*MISSING, 422), (role, reply.status_code)
        # A list nobody could fill in wrongly says only that something there is unknown.
        assert call.rule.arguments == set() or reply.status_code in MISSING, role
        assert "second_factor" not in reply.get_data(as_text=True), role
        assert changed(before, as_kept(fresh.parts.engine)) - OF_THE_CALLER == set(), role
        assert found(reply, marks - set(path.split("/"))) == set(), role


@pytest.mark.parametrize("name", sorted(set(ACTS) - set(OWN_BUSINESS)))
def test_seeing_a_region_is_no_right_to_act_in_it(fresh: Whole, name: str) -> None:
    """Somebody of the city above who has every role: as supervision they see it, no more."""
    call = next(call for call in calls(fresh.app) if call.name == name)
    if call.is_public or may(call, Role.SUPERVISION) or not any(may(call, r) for r in PEOPLE):
        return
    add(
        fresh.parts,
        [
            agency("agency-city", region="370100", abbr="监督"),
            person("everything", *PEOPLE, agency="agency-city"),
        ],
    )
    act = ACTS[name]
    path, said = act.path(fresh, call), act.sent(fresh, "everything")
    before = as_kept(fresh.parts.engine)
    reply = act.tried(fresh, call, path, "everything", said)
    assert reply.status_code in (*MISSING, 422), reply.status_code
    assert changed(before, as_kept(fresh.parts.engine)) - OF_THE_CALLER == set()


def test_a_foreign_tablet_changes_no_visit_of_home(fresh: Whole) -> None:
    """It may say anything about a visit, and sign it: that is set apart under its own name."""
    pad = sync_world.pad(fresh.parts, device_id=FOREIGN_TABLET)
    assert pad.visit_id == fresh.ids["visit_id"]
    pad.open()
    pad.scan()
    before = as_kept(fresh.parts.engine)
    headers = fresh.device(FOREIGN_TABLET)
    reply = fresh.client().post("/api/v1/sync/push", json={"batch": pad.raws}, headers=headers)
    assert {answer["status"] for answer in reply.json["results"]} == {"quarantined"}
    assert changed(before, as_kept(fresh.parts.engine)) == {"quarantine", "device", "device_token"}
    with Session(fresh.parts.engine) as session:
        new = session.scalars(select(Quarantine).where(Quarantine.device_id == FOREIGN_TABLET))
        assert {row.code for row in new} == {"foreign_visit"}


def test_a_foreign_tablet_takes_no_task_of_home(fresh: Whole) -> None:
    task_id = filed(fresh)["task_id"]
    pad = sync_world.pad(fresh.parts, device_id=FOREIGN_TABLET, visit=5, task_ids=(task_id,))
    pad.open()
    before = as_kept(fresh.parts.engine)
    headers = fresh.device(FOREIGN_TABLET)
    reply = fresh.client().post("/api/v1/sync/push", json={"batch": pad.raws}, headers=headers)
    codes = {fault["code"] for fault in reply.json["results"][0]["irregularities"]}
    assert "task_of_other_agency" in codes
    assert "task" not in changed(before, as_kept(fresh.parts.engine))
    for who, status in (("head", 404), ("super", 404), ("other-super", 200)):
        at = f"/api/v1/visits/{pad.visit_id}"
        assert fresh.client().get(at, headers=fresh.person(who)).status_code == status, who


def test_the_platform_s_administrator_sees_no_case(whole: Whole) -> None:
    marks = marks_of_cases(whole.parts)
    for call in looks(whole):
        if may(call, Role.PLATFORM_ADMIN):
            reply = get(whole, call, PLATFORM_ADMIN)
            known = named_in(whole, call)
            if call.rule.rule.startswith(REGISTER):
                known |= texts(whole.parts, (Enterprise.name,), ())
            assert found(reply, marks - known) == set(), call.name


def test_supervision_of_the_region_sees_what_supervision_elsewhere_does_not(whole: Whole) -> None:
    here, elsewhere = (
        {
            mark
            for call in looks(whole)
            if may(call, Role.SUPERVISION)
            for mark in found(get(whole, call, who), marks_of_cases(whole.parts))
            if mark not in named_in(whole, call)
        }
        for who in ("super", "other-super")
    )
    assert {whole.ids["visit_id"], whole.ids["irregular"], whole.ids["plan_id"]} <= here
    assert elsewhere == set()


def test_a_cookie_opens_no_interface_and_a_token_no_page(whole: Whole) -> None:
    assert whole.browser("planner").get("/api/v1/plans").status_code == 401
    assert whole.client().get("/console/", headers=whole.person("planner")).status_code == SIGN_IN


def test_no_reply_shows_a_whole_phone_number_or_address(whole: Whole) -> None:
    for call in looks(whole):
        for role in (role for role in WHO if may(call, role)):
            reply = get(whole, call, WHO[role])
            assert found(reply, {PHONE, EMAIL}) == set(), (call.name, role)


def named_in(whole: Whole, call: Call) -> set[str]:
    """What the address itself, or the question, says already."""
    asked = queried(call, whole.ids).values()
    return {*address(whole.app, call.rule, whole.ids).split("/"), *asked}


def found(reply: TestResponse, marks: Iterable[str]) -> set[str]:
    """Those of `marks` that stand anywhere in a reply."""
    everything = reply.get_data() + str(reply.headers).encode()
    return {mark for mark in marks if mark.encode() in everything}


def marks_of_home(parts: Parts) -> set[str]:
    """What tells that something of the home agency is spoken of: ids, numbers, names."""
    of_people = texts(parts, (DeviceOrder.id, Enrolment.id, Quarantine.id), ())
    names = texts(parts, (Officer.name,), (Officer.agency_id == HOME,))
    return marks_of_cases(parts) | of_people | names | {PHONE, EMAIL}


def marks_of_cases(parts: Parts) -> set[str]:
    """What tells that a plan, a task, a visit or a document is spoken of. All are of home."""
    columns = (
        *(Plan.id, Plan.no, Plan.title, PlanTarget.id, Task.no, Task.code),
        *(Visit.id, TraceEvent.id, TraceEvent.hash, EvidenceFile.sha256),
        *(Document.id, Document.number, Document.content_hash, Notice.id, OutboxMessage.id),
    )
    inspected = texts(parts, (Enterprise.name,), (Enterprise.uscc.in_(select(Visit.uscc)),))
    return texts(parts, columns, ()) | inspected


def texts(
    parts: Parts, columns: Iterable[InstrumentedAttribute[str | None]], where: Iterable[object]
) -> set[str]:
    with Session(parts.engine) as session:
        found_ones = {
            value
            for column in columns
            for value in session.scalars(select(column).where(*where))  # type: ignore[arg-type]
        }
    return {value for value in found_ones if value}
