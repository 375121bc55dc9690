"""Every change the app can make, made well: by whom, on which thing, with which words.

Tests look through these at what each change leaves behind, and at what becomes of the very same
call from somebody of a foreign agency. A route that changes something and is not here fails
tests/server/test_acts.py, which says what to add.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.models import (
    Notice,
    NoticeState,
    OutboxMessage,
    OutboxState,
    PlanFinding,
    Premise,
    Task,
    Visit,
)
from server.principal import SYSTEM, Principal, PrincipalKind
from server.seed.faces import face
from server.services import (
    enrolment,
    enterprises,
    merges,
    notice_links,
    outbox,
    portal_sign_in,
    visit_times,
)
from server.services.enterprises import PremiseDraft
from server.work import open_work
from shared import base64url, slots
from shared import enrolment as enrolments
from shared.canonical import canonical
from shared.draws import secrets
from shared.draws.model import Party
from shared.localtime import local_day, local_minute
from shared.roles import Role
from tests.server import drawing, merging, planning, sync_world
from tests.server.factories import PASSWORD, add, principal
from tests.server.sync_world import HOME, STRANGER
from tests.server.walking import Call, address, send
from tests.server.whole import (
    HOME_TABLET,
    PHONE,
    PLATFORM_ADMIN,
    SECOND_TASK,
    WINDOW,
    Whole,
    jpeg,
    planned,
    told_of,
    tus,
    upload,
)
from tests.world import LI, OTHER_USCC, USCC, WANG, ZHAO, key

Sent = Mapping[str, Any]
CLERK = f"phone clerk {USCC}"
NOBODY = "nobody"
TABLET = HOME_TABLET
OTHER_SYSTEM, FOREIGN_SYSTEM = f"system {HOME}", f"system {STRANGER}"
PHONE_OF, FOREIGN_PHONE_OF = f"phone {USCC}", f"phone {OTHER_USCC}"
PICTURE = jpeg()
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
NEW_USCC = "92371500MA3U7T9G58"
FIRM = {"name": "城关豆制品厂", "address": "人民路 8 号", "region": "370102"}
MONTH = {"since": "2026-12-01", "until": "2026-12-31"}
STROKES = "[[[0,0,0],[500,500,120]]]"


def nothing(_whole: Whole, _who: str) -> Sent:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`who` is a person's id, NOBODY, a tablet or a phone; `on` names other things than usual.

    `piece` are bytes sent instead of JSON, with `headers`.
    """

    who: str
    sent: Callable[[Whole, str], Sent] = nothing
    on: Callable[[Whole], Mapping[str, str]] = lambda _whole: {}
    headers: Callable[[Whole], Mapping[str, str]] = lambda _whole: {}
    piece: bytes | None = None

    def done(self, whole: Whole, call: Call) -> TestResponse:
        """Do it."""
        path = self.path(whole, call)
        return self.tried(whole, call, path, self.who, self.sent(whole, self.who))

    def path(self, whole: Whole, call: Call) -> str:
        """Where it is done; makes ready what it is done to."""
        return address(whole.app, call.rule, {**whole.ids, **self.on(whole)})

    def tried(self, whole: Whole, call: Call, path: str, who: str, sent: Sent) -> TestResponse:
        """The very same call, made by `who`."""
        client, headers = door(whole, call, who)
        headers = {**headers, **self.headers(whole)}
        if self.piece is not None:
            return client.open(path, method=call.method, data=self.piece, headers=headers)
        return send(client, call, path, headers, sent)


def door(whole: Whole, call: Call, who: str) -> tuple[FlaskClient, dict[str, str]]:
    """How `who` comes in: a client, and the headers it sends."""
    if who == NOBODY:
        return whole.client(), {}
    if who.startswith("phone "):
        return whole.phone(who.removeprefix("phone ")), {}
    if who.startswith("system "):
        return whole.client(), whole.system(who.removeprefix("system "))
    if who.startswith("tablet-"):
        return whole.client(), whole.device(who)
    if call.is_api:
        return whole.client(), whole.person(who)
    return whole.browser(who), {}


def closed_place(whole: Whole) -> Mapping[str, str]:
    platform = principal(PLATFORM_ADMIN, Role.PLATFORM_ADMIN, agency=None)
    with open_work(whole.parts, platform) as work:
        row = enterprises.add_premise(
            work, USCC, PremiseDraft(name="旧址", address="旧街 1 号", region="370102")
        )
        enterprises.close_premise(work, row.id, "搬走了")
        return {"premise_id": row.id}


def plan(**changes: Any) -> Callable[[Whole, str], Sent]:
    return lambda whole, _who: planning.body(
        whole.county, **{**planned(whole.county), "title": "新的计划", **changes}
    )


def plan_form(_whole: Whole, _who: str) -> Sent:
    """A plan as the console's form says it."""
    return {
        "title": "新的计划",
        "trigger": "annual_plan",
        **WINDOW,
        "item": "item-1",
        "target": "k1",
        "premise.k1": "premise-1",
        "uscc.k1": USCC,
        "officer.k1": [WANG, LI],
        "why.k1": "后厨须现场查看",
    }


def asked_for_a_time(whole: Whole) -> Mapping[str, str]:
    owner = Principal(
        kind=PrincipalKind.ENTERPRISE,
        id=whole.ids[f"contact {USCC}"],
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=USCC,
    )
    with open_work(whole.parts, owner) as work:
        slot = slots.read("2026-11-25 am")
        visit_times.ask(work, whole.ids["planned_task_id"], slot)
    return {}


def submitted(whole: Whole) -> Mapping[str, str]:
    return {"plan_id": whole.ids["submitted"]}


def drafted(whole: Whole) -> Mapping[str, str]:
    at = desk(whole)
    return {"plan_id": at.explained(at.draft(**planned(whole.county)))["id"]}


def with_a_target(whole: Whole) -> Mapping[str, str]:
    made = desk(whole).draft(**planned(whole.county))
    return {"plan_id": made["id"], "target_id": made["targets"][0]["id"]}


def approved(whole: Whole) -> Mapping[str, str]:
    at = desk(whole)
    waiting = at.submitted(**planned(whole.county))
    assert at.approve(waiting).status_code == 200
    return {"plan_id": waiting["id"]}


def desk(whole: Whole) -> planning.Desk:
    return planning.Desk(whole.client(), whole.parts, whole.clock, whole.county)


def to_explain(whole: Whole) -> Mapping[str, str]:
    """A draft with a finding that wants a reason."""
    made = drafted(whole)
    finding = PlanFinding(
        id=whole.parts.ids(),
        plan_id=made["plan_id"],
        plan_version=1,
        rule="R24-99",
        rule_version=1,
        effect="explain",
        text_zh="为什么？",
        text_en="Why?",
        basis="",
        facts={},
        judged_at=whole.clock.now(),
    )
    add(whole.parts, [finding])
    whole.ids["finding_id"] = finding.id
    return {**made, "finding_id": finding.id}


def reasons(whole: Whole, _who: str) -> Sent:
    """A reason for that finding."""
    return {"reasons": [{"finding_id": whole.ids["finding_id"], "reason": "群众多次举报"}]}


def with_code(**more: Any) -> Callable[[Whole, str], Sent]:
    """What is said with a time code nobody has used yet."""

    def said(whole: Whole, who: str) -> Sent:
        totp = planning.totp_of(whole.parts, who)
        whole.clock.move(timedelta(seconds=30))
        return {**more, "totp": totp.at(whole.clock.now())}

    return said


def clean_with_code(whole: Whole, who: str) -> Sent:
    """A clean plan, long after the one that is filed already, with a time code."""
    at, day = desk(whole), "2026-12-31"
    made = at.draft(**{**planned(whole.county), "window_from": day, "window_to": day})
    return with_code(plans=[{"plan_id": at.submit(made).json["id"], "version": 1}])(whole, who)


def ticked_with_code(whole: Whole, who: str) -> Sent:
    """The same as the desk's form says it."""
    said = dict(clean_with_code(whole, who))
    (one,) = said.pop("plans")
    return {**said, "plan": f"{one['plan_id']}:1"}


def to_return(whole: Whole, _who: str) -> Sent:
    return {"plans": [{"plan_id": whole.ids["submitted"], "version": 1, "reason": "时限太长"}]}


def ticked(whole: Whole, _who: str) -> Sent:
    return {"plan": f"{whole.ids['submitted']}:1", "reason": "时限太长"}


def saying(**words: Any) -> Callable[[Whole, str], Sent]:
    return lambda _whole, _who: words


def filed(whole: Whole) -> Mapping[str, str]:
    """A task no visit has begun of."""
    with open_work(whole.parts, SYSTEM) as work:
        wanted = select(Task.id).where(Task.plan_id == whole.ids["plan_id"])
        return {"task_id": work.session.scalars(wanted).one()}


def emergency(whole: Whole) -> Mapping[str, str]:
    """A task of an emergency that waits for its approval."""
    task = sync_world.task_row(
        whole.parts.ids(),
        code=whole.parts.ids()[-12:],
        plan_id=None,
        kind="emergency",
        counts=False,
        oral_approver="陈局长",
        oral_at=whole.clock.now(),
        post_approval_due=whole.clock.now() + timedelta(hours=24),
        visit_id=whole.ids["irregular"],
    )
    add(whole.parts, [task])
    return {"task_id": task.id}


def to_merge(whole: Whole) -> Mapping[str, str]:
    """A joint visit proposed of two tasks that nobody has begun."""
    ids = whole.parts.ids
    tasks = [sync_world.task_row(ids(), code=ids()[-12:], status="coded") for _ in range(2)]
    rows = merging.rows_of(whole.parts, *tasks, asked_by="super")
    add(whole.parts, [*tasks, *rows])
    return {"proposal_id": rows[0].id}


def merged(whole: Whole) -> Mapping[str, str]:
    """A joint visit that was accepted, and that nobody has begun."""
    found = to_merge(whole)
    with open_work(whole.parts, principal("head", Role.HEAD, agency=HOME)) as work:
        merges.accept(work, found["proposal_id"])
    return found


def in_use(_whole: Whole) -> Mapping[str, str]:
    return {"device_id": HOME_TABLET}


def undelivered(whole: Whole) -> Mapping[str, str]:
    """A notice that reached nobody."""
    with open_work(whole.parts, SYSTEM) as work:
        notice = work.session.scalars(
            select(Notice).where(Notice.document_id == whole.ids["document_id"])
        ).one()
        notice.state = NoticeState.UNDELIVERED
    return {}


def taken_over(whole: Whole) -> Mapping[str, str]:
    """A message a channel took."""
    with open_work(whole.parts, SYSTEM) as work:
        sent = select(OutboxMessage.id).where(OutboxMessage.state == OutboxState.SENT)
        return {"message_id": work.session.scalars(sent).one()}


def irregular(whole: Whole) -> Mapping[str, str]:
    return {"visit_id": whole.ids["irregular"]}


def asked_code(whole: Whole, _who: str) -> Sent:
    """The code that was just sent."""
    with open_work(whole.parts, SYSTEM) as work:
        notice_links.send_code(work, whole.ids["secret"])
        work.session.flush()
        row = work.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.purpose == "verification_code")
            .order_by(OutboxMessage.id.desc())  # a county is asked more than once
            .limit(1)
        ).one()
        return {"code": outbox.body_of(work, row).code}


def a_place_without_code(whole: Whole) -> Mapping[str, str]:
    place = {"uscc": USCC, "name": "二店", "address": "人民路 9 号", "region": sync_world.REGION}
    premise_id = whole.parts.ids()
    add(whole.parts, [Premise(id=premise_id, **place)])
    return {"premise_id": premise_id}


def another_visit(whole: Whole) -> Mapping[str, str]:
    """One more that is over."""
    with open_work(whole.parts, SYSTEM) as work:
        over = work.session.get_one(Visit, whole.ids["visit_id"])
        columns = [column.key for column in Visit.__table__.columns if column.key != "id"]
        visit_id = work.ids()
        work.session.add(Visit(id=visit_id, **{name: getattr(over, name) for name in columns}))
    return {"visit_id": visit_id}


def asked_to_sign_in(whole: Whole) -> Mapping[str, str]:
    """A ticket, and its code on its way."""
    with open_work(whole.parts, SYSTEM) as work:
        ticket = portal_sign_in.ask(work, USCC, PHONE)
        work.session.flush()
        for id_ in portal_sign_in.unhandled(work, work.now, 10):
            portal_sign_in.send(work, id_)
    return {"ticket": ticket.secret}


def code_to_sign_in(whole: Whole, _who: str) -> Sent:
    with open_work(whole.parts, SYSTEM) as work:
        row = work.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.purpose == "sign_in_code")
            .order_by(OutboxMessage.id.desc())
        ).first()
        return {"code": outbox.body_of(work, row).code if row else "000000"}


def opened(whole: Whole) -> Mapping[str, str]:
    """The notice, opened by its enterprise as it must be before it is signed for."""
    with open_work(whole.parts, SYSTEM) as work:
        notice = work.session.scalars(
            select(Notice).where(Notice.document_id == whole.ids["document_id"])
        ).one()
        notice.opened_at, notice.state = work.now, NoticeState.OPENED
    return {}


def half_sent(whole: Whole) -> Mapping[str, str]:
    """An upload of which only the beginning is there."""
    visit_id = whole.ids["visit_id"]
    return {"upload_id": upload(whole, visit_id, PICTURE[:100], PICTURE, "second-photo")}


def the_rest(_whole: Whole) -> Mapping[str, str]:
    return {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "100",
        "Content-Type": "application/offset+octet-stream",
    }


def a_file(whole: Whole) -> Mapping[str, str]:
    return tus(told_of(whole.ids["visit_id"], PICTURE, "second-photo"), len(PICTURE))


def tablet_itself(_whole: Whole) -> Mapping[str, str]:
    return {"device_id": TABLET}


def enrolling(whole: Whole, _who: str) -> Sent:
    """A new tablet, with a fresh one-time code."""
    return {
        **joining(whole, _who),
        "device": {"name": "新平板", **proof(whole.ids["code"], "tablet-new")},
        "sealed_store_key": "intl-1.sealed",
    }


def joining(whole: Whole, _who: str) -> Sent:
    """A further officer, with a fresh one-time code."""
    with open_work(whole.parts, principal("admin", Role.AGENCY_ADMIN, agency=HOME)) as work:
        told = enrolments.decode(enrolment.issue(work, ZHAO).text)
    whole.ids["code"] = told.enrolment_id + told.code
    return {
        "enrolment_id": told.enrolment_id,
        "code": told.code,
        "officer": proof(whole.ids["code"], "zhao-new"),
        "app_version": "0.1",
    }


def proof(code: str, name: str) -> dict[str, str]:
    signer = key(name)
    signature = signer.sign((code + signer.public).encode())
    return {"public_key": signer.public, "proof": base64url.encode(signature)}


def asserting(whole: Whole, _who: str) -> Sent:
    """What a tablet proves itself with."""
    now = int(whole.clock.now().timestamp())
    claims = {"iss": TABLET, "sub": TABLET, "aud": "http://mingcha.test", "exp": now + 200}
    parts = ({"alg": "EdDSA"}, {**claims, "jti": whole.parts.ids()})
    text = ".".join(base64url.encode(canonical(part)) for part in parts)
    signature = base64url.encode(key(TABLET).sign(text.encode()))
    return {"grant_type": GRANT, "assertion": f"{text}.{signature}"}


def pushing(whole: Whole, _who: str) -> Sent:
    """A visit that begins."""
    pad = sync_world.pad(whole.parts, visit=7, task_ids=(SECOND_TASK,))
    return {"batch": [dict(pad.open().raw)]}


def frozen_draw(whole: Whole) -> Mapping[str, str]:
    """A draw that waits for both parties."""
    whole.ids["draw_id"] = drawing.frozen(whole.parts, whole.county, count=1)
    return {"draw_id": whole.ids["draw_id"]}


def committed_draw(whole: Whole) -> Mapping[str, str]:
    whole.ids["draw_id"] = drawing.committed(whole.parts, whole.county, count=1)
    return {"draw_id": whole.ids["draw_id"]}


def committing(whole: Whole, _who: str) -> Sent:
    said = drawing.SECRETS[Party.AGENCY]
    return {"commitment": secrets.commitment(whole.ids["draw_id"], Party.AGENCY, said)}


def asking(whole: Whole, _who: str) -> Sent:
    """What is asked of a new draw."""
    return {
        "title": "双随机抽查",
        "count": 1,
        "item_ids": [whole.county.item],
        "window_from": "2026-12-01",
        "window_to": "2026-12-20",
    }


def a_list(_whole: Whole, _who: str) -> Sent:
    """A list with nothing below its heading: taken in, and refused by the job."""
    return {"kind": "items", "source": "清单", "file": (io.BytesIO(b"a,b"), "items.csv")}


def a_face(_whole: Whole, _who: str) -> Sent:
    """A photograph as an administrator's computer has it."""
    return {"photo": (io.BytesIO(face("王建国, 新照")), "王建国.jpg")}


ACTS: Mapping[str, Act] = {
    "POST /console/imports/": Act(who="admin", sent=a_list),
    "POST /console/exports/<name>.<ending>": Act(who="planner"),
    "POST /api/v1/draws": Act(who="planner", sent=asking),
    "POST /api/v1/draws/<draw_id>/commitment": Act(who="head", on=frozen_draw, sent=committing),
    "POST /api/v1/draws/<draw_id>/secret": Act(
        who="head", on=committed_draw, sent=saying(secret=drawing.SECRETS[Party.AGENCY])
    ),
    "POST /api/v1/draws/<draw_id>/void": Act(
        who="planner", on=frozen_draw, sent=saying(reason="名录有误")
    ),
    "POST /console/draws/new": Act(who="planner", sent=asking),
    "POST /console/draws/<draw_id>/commitment": Act(who="head", on=frozen_draw, sent=committing),
    "POST /console/draws/<draw_id>/secret": Act(
        who="head", on=committed_draw, sent=saying(secret=drawing.SECRETS[Party.AGENCY])
    ),
    "POST /console/draws/<draw_id>/void": Act(
        who="planner", on=frozen_draw, sent=saying(reason="名录有误")
    ),
    "POST /api/v1/auth/login": Act(who=NOBODY, sent=saying(username="planner", password=PASSWORD)),
    "POST /api/v1/auth/logout": Act(who="planner"),
    "POST /api/v1/plans": Act(who="planner", sent=plan()),
    "PUT /api/v1/plans/<plan_id>": Act(who="planner", on=submitted, sent=plan()),
    "POST /api/v1/plans/<plan_id>/submit": Act(who="planner", on=drafted),
    "POST /api/v1/plans/<plan_id>/check": Act(who="planner", on=drafted),
    "POST /api/v1/plans/<plan_id>/drop-blocked": Act(who="planner", on=drafted),
    "DELETE /api/v1/plans/<plan_id>/targets/<target_id>": Act(who="planner", on=with_a_target),
    "POST /api/v1/plans/<plan_id>/explanations": Act(
        who="planner",
        on=to_explain,
        sent=reasons,
    ),
    "POST /api/v1/plans/<plan_id>/approve": Act(
        who="head", on=submitted, sent=with_code(version=1)
    ),
    "POST /api/v1/plans/batch": Act(who="head", sent=clean_with_code),
    "POST /api/v1/plans/batch/return": Act(who="head", sent=to_return),
    "POST /console/review/approve": Act(who="head", sent=ticked_with_code),
    "POST /console/review/return": Act(who="head", sent=ticked),
    "POST /api/v1/plans/<plan_id>/return": Act(
        who="head", on=submitted, sent=saying(version=1, reason="时限太长")
    ),
    "POST /api/v1/plans/<plan_id>/file": Act(who="planner", on=approved),
    "POST /api/v1/plans/<plan_id>/amendments": Act(who="planner", sent=saying(reason="企业停产")),
    "POST /api/v1/plans/<plan_id>/publish": Act(who="head"),
    "POST /api/v1/plans/<plan_id>/close": Act(who="head", sent=saying(reason="专项结束")),
    "POST /console/plans/<plan_id>/amend": Act(who="planner", sent=saying(reason="企业停产")),
    "POST /console/plans/<plan_id>/publish": Act(who="head"),
    "POST /console/plans/<plan_id>/close": Act(who="head", sent=saying(reason="专项结束")),
    "POST /api/v1/parameters": Act(
        who=PLATFORM_ADMIN,
        sent=saying(key="yearly_cap", value=1, valid_from="2027-01-01", basis="鲁检〔2026〕1号"),
    ),
    "POST /console/parameters/<key>": Act(
        who=PLATFORM_ADMIN,
        sent=saying(value="1", valid_from="2027-01-01", basis="鲁检〔2026〕1号"),
    ),
    "POST /api/v1/holidays": Act(
        who=PLATFORM_ADMIN,
        sent=saying(
            year=2027,
            off=[f"2027-10-{day:02}" for day in range(1, 8)],
            work=[],
            source="国办发明电〔2026〕9号",
            as_of="2026-11-01",
            replaces=0,
        ),
    ),
    "POST /api/v1/holidays/<int(fixed_digits=4):year>/restore": Act(
        who=PLATFORM_ADMIN, sent=saying(version=0, replaces=1)
    ),
    "POST /console/holidays/<int(fixed_digits=4):year>": Act(
        who=PLATFORM_ADMIN,
        sent=saying(
            text="2026-10-01 至 2026-10-07 放假",
            seen="2026-10-01 至 2026-10-07 放假",
            source="国办发明电〔2026〕9号",
            as_of="2026-11-01",
            replaces="1",
            act="record",
        ),
    ),
    "POST /console/holidays/<int(fixed_digits=4):year>/restore": Act(
        who=PLATFORM_ADMIN, sent=saying(version="0", replaces="1")
    ),
    "POST /api/v1/tasks/<task_id>/approve": Act(
        who="head", on=emergency, sent=with_code(reason="情况属实")
    ),
    "POST /api/v1/tasks/<task_id>/cancel": Act(
        who="head", on=filed, sent=saying(reason="企业停业")
    ),
    "POST /api/v1/deliveries/<message_id>/retry": Act(who="admin"),
    "POST /api/v1/webhooks": Act(
        who=OTHER_SYSTEM, sent=saying(url="https://erp.example.test/in", kinds=["plan.filed"])
    ),
    "POST /api/v1/webhooks/<subscription_id>/end": Act(who=OTHER_SYSTEM),
    "POST /api/v1/complaints": Act(
        who=OTHER_SYSTEM,
        sent=lambda whole, _who: {
            "no": "12345-2",
            "received_at": whole.clock.now().isoformat(),
            "text": "垃圾没有清运",
            "enterprise_name": "路口的饭店",
        },
    ),
    "POST /console/complaints/<complaint_id>": Act(who="planner", sent=saying(do="plan")),
    "POST /api/v1/deliveries/<message_id>/report": Act(
        who=OTHER_SYSTEM, on=taken_over, sent=saying(outcome="returned")
    ),
    "POST /api/v1/deliveries/notices/<document_id>/announce": Act(who="admin", on=undelivered),
    "POST /api/v1/devices/enrolments": Act(who="admin", sent=saying(officer_id=LI)),
    "POST /api/v1/devices/enrol": Act(who=NOBODY, sent=enrolling),
    "POST /api/v1/devices/<device_id>/officers": Act(who=TABLET, on=tablet_itself, sent=joining),
    "POST /api/v1/devices/<device_id>/retire": Act(
        who="admin", on=in_use, sent=saying(reason="屏幕坏了")
    ),
    "POST /api/v1/devices/<device_id>/lost": Act(
        who="admin", on=in_use, sent=saying(reason="丢了")
    ),
    "POST /api/v1/devices/<device_id>/lost/<order_id>/confirm": Act(who="admin"),
    "POST /api/v1/auth/device-token": Act(who=NOBODY, sent=asserting),
    "POST /api/v1/sync/push": Act(who=TABLET, sent=pushing),
    "POST /api/v1/evidence/files": Act(who=TABLET, headers=a_file, piece=PICTURE),
    "PATCH /api/v1/evidence/files/<upload_id>": Act(
        who=TABLET, on=half_sent, headers=the_rest, piece=PICTURE[100:]
    ),
    "DELETE /api/v1/evidence/files/<upload_id>": Act(
        who=TABLET, on=half_sent, headers=the_rest, piece=b""
    ),
    "POST /api/v1/visits/<visit_id>/ruling": Act(
        who="super", on=irregular, sent=saying(decision="reject", reason="未亮证")
    ),
    "POST /api/v1/quarantine/<quarantine_id>/ruling": Act(
        who="super", sent=saying(decision="dismiss", reason="伪造")
    ),
    "POST /api/v1/merges/searches": Act(who="super", sent=saying(**MONTH)),
    "POST /api/v1/merges/<proposal_id>/accept": Act(who="head", on=to_merge),
    "POST /api/v1/merges/<proposal_id>/decline": Act(
        who="head", on=to_merge, sent=saying(reason="已另行安排")
    ),
    "POST /api/v1/merges/<proposal_id>/dissolve": Act(
        who="head", on=merged, sent=saying(reason="改为分别检查")
    ),
    "POST /console/merges/<proposal_id>/dissolve": Act(
        who="head", on=merged, sent=saying(reason="改为分别检查")
    ),
    "POST /console/merges/searches": Act(who="super", sent=saying(**MONTH)),
    "POST /console/merges/<proposal_id>/accept": Act(who="head", on=to_merge),
    "POST /console/merges/<proposal_id>/decline": Act(
        who="head", on=to_merge, sent=saying(reason="已另行安排")
    ),
    "POST /console/login": Act(who=NOBODY, sent=saying(username="planner", password=PASSWORD)),
    "POST /console/logout": Act(who="planner"),
    "POST /console/plans/<plan_id>/submit": Act(who="planner", on=drafted),
    "POST /console/plans/<plan_id>/check": Act(who="planner", on=drafted),
    "POST /console/plans/<plan_id>/drop-blocked": Act(who="planner", on=drafted),
    "POST /console/plans/<plan_id>/targets/<target_id>/drop": Act(who="planner", on=with_a_target),
    "POST /console/plans/<plan_id>/findings/<finding_id>": Act(
        who="planner", on=to_explain, sent=saying(explanation="群众多次举报")
    ),
    "POST /console/plans/<plan_id>/approve": Act(
        who="head", on=submitted, sent=with_code(version="1")
    ),
    "POST /console/plans/<plan_id>/return": Act(
        who="head", on=submitted, sent=saying(version="1", reason="时限太长")
    ),
    "POST /console/plans/<plan_id>/file": Act(who="planner", on=approved),
    "POST /console/visits/<visit_id>/ruling": Act(
        who="super", on=irregular, sent=saying(ruling="reject", reason="未亮证")
    ),
    "POST /console/delivery/messages/<message_id>": Act(who="admin"),
    "POST /console/delivery/notices/<document_id>": Act(who="admin", on=undelivered),
    "POST /console/devices/enrol": Act(who="admin", sent=saying(officer_id=LI)),
    "POST /console/devices/<device_id>/retire": Act(
        who="admin", on=in_use, sent=saying(reason="屏幕坏了")
    ),
    "POST /console/devices/<device_id>/lost": Act(
        who="admin", on=in_use, sent=saying(reason="丢了")
    ),
    "POST /console/devices/<device_id>/lost/<order_id>": Act(who="admin"),
    "POST /console/people/new": Act(
        who="admin", sent=saying(username="new", name="新人", roles="planner")
    ),
    "POST /console/people/<person_id>/roles": Act(who="admin", sent=saying(roles="head")),
    "POST /console/people/<person_id>/password": Act(who="admin"),
    "POST /console/people/<person_id>/totp": Act(who="admin"),
    "POST /console/people/<person_id>/let-go": Act(who="admin"),
    "POST /console/tasks/<task_id>/approve": Act(
        who="head", on=emergency, sent=with_code(reason="情况属实")
    ),
    "POST /console/quarantine/<quarantine_id>": Act(
        who="super", sent=saying(decision="dismiss", reason="伪造")
    ),
    "POST /console/desk/<matter>/<matter_id>": Act(
        who="super", sent=saying(decision="reject", reason="伪造")
    ),
    "POST /console/plans/new": Act(who="planner", sent=plan_form),
    "POST /console/plans/check": Act(who="planner", sent=plan_form),
    "POST /console/plans/<plan_id>/edit": Act(who="planner", on=submitted, sent=plan_form),
    "POST /console/plans/<plan_id>/copy": Act(who="planner", on=submitted),
    "POST /console/plans/<plan_id>/cancel": Act(
        who="planner", on=submitted, sent=saying(reason="任务调整")
    ),
    "POST /console/items/new": Act(
        who="admin",
        sent=saying(
            name="冷链检查",
            code="LL-1",
            standard="冷链规范",
            basis_ids="basis-1",
            list_version="2027",
            since="2027-01-01",
        ),
    ),
    "POST /console/items/bases": Act(
        who="admin",
        sent=saying(title="条例", article="第八条", text="应当……", valid_from="2020-01-01"),
    ),
    "POST /console/items/<item_id>": Act(
        who="admin", sent=saying(list_version="2027", since="2027-01-01")
    ),
    "POST /console/items/<item_id>/form": Act(
        who="admin",
        sent=lambda _whole, _who: {
            "name": "新表",
            "since": "2027-01-01",
            "title.1": "许可证",
            "content.1": "是否公示",
        },
    ),
    "POST /console/agencies/new": Act(
        who="platform",
        sent=saying(
            name="新局",
            abbr="新",
            region="370102",
            region_abbr="历下",
            phone="12345",
            supervision_phone="12345",
        ),
    ),
    "POST /console/agencies/<agency_id>": Act(
        who="platform", sent=saying(do="revoke", day="2027-01-01", reason="职能划转")
    ),
    "POST /console/enterprises/new": Act(who="platform", sent=saying(**FIRM, uscc=NEW_USCC)),
    "POST /console/enterprises/<uscc>": Act(who="platform", sent=saying(**FIRM)),
    "POST /console/enterprises/<uscc>/premises": Act(who="platform", sent=saying(**FIRM)),
    "POST /console/officers/new": Act(
        who="admin",
        sent=saying(
            name="钱进",
            kind="officer",
            unit="执法大队",
            id_number="370102199001011239",
            phone="13812345678",
        ),
    ),
    "POST /console/officers/<officer_id>": Act(
        who="admin",
        sent=saying(name="王建军", kind="officer", unit="二大队", reason="名字登记错了"),
    ),
    "POST /console/officers/<officer_id>/portrait": Act(who="admin", sent=a_face),
    "POST /console/officers/<officer_id>/certificates": Act(
        who="admin",
        sent=saying(
            number="15010109999", unit="大队", valid_from="2026-01-01", valid_to="2029-12-31"
        ),
    ),
    "POST /console/officers/<officer_id>/certificates/<certificate_id>/correct": Act(
        who="admin",
        sent=saying(unit="大队", valid_from="2026-01-01", valid_to="2030-12-31", reason="日期填错"),
    ),
    "POST /console/officers/<officer_id>/certificates/<certificate_id>/revoke": Act(
        who="admin", sent=saying(reason="调离")
    ),
    "POST /console/enterprises/<uscc>/premises/<premise_id>/close": Act(
        who=PLATFORM_ADMIN, sent=saying(reason="搬走了")
    ),
    "POST /console/enterprises/<uscc>/premises/<premise_id>/reopen": Act(
        who=PLATFORM_ADMIN, on=closed_place
    ),
    "POST /console/recusals/": Act(
        who="planner",
        sent=saying(officer_id=WANG, enterprise=OTHER_USCC, ground="亲属任职", until="2030-12-31"),
    ),
    "POST /console/recusals/<recusal_id>/end": Act(who="head", sent=saying(reason="不再任职")),
    "POST /n/<secret>/code": Act(who=NOBODY, sent=saying(channel="sms")),
    "POST /n/<secret>/enter": Act(who=NOBODY, sent=asked_code),
    "POST /portal/sign-in": Act(who=NOBODY, sent=saying(uscc=USCC, address=PHONE)),
    "POST /portal/sign-in/<ticket>": Act(who=NOBODY, on=asked_to_sign_in, sent=code_to_sign_in),
    "POST /portal/code/<premise_id>": Act(who=PHONE_OF, on=a_place_without_code),
    "POST /portal/inspections/<visit_id>/rating": Act(
        who=CLERK, on=another_visit, sent=saying(level="4", words="很快")
    ),
    "POST /console/rating-ledger/<entry_id>": Act(
        who="super", sent=saying(do="handle", text="已约谈")
    ),
    "POST /portal/upcoming/<announced_task_id>/time": Act(
        who=PHONE_OF, sent=saying(do="ask", slot="2026-11-25 am")
    ),
    "POST /console/times/<asked_task_id>": Act(
        who="planner", on=asked_for_a_time, sent=saying(do="agree")
    ),
    "POST /portal/requests/new": Act(
        who=CLERK,
        sent=lambda whole, _who: {
            "kind": "complaint",
            "visit": whole.ids["visit_id"],
            "category": "1",
            "text": "带走两箱饮料",
            "files": (io.BytesIO(PICTURE), "a.jpg"),
        },
    ),
    "POST /portal/inspections/<visit_id>/rectification": Act(
        who=CLERK,
        sent=lambda whole, _who: {
            "do": "report",
            "point": whole.ids["point"],
            "measure": "又换了一台",
        },
    ),
    "POST /console/requests/<ticket_id>": Act(
        who="head", sent=saying(outcome="rejected", answer="温度计有检定证书")
    ),
    "POST /console/rectifications/<visit_id>": Act(
        who="head",
        sent=lambda whole, _who: {"do": "check", "point": whole.ids["point"], "outcome": "fixed"},
    ),
    "POST /portal/reports": Act(
        who=PHONE_OF,
        on=opened,
        sent=lambda whole, _who: {"leave_out": whole.ids["visit_id"]},
    ),
    "POST /portal/reports/<report_id>/links": Act(who=PHONE_OF, sent=saying(days="7")),
    "POST /portal/reports/<report_id>/links/<link_id>/revoke": Act(who=PHONE_OF),
    "POST /r/<share>": Act(who=NOBODY),
    "POST /r/<share>/pdf": Act(who=NOBODY),
    "POST /portal/people": Act(
        who=PHONE_OF, sent=saying(name="小吴", capacity="会计", address="13800138222")
    ),
    "POST /portal/people/<contact_id>/remove": Act(who=PHONE_OF),
    "POST /portal/people/consent": Act(who=PHONE_OF, sent=saying(do="withdraw")),
    "POST /console/visits/<visit_id>/interview": Act(
        who="reader",
        sent=lambda whole, _who: {
            "day": local_day(whole.clock.now()).isoformat(),
            "begun": "10:00",
            "ended": "10:30",
            "place": "询问室",
            "recorder": "李秀英",
            "name": "林小满",
            "age": "34",
            "answers": "问：谁负责？\n答：我。",
        },
    ),
    "POST /console/visits/<visit_id>/sampling": Act(
        who="reader",
        sent=lambda whole, _who: {
            "form": "survey",
            "day": local_day(whole.clock.now()).isoformat(),
            "begun": "10:00",
            "ended": "10:30",
            "place": "后厨",
            "basis": "《食品安全法》第一百一十条",
            "found": "货架整齐。",
        },
    ),
    "POST /console/delivery/notices/<document_id>/paper": Act(
        who="admin",
        sent=lambda whole, _who: {
            "method": "direct",
            "outcome": "signed",
            "served_on": local_day(whole.clock.now()).isoformat(),
            "served_time": local_minute(whole.clock.now())[-5:],
            "place": "济南市历下区泉城路1号",
            "name": "林小满",
            "capacity": "店长",
        },
    ),
    "POST /portal/ways": Act(who=CLERK, sent=saying(sms="1")),
    "POST /portal/leave": Act(who=PHONE_OF),
    "POST /portal/notices/<document_id>/open": Act(who=PHONE_OF),
    "POST /portal/notices/<document_id>/refuse": Act(
        who=PHONE_OF, on=opened, sent=saying(why="另有异议")
    ),
    "POST /portal/notices/<document_id>/receipt": Act(
        who=PHONE_OF, on=opened, sent=saying(name="林小满", capacity="店长", strokes=STROKES)
    ),
}
