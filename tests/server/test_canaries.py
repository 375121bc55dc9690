"""Distinctive secrets go through a whole inspection; afterwards they stand nowhere in clear.

Looked at: every row of every table, every byte of the data folder (SQLite's file and its log of
writes among them), every line any logger was handed, before the filter that is only the last net.
"""

import hashlib
import json
import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pyotp
import pytest

from server import assembly, founding
from server.clock import SetClock
from server.jobs import sweeping
from server.models import HolidayYear
from server.services import contacts, people
from server.services.contacts import ContactDraft
from server.services.people import Added
from server.work import Parts, open_work
from shared import base64url
from shared import enrolment as enrolments
from shared.roles import Role
from tests.server import sync_world
from tests.server.acts import ACTS, STROKES
from tests.server.documents.reading import text_of
from tests.server.everything import rows
from tests.server.factories import LONG_AGO, add, principal
from tests.server.sync_world import HOME
from tests.server.walking import calls
from tests.server.whole import Whole, happen, settings_of
from tests.servers import Cluster, Mailbox, smtp_server
from tests.world import NOON, USCC

ID_NUMBER = "370102198703158473"
PHONES = {"an officer's phone": "13987654321", "a contact's phone": "18612345679"}
EMAIL = "canary.bird@cage.example"
PASSWORDS = {"a password": "canary-yellow-电池-1", "a wrong password": "canary-wrong-password-2"}
OFFICER, CONTACT, SIGNER = "钱金雀", "林翠鸟", "孙画眉"
# Names are no secrets, but stand only where they are needed.
NAMES: Mapping[str, tuple[str, frozenset[str]]] = {
    "an officer": (OFFICER, frozenset({"officer", "sync_object", "sync_object_version"})),
    "a contact": (CONTACT, frozenset({"contact"})),
    "who signed the receipt": (SIGNER, frozenset({"receipt_of_notice", "document"})),
}
WHY_THERE: Mapping[str, str] = {
    "officer": "who they are",
    "sync_object": "their card, which they show at the door",
    "sync_object_version": "the card as it was when it was shown",
    "contact": "whom to ask for",
    "receipt_of_notice": "who took it, which the receipt proves (R61)",
    "document": "who took it, which the proof of service says (D9)",
}
# Loggers of the mail server and the event loop that this test itself starts.
OF_THE_TEST = ("mail", "asyncio", "aiosmtpd", "hypothesis")


@dataclass
class Lines(logging.Handler):
    """Every finished line of every logger, unfiltered."""

    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(OF_THE_TEST):
            self.said.append(self.format(record))

    __hash__ = object.__hash__


@contextmanager
def listening() -> Iterator[Lines]:
    root, handler = logging.getLogger(), Lines()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@dataclass(frozen=True)
class Aftermath:
    """What is left when all has happened: the server's parts, what was secret, what was logged."""

    parts: Parts
    secrets: Mapping[str, str]
    said: bytes


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def after(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Aftermath]:
    more = {}
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres_cluster")
        more["MINGCHA_DATABASE_URL"] = cluster.url(cluster.create_database())
    # It listens before the engine is made, which asks then whether to speak.
    with listening() as lines, smtp_server() as mailbox:
        more["MINGCHA_SMTP_URL"] = f"smtp://{mailbox.host}:{mailbox.port}"
        folder = tmp_path_factory.mktemp("canaries")
        settings = replace(settings_of(folder / "data", **more), sms_dir=folder / "sms")
        parts = assembly.set_up(settings, clock=SetClock(LONG_AGO))
        founding.found(parts)
        parts = replace(parts, clock=SetClock(NOON))
        secrets = planted(happen(parts), mailbox)
        yield Aftermath(parts, secrets, "\n".join(lines.said).encode())
        parts.engine.dispose()


def planted(whole: Whole, mailbox: Mailbox) -> dict[str, str]:
    """Everything that must not be found, by what it is, after it was really used."""
    secrets = {"an ID number": ID_NUMBER, "an e-mail": EMAIL, **PHONES, **PASSWORDS}
    secrets |= of_an_officer(whole)
    secrets |= of_a_person(whole)
    secrets |= of_a_tablet(whole)
    secrets |= of_a_notice(whole, mailbox)
    return secrets


def of_an_officer(whole: Whole) -> dict[str, str]:
    form = {"name": OFFICER, "kind": "officer", "unit": "大队", "id_number": ID_NUMBER}
    admin = whole.browser("admin")
    said = {**form, "phone": PHONES["an officer's phone"]}
    assert admin.post("/console/officers/new", data=said).status_code == 303
    again = admin.post("/console/officers/new", data=said)  # refused, and not written down either
    assert again.status_code == 422
    return {}


def of_a_person(whole: Whole) -> dict[str, str]:
    """A head is added, mistypes the password, signs in both ways, and comes with a bad token."""
    added = head(whole)
    secret = pyotp.parse_uri(added.otpauth).secret
    totp = pyotp.TOTP(secret)
    told = {"username": "canary", "password": PASSWORDS["a wrong password"]}
    api = whole.client()
    assert api.post("/api/v1/auth/login", json=told).status_code == 401
    whole.clock.move(timedelta(seconds=30))
    said = {"username": "canary", "password": PASSWORDS["a password"]}
    reply = api.post("/api/v1/auth/login", json={**said, "totp": totp.at(whole.clock.now())})
    assert reply.status_code == 200, reply.json
    whole.clock.move(timedelta(seconds=30))
    browser = whole.client()
    page = browser.post("/console/login", data={**said, "totp": totp.at(whole.clock.now())})
    assert page.status_code == 303
    with browser.session_transaction() as cookie:
        console = str(cookie["secret"])
    bad = "mcp_" + "c4nary" * 8
    headers = {"Authorization": f"Bearer {bad}"}
    assert api.get("/api/v1/plans", headers=headers).status_code == 401
    return {
        "a TOTP secret": secret,
        "a token": reply.json["token"],
        "a console session": console,
        "a token nobody gave": bad,
    }


def head(whole: Whole) -> Added:
    with open_work(whole.parts, principal("admin", Role.AGENCY_ADMIN, agency=HOME)) as work:
        return people.add(
            work,
            agency_id=HOME,
            username="canary",
            name="某负责人",
            roles=[Role.HEAD],
            password=PASSWORDS["a password"],
        )


def of_a_tablet(whole: Whole) -> dict[str, str]:
    known = {call.name: call for call in calls(whole.app)}
    issued = whole.client().post(
        "/api/v1/devices/enrolments",
        json={"officer_id": "officer-li"},
        headers=whole.person("admin"),
    )
    name = "POST /api/v1/devices/enrol"
    assert ACTS[name].done(whole, known[name]).status_code == 201
    name = "POST /api/v1/auth/device-token"
    token = ACTS[name].done(whole, known[name])
    return {
        "an enrolment code": enrolments.decode(issued.json["text"]).code,
        "an enrolment code that was used": whole.ids["code"][36:],
        "a tablet's token": token.json["access_token"],
    }


def of_a_notice(whole: Whole, mailbox: Mailbox) -> dict[str, str]:
    """A contact is named and confirmed, a second visit told, delivered, opened and receipted."""
    with open_work(whole.parts, principal("admin", Role.AGENCY_ADMIN, agency=HOME)) as work:
        contacts.remove(work, whole.ids[f"contact {USCC}"])
        draft = ContactDraft(name=CONTACT, phone=PHONES["a contact's phone"], email=EMAIL)
        row = contacts.add(work, USCC, draft)
        work.session.flush()
        contacts.confirm(work, row.id, "paper")
    visit = sync_world.pad(whole.parts, visit=8)
    visit.clean_visit()
    sync_world.push(whole.parts, visit.events)
    whole.ids["told"] = ruled_lawful(whole, visit.visit_id)
    sweeping.drain(whole.parts)
    link = text_of_mail(mailbox).partition("/n/")[2].split()[0]
    phone = whole.client()
    assert phone.get(f"/n/{link}").status_code == 200
    assert phone.post(f"/n/{link}/code", data={"channel": "sms"}).status_code == 303
    sweeping.drain(whole.parts)
    code = code_in(whole)
    assert phone.post(f"/n/{link}/enter", data={"code": "000000"}).status_code == 422
    entered = phone.post(f"/n/{link}/enter", data={"code": code})
    assert entered.status_code == 303, entered.get_data(as_text=True)
    at = entered.headers["Location"]
    assert phone.post(f"{at}/open").status_code == 303
    receipt = {"name": SIGNER, "capacity": "店长", "strokes": STROKES}
    assert phone.post(f"{at}/receipt", data=receipt).status_code == 303
    with phone.session_transaction() as cookie:
        portal = str(cookie["portal_secret"])
    return {"a notice's link": link, "a verification code": code, "a portal session": portal}


def ruled_lawful(whole: Whole, visit_id: str) -> str:
    """The task was visited before, so supervision has its say; then the result is told."""
    reply = whole.client().post(
        f"/api/v1/visits/{visit_id}/ruling",
        json={"decision": "ratify", "reason": "补充检查"},
        headers=whole.person("super"),
    )
    assert reply.status_code == 200, reply.json
    return visit_id


def text_of_mail(mailbox: Mailbox) -> str:
    (mail,) = (message for message in mailbox.messages if message["To"] == EMAIL)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_in(whole: Whole) -> str:
    folder = whole.parts.settings.sms_dir
    assert folder is not None
    texts = [json.loads(file.read_text())["text"] for file in folder.glob("*.json")]
    (said,) = (each for each in texts if "【明察】验证码" in each)
    return next(word for word in spaced(said).split() if len(word) == 6)


def spaced(said: str) -> str:
    """Only the digits, and gaps between them."""
    return "".join(letter if letter.isdigit() else " " for letter in said)


def spellings(secret: str) -> Iterator[bytes]:
    """Ways in which something might stand there that is not the clear text, and is as good."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    yield b64encode(raw).rstrip(b"=")
    yield base64url.encode(raw).encode()
    yield json.dumps(secret).strip('"').encode()


def guessable(secret: str) -> bytes:
    """A plain hash of what has few possibilities is found by trying them all."""
    return hashlib.sha256(secret.encode()).hexdigest().encode()


def of_tables(parts: Parts) -> dict[str, bytes]:
    return {name: b"\n".join(map(as_bytes, found)) for name, found in rows(parts.engine).items()}


def as_bytes(row: tuple[object, ...]) -> bytes:
    cells = (cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    return b"\t".join(cells)


def of_files(parts: Parts) -> dict[str, bytes]:
    """Every file of the data folder but the keys; a document's text beside its bytes."""
    settings = parts.settings
    files = (path for path in settings.data_dir.rglob("*") if path.is_file())
    read = {
        str(path.relative_to(settings.data_dir)): path.read_bytes()
        for path in files
        if not path.is_relative_to(settings.secrets_dir)
    }
    drawn = {name: text_of(raw).encode() for name, raw in read.items() if raw[:5] == b"%PDF-"}
    return {**read, **{f"text of {name}": said for name, said in drawn.items()}}


def test_what_is_secret_stands_nowhere_in_clear(after: Aftermath) -> None:
    assert len(set(after.secrets.values())) == len(after.secrets)
    everywhere = {"the log": after.said, **of_tables(after.parts), **of_files(after.parts)}
    of_few = {ID_NUMBER, EMAIL, *PHONES.values(), *PASSWORDS.values()}
    found = [
        (what, place)
        for what, secret in after.secrets.items()
        for place, there in everywhere.items()
        if is_there(what, secret, there) or (secret in of_few and guessable(secret) in there)
    ]
    assert found == []


def is_there(what: str, secret: str, there: bytes) -> bool:
    # Six digits turn up by chance in any number; the code must not stand alone.
    if what == "a verification code":
        words = spaced(there.decode("utf-8", "replace")).split()
        return secret in words or guessable(secret) in there
    return any(spelling in there for spelling in spellings(secret))


def test_names_stand_only_where_they_are_needed(after: Aftermath) -> None:
    tables = of_tables(after.parts)
    for who, (name, allowed) in NAMES.items():
        spelled = (name.encode(), json.dumps(name).strip('"').encode())
        there = {table for table, held in tables.items() if any(s in held for s in spelled)}
        assert there == set(allowed), who
    assert {table for _, allowed in NAMES.values() for table in allowed} == set(WHY_THERE)


def test_no_name_and_no_key_is_in_any_log(after: Aftermath) -> None:
    assert after.said, "something is logged at all"
    for name, _ in NAMES.values():
        assert name.encode() not in after.said
    tables = of_tables(after.parts)
    for key in keys_of(after.parts):
        for spelling in (base64url.encode(key).encode(), key.hex().encode(), b64encode(key)):
            assert spelling not in after.said
            assert all(spelling not in held for held in tables.values())


def keys_of(parts: Parts) -> Iterator[bytes]:
    kept = parts.secrets
    yield from (kept.flask, kept.blind_index, kept.cursor)
    yield from kept.field_keys.values()
    yield from kept.signing_seeds.values()


def test_the_search_would_find_them(after: Aftermath) -> None:
    """A canary that is really there is seen: in a table, and in SQLite's own files."""
    told = "a bird that is meant to be seen"
    row = HolidayYear(
        year=1999,
        version=1,
        off=[],
        work=[],
        source=told,
        as_of=LONG_AGO,
        recorded_at=LONG_AGO,
        recorded_by="x",
    )
    add(after.parts, [row])
    assert any(told.encode() in held for held in of_tables(after.parts).values())
    if after.parts.engine.dialect.name == "sqlite":
        assert any(told.encode() in held for held in of_files(after.parts).values())
