"""A county in which one inspection happened, from plan to receipt: for tests that look everywhere.

What happens goes through the interface and the services, so that every table holds what they
really write. `ids` names one thing of the home agency for every argument an address may have.
"""

import hashlib
import io
import shutil
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from server import assembly, edge, founding
from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.models import (
    Device,
    DeviceStatus,
    Document,
    Enterprise,
    EvidenceFile,
    ImportFault,
    ImportRun,
    ImportState,
    MergeProposal,
    Officer,
    OutboxMessage,
    PlanFinding,
    PortalSession,
    Quarantine,
    RatingEntry,
    ReportLink,
    Task,
    TicketKind,
)
from server.principal import SYSTEM, Principal, PrincipalKind
from server.seed.faces import face
from server.services import bearer as bearers
from server.services import (
    complaints,
    compliance_reports,
    contacts,
    delivery,
    devices,
    documents,
    draws,
    enrolment,
    enterprise_codes,
    evidence,
    key_certificates,
    outbox,
    portraits,
    ratings,
    rectifications,
    recusals,
    report_links,
    system_clients,
    tickets,
    webhooks,
)
from server.services.bearer import Bearer
from server.services.contacts import ContactDraft
from server.services.outbox import TryOutcome
from server.work import Parts, open_work
from shared import tokens
from shared.certificates import key_id
from shared.content import problems
from shared.content.compliance import Period
from shared.events.kinds import EventKind
from shared.roles import Role
from shared.tokens import TokenType
from tests.server import drawing, lending, merging, sync_world
from tests.server.factories import LONG_AGO, County, add, bearer, person, principal, sign_in
from tests.server.planning import Desk
from tests.server.sync_world import HOME, STRANGER
from tests.server.telling import begin, finish
from tests.world import (
    FORM,
    HELPER,
    LI,
    NOON,
    OTHER_USCC,
    POINTS,
    USCC,
    WANG,
    Tablet,
    key,
)

OTHER_SYSTEM = "其他系统"
HOME_TABLET, FOREIGN_TABLET = "tablet-1", "tablet-9"
SECOND_TASK = "task-2"
PHOTO = "shop-front"
PHONE, EMAIL = "13800138000", "shop@example.test"
CLERKS_PHONE = "13800138111"
WINDOW = {"window_from": "2026-11-23", "window_to": "2026-11-30"}

PEOPLE: Mapping[Role, tuple[str, str]] = {
    Role.OFFICER: ("reader", "other-reader"),
    Role.PLANNER: ("planner", "other-planner"),
    Role.HEAD: ("head", "other-head"),
    Role.AGENCY_ADMIN: ("admin", "other-admin"),
    Role.SUPERVISION: ("super", "other-super"),
    Role.ASSESSOR: ("assessor", "other-assessor"),
}
"""Each role of an agency: who has it at home, and who in an agency of another region."""
PLATFORM_ADMIN = "platform"


@dataclass
class Whole:
    """The county, the app over it, and how to come in as anybody."""

    parts: Parts
    clock: SetClock
    app: Flask
    county: County
    ids: dict[str, str] = field(default_factory=dict)

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def person(self, person_id: str) -> dict[str, str]:
        """The header of a person's fresh token."""
        return bearer(sign_in(self.parts, person_id))

    def device(self, device_id: str) -> dict[str, str]:
        """The header of a tablet's fresh token."""
        return bearer(sync_world.token(self.parts, device_id))

    def system(self, agency_id: str) -> dict[str, str]:
        """The header of another system, let in for all there is of an agency."""
        return bearer(self.ids[f"system {agency_id}"])

    def browser(self, person_id: str) -> FlaskClient:
        """A browser in which a person has signed in to the console."""
        return self._browser("secret", sign_in(self.parts, person_id, kind=Bearer.WEB))

    def phone(self, whose: str) -> FlaskClient:
        """A browser in which an enterprise's contact entered a code; `whose` ends with the firm."""
        secret, kept = bearers.make(Bearer.PORTAL, self.parts.chance)
        now = self.clock.now()
        add(
            self.parts,
            [
                PortalSession(
                    id=self.parts.ids(),
                    token_hash=kept,
                    uscc=whose.split()[-1],
                    contact_id=self.ids[f"contact {whose}"],
                    created_at=now,
                    expires_at=now + timedelta(hours=2),
                )
            ],
        )
        return self._browser("portal_secret", secret)

    def _browser(self, place: str, secret: str) -> FlaskClient:
        client = self.client()
        with client.session_transaction() as cookie:
            cookie[place] = secret
        return client


@contextmanager
def happened(migrated: Path, folder: Path) -> Iterator[Whole]:
    """A whole county of one's own in `folder`, over a copy of the migrated one."""
    shutil.copytree(migrated, folder)
    settings = settings_of(folder)
    parts = assembly.assemble(settings, clock=SetClock(NOON))
    parts = replace(parts, engine=lending.lend(settings.database_url))
    yield happen(parts)
    lending.take_back(parts.engine)


@contextmanager
def happened_on(database_url: str, folder: Path) -> Iterator[Whole]:
    """The same in another database than SQLite's."""
    settings = settings_of(folder, MINGCHA_DATABASE_URL=database_url)
    parts = assembly.set_up(settings, clock=SetClock(LONG_AGO))
    founding.found(parts)
    yield happen(replace(parts, clock=SetClock(NOON)))
    parts.engine.dispose()


def settings_of(folder: Path, **more: str) -> Settings:
    return Settings.from_env(
        {
            "MINGCHA_DATA_DIR": str(folder),
            "MINGCHA_PUBLIC_URL": "http://mingcha.test",
            "MINGCHA_RATE_LIMITS": "off",
            **more,
        }
    )


@contextmanager
def copied(whole: Whole, folder: Path) -> Iterator[Whole]:
    """The same county once more, to change something in; the app is lent to it, which is quick."""
    shutil.copytree(whole.parts.settings.data_dir, folder)
    database = f"sqlite:///{folder / 'mingcha.db'}"
    settings = replace(whole.parts.settings, data_dir=folder, database_url=database)
    clock = SetClock(whole.clock.now())
    parts = assembly.assemble(settings, clock=clock)
    parts = replace(parts, engine=lending.lend(database))
    whole.app.extensions[edge.EXTENSION] = parts
    yield replace(whole, parts=parts, clock=clock, ids=dict(whole.ids))
    whole.app.extensions[edge.EXTENSION] = whole.parts
    lending.take_back(parts.engine)


def happen(parts: Parts) -> Whole:
    """Let it all happen, under a clock that stands at noon; a few minutes later it is done."""
    assert isinstance(parts.clock, SetClock)
    whole = Whole(parts, parts.clock, create_app(parts), _county(parts))
    whole.app.config["WTF_CSRF_ENABLED"] = False  # test_page_sessions.py is about it
    for act in (_contacts, _plan, _draws, _lists, _tablets, _visits, _told, _people_and_doors):
        act(whole)
    return whole


def _county(parts: Parts) -> County:
    sync_world.plant(parts, sync_world.task_row(), sync_world.task_row(SECOND_TASK))
    here = {
        id_: role for role, (id_, _) in PEOPLE.items() if id_ not in ("admin", "super", "reader")
    }
    there = {id_: role for role, (_, id_) in PEOPLE.items()}
    add(
        parts,
        [
            *(person(id_, role, agency=HOME) for id_, role in here.items()),
            *(
                person(id_, role, agency=STRANGER)
                for id_, role in there.items()
                if id_ not in ("other-admin", "other-super")
            ),
            person(PLATFORM_ADMIN, Role.PLATFORM_ADMIN, agency=None),
            Enterprise(
                uscc=OTHER_USCC, name="青岛海风餐饮有限公司", region="370202", as_of=LONG_AGO
            ),
        ],
    )
    return County(
        agency=HOME,
        other_agency=STRANGER,
        planner="planner",
        second_planner="planner",
        head="head",
        admin="admin",
        second_admin="admin2",
        supervisor="super",
        platform_admin=PLATFORM_ADMIN,
        assessor="assessor",
        officer_person="reader",
        other_planner="other-planner",
        other_head="other-head",
        other_admin="other-admin",
        other_supervisor="other-super",
        officers=(WANG, LI),
        assistant=HELPER,
        other_officer="officer-x",
        item="item-1",
        form=FORM,
        basis="basis-1",
        usccs=(USCC, USCC, USCC),
        premises=("premise-1", "premise-1", "premise-1"),
    )


def _contacts(whole: Whole) -> None:
    for uscc, phone in ((USCC, PHONE), (OTHER_USCC, "13800138999")):
        with open_work(whole.parts, SYSTEM) as work:
            draft = ContactDraft(name="林小满", capacity="店长", phone=phone, email=EMAIL)
            row = contacts.add(work, uscc, draft)
            work.session.flush()
            contacts.confirm(work, row.id, "paper")
            whole.ids[f"contact {uscc}"] = row.id


def _plan(whole: Whole) -> None:
    """A filed plan with its task, and one that waits for the head."""
    desk = Desk(whole.client(), whole.parts, whole.clock, whole.county)
    filed = desk.filed(**planned(whole.county))
    whole.ids["plan_id"] = filed["id"]
    submitted = desk.submitted(**planned(whole.county))
    whole.ids["submitted"] = submitted["id"]
    whole.ids["target_id"] = submitted["targets"][0]["id"]
    with open_work(whole.parts, SYSTEM) as work:
        finding = work.session.scalars(select(PlanFinding)).first()
        whole.ids["finding_id"] = finding.id if finding else "finding-1"
        of_plan = select(Task.id).where(Task.plan_id == filed["id"])
        whole.ids["planned_task_id"] = work.session.scalars(of_plan).one()
    for name in ("announced_task_id", "asked_task_id"):
        whole.ids[name] = whole.ids["planned_task_id"]
    whole.ids["task_id"] = sync_world.TASK
    whole.ids["uscc"], whole.ids["premise_id"] = USCC, "premise-1"
    whole.ids["item_id"], whole.ids["agency_id"] = "item-1", HOME


def _draws(whole: Whole) -> None:
    """A draw that was ended, and whose file is everybody's."""
    drawing.town(whole.parts, whole.county, 5, region=sync_world.REGION, officers=0)
    id_ = whole.ids["draw_id"] = drawing.frozen(whole.parts, whole.county, count=1)
    who = drawing.head(whole.county)
    drawing.does(whole.parts, who, lambda work: draws.void(work, id_, "名录有误"))


def _lists(whole: Whole) -> None:
    """A list that was brought in, and what lists are called in addresses."""
    whole.ids |= {"list kind": "items", "list name": "plans", "ending": "csv"}
    whole.ids["run_id"] = whole.parts.ids()
    now = whole.clock.now()
    run = ImportRun(
        id=whole.ids["run_id"],
        kind="enterprises",
        agency_id=HOME,
        by_id="admin",
        filename="名录.csv",
        file_sha256="0" * 64,
        source="年报",
        as_of=now,
        state=ImportState.REFUSED,
        rows=2,
        bad=1,
        created_at=now,
        alive_at=now,
        finished_at=now,
    )
    text = {"text_zh": "不能为空", "text_en": "Must not be empty"}
    add(whole.parts, [run, ImportFault(run_id=run.id, n=1, row=3, column="名称", **text)])


def planned(county: County) -> dict[str, Any]:
    """What is said of a plan in this county."""
    target = {
        "uscc": USCC,
        "premise_id": "premise-1",
        "officer_ids": list(county.officers),
        "assistant_count": 0,
        "reason_onsite": "后厨须现场查看",
    }
    return {**WINDOW, "targets": [target]}


def _tablets(whole: Whole) -> None:
    """One in use, one abroad, and one at home of which an administrator said that it is lost."""
    sync_world.enrolled(whole.parts, HOME_TABLET)
    with open_work(whole.parts, SYSTEM) as work:
        for device_id, agency in ((FOREIGN_TABLET, STRANGER), ("tablet-2", HOME)):
            row = Device(
                id=device_id,
                agency_id=agency,
                name=device_id,
                public_key=key(device_id).public,
                sealed_store_key="intl-1.sealed",
                status=DeviceStatus.ACTIVE,
                enrolled_at=work.now,
                lease_until=work.now + timedelta(days=7),
                last_device_seq=0,
                missing_seqs=[],
            )
            row.certificate = key_certificates.of_device(work, row)
            work.session.add(row)
    with open_work(whole.parts, principal("admin2", Role.AGENCY_ADMIN, agency=HOME)) as work:
        order = devices.propose_lost(work, "tablet-2", "在路上丢失")
        whole.ids["order_id"] = order.id
    whole.ids["device_id"] = "tablet-2"


def _visits(whole: Whole) -> None:
    """One as it should be, one in which nobody showed a credential, and an event nobody signed."""
    regular = sync_world.pad(whole.parts)
    picture = jpeg()
    with_a_photo(regular, picture)
    sync_world.push(whole.parts, regular.events)
    whole.ids["visit_id"] = regular.visit_id
    whole.ids["evidence_id"] = PHOTO
    whole.ids["upload_id"] = upload(whole, regular.visit_id, picture)
    irregular = sync_world.pad(whole.parts, visit=2, task_ids=(SECOND_TASK,))
    irregular.open()
    irregular.scan()
    irregular.answer("p1")
    sync_world.push(whole.parts, irregular.events)
    whole.ids["irregular"] = irregular.visit_id
    forged = {**irregular.draft(EventKind.LEFT, WANG, {}).raw, "sig": "A" * 86}
    sync_world.push(whole.parts, [forged])
    with open_work(whole.parts, SYSTEM) as work:
        whole.ids["quarantine_id"] = work.session.scalars(select(Quarantine.id)).one()
        file = work.session.get_one(EvidenceFile, PHOTO)
        whole.ids["link"] = whole.ids["file token"] = evidence.link(work, file)


def jpeg() -> bytes:
    """A small photograph."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#c03028").save(out, "JPEG")
    return out.getvalue()


def with_a_photo(tablet: Tablet, picture: bytes) -> None:
    """A lawful visit that found a problem, with a photo of it."""
    begin(tablet)
    digest = hashlib.sha256(picture).hexdigest()
    tablet.photo(PHOTO, point_id=POINTS[0], sha256=digest, size=len(picture))
    tablet.answer(POINTS[0], "nonconform", severity="rectify", note="冷柜温度 12 ℃")
    for point in POINTS[1:]:
        tablet.answer(point)
    finish(tablet)


def upload(
    whole: Whole, visit_id: str, sent: bytes, picture: bytes | None = None, name: str = PHOTO
) -> str:
    """Bring the photo, or its beginning, as a tablet does; returns the id of the upload."""
    picture = picture or sent
    told = told_of(visit_id, picture, name)
    reply = whole.client().post(
        "/api/v1/evidence/files",
        data=sent,
        headers={**whole.device(HOME_TABLET), **tus(told, len(picture))},
    )
    assert reply.status_code == 201, reply.json
    return reply.headers["Location"].rpartition("/")[2]


def told_of(visit_id: str, picture: bytes, name: str) -> dict[str, str]:
    """What is said of a file before it is sent."""
    return {
        "evidence_id": name,
        "visit_id": visit_id,
        "sha256": hashlib.sha256(picture).hexdigest(),
        "filename": "front.jpg",
        "filetype": "image/jpeg",
    }


def tus(told: Mapping[str, str], length: int) -> dict[str, str]:
    """The headers that announce a file and bring its first bytes."""
    pairs = (f"{name} {b64encode(value.encode()).decode()}" for name, value in told.items())
    return {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(length),
        "Upload-Metadata": ",".join(pairs),
        "Content-Type": "application/offset+octet-stream",
    }


def _told(whole: Whole) -> None:
    """The result reached one telephone; to the mail box it never came."""
    with open_work(whole.parts, SYSTEM) as work:
        result = work.session.scalars(select(Document).where(Document.kind == "result")).one()
        told = select(OutboxMessage).where(OutboxMessage.document_id == result.id)
        messages = {m.channel: m for m in work.session.scalars(told)}
        claimed = outbox.claim(work, messages["sms"].id)
        assert claimed is not None
        delivery.settle(work, claimed, TryOutcome.TAKEN)
        outbox.bury(messages["email"], work.now, "550")
        link = outbox.body_of(work, messages["sms"]).link
        documents.draw(work, result)
        whole.ids["message_id"] = messages["email"].id
        whole.ids["document_id"] = result.id
        whole.ids["secret"] = link.rpartition("/")[2]
        whole.ids["token"] = result.token or ""


def _people_and_doors(whole: Whole) -> None:
    with open_work(whole.parts, principal("admin", Role.AGENCY_ADMIN, agency=HOME)) as work:
        whole.ids["officer token"] = officer_code(whole)
        whole.ids["enterprise token"] = enterprise_codes.issue(work, "premise-1").token
        whole.ids["enrolment_id"] = enrolment.issue(work, WANG).enrolment_id
        row = contacts.add(
            work, USCC, ContactDraft(name="小周", capacity="店员", phone=CLERKS_PHONE)
        )
        contacts.confirm(work, row.id, "paper")
        whole.ids["contact_id"] = whole.ids[f"contact clerk {USCC}"] = row.id
        whole.ids["ticket"] = "A" * 24
    with open_work(whole.parts, SYSTEM) as work:
        for agency_id in (HOME, STRANGER):
            made = system_clients.make(
                work,
                name=OTHER_SYSTEM,
                agency_id=agency_id,
                scopes=system_clients.SCOPES,
                days=30,
            )
            whole.ids[f"system {agency_id}"] = made.secret
            if agency_id == HOME:
                client_id = made.client.id
    listener = replace(other_system(HOME), id=client_id)
    with open_work(whole.parts, listener) as work:
        kinds = tuple(webhooks.Told)
        subscribed = webhooks.subscribe(work, "https://credit.example.test/in", kinds)
        whole.ids["subscription_id"] = subscribed.row.id
        sent = complaints.Sent(no="12345-1", received_at=work.now, text="后厨有老鼠", uscc=USCC)
        whole.ids["complaint_id"] = complaints.take(work, sent).complaint.id
        above = replace(sent, no="12345-8", act="1")
        whole.ids["complaint_above"] = complaints.take(work, above).complaint.id
    _rated(whole)
    _asked(whole)
    _reported(whole)
    whole.ids["person_id"] = whole.county.planner
    whole.ids["officer_id"], whole.ids["certificate_id"] = WANG, f"certificate-{WANG}"
    with open_work(whole.parts, principal("head", Role.HEAD, agency=HOME)) as work:
        stake = recusals.declare(work, officer_id=WANG, uscc=OTHER_USCC, ground="亲属任职")
        whole.ids["recusal_id"] = stake.id
    whole.ids["rule_id"], whole.ids["key"] = "R26-01", "yearly_cap"
    whole.ids["year"] = "2026"
    whole.ids |= {"matter": "quarantine", "matter_id": whole.ids["quarantine_id"]}
    with open_work(whole.parts, SYSTEM) as work:
        wang = work.session.get_one(Officer, WANG)
        wang.photo_sha256 = portraits.store(work, face("王建国"))
        wang.person_id = whole.county.officer_person
        tasks = [work.session.get_one(Task, id_) for id_ in (sync_world.TASK, SECOND_TASK)]
    rows = merging.rows_of(whole.parts, *tasks, asked_by="super")
    add(whole.parts, rows)
    whole.ids["proposal_id"] = next(row.id for row in rows if isinstance(row, MergeProposal))


def other_system(agency_id: str) -> Principal:
    """Another system, as the edge knows it by its token."""
    return Principal(
        kind=PrincipalKind.SYSTEM,
        id="other-system",
        name=OTHER_SYSTEM,
        roles=frozenset({Role.ASSESSOR, Role.CLIENT}),
        agency_id=agency_id,
        scopes=frozenset(system_clients.SCOPES),
    )


def _rated(whole: Whole) -> None:
    """The inspection was rated bad."""
    with open_work(whole.parts, enterprise(whole)) as work:
        ratings.give(work, whole.ids["visit_id"], 1, "等了三个小时")
    with open_work(whole.parts, SYSTEM) as work:
        whole.ids["entry_id"] = work.session.scalars(select(RatingEntry.id)).one()


def _asked(whole: Whole) -> None:
    """The result was objected to, and a problem of it reported as put right, with a photo each."""
    visit_id = whole.ids["visit_id"]
    with open_work(whole.parts, SYSTEM) as work:
        result = work.session.get_one(Document, whole.ids["document_id"])
        (point,) = problems.to_rectify(result.content)
    with open_work(whole.parts, enterprise(whole)) as work:
        draft = tickets.Draft(
            kind=TicketKind.OBJECTION,
            text="温度计坏了",
            visit_id=visit_id,
            points=(point,),
            files=(jpeg(),),
        )
        whole.ids["ticket_id"] = tickets.put(work, draft).id
        rectifications.report(work, visit_id, point, "换了冷柜", (jpeg(),))
    whole.ids["point"], whole.ids["n"] = point, "0"


def _reported(whole: Whole) -> None:
    """A compliance report over a time before anybody came, and a link to it."""
    with open_work(whole.parts, enterprise(whole)) as work:
        period = Period(since=date(2026, 1, 1), until=date(2026, 6, 30))
        whole.ids["report_id"] = compliance_reports.make(work, period, ()).id
    with open_work(whole.parts, enterprise(whole)) as work:
        link = report_links.issue(work, whole.ids["report_id"], days=30, label="城关支行")
        whole.ids["share"] = link.rpartition("/")[2]
        work.session.flush()
        whole.ids["link_id"] = work.session.scalars(select(ReportLink.id)).one()


def enterprise(whole: Whole) -> Principal:
    """The owner, as the edge knows them after the code."""
    return Principal(
        kind=PrincipalKind.ENTERPRISE,
        id=whole.ids[f"contact {USCC}"],
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=USCC,
    )


def officer_code(whole: Whole) -> str:
    """What an officer's screen shows at the door."""
    now = int(whole.clock.now().timestamp())
    claims = {
        "officer": WANG,
        "task": sync_world.TASK,
        "device": HOME_TABLET,
        "iat": now,
        "exp": now + 300,
    }
    return tokens.make(TokenType.OFFICER, claims, key(WANG), key_id(key(WANG).public))
