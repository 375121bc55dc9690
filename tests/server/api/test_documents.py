"""Documents and dead letters as other systems see them."""

from hashlib import sha256
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from server.clock import SetClock
from server.models import Document, NoticeState
from server.principal import SYSTEM
from server.services import delivery, outbox
from server.services.outbox import TryOutcome
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.documents.reading import attachment, text_of
from tests.server.factories import add, agency, bearer, person, sign_in
from tests.server.telling import AGENCY, Scene, scene
from tests.world import NOON

Headers = dict[str, str]


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    made = scene(parts)
    add(
        parts,
        [
            agency("agency-2", region="370202", abbr="应急"),
            person("admin", Role.AGENCY_ADMIN, agency=AGENCY),
            person("stranger", Role.AGENCY_ADMIN, agency="agency-2"),
        ],
    )
    return made


@pytest.fixture
def document(town: Scene) -> Document:
    return town.told()


@pytest.fixture
def admin(town: Scene) -> Headers:
    return bearer(sign_in(town.parts, "admin"))


@pytest.fixture
def stranger(town: Scene) -> Headers:
    return bearer(sign_in(town.parts, "stranger"))


def test_the_documents_of_a_visit_are_listed_to_its_agency_alone(
    client: FlaskClient, document: Document, admin: Headers, stranger: Headers
) -> None:
    path = f"/api/v1/documents?visit_id={document.visit_id}"

    found = client.get(path, headers=admin).json["documents"]
    assert [one["kind"] for one in found] == [
        "notice",
        "record",
        "result",
        "checklist",
        "order",
        "recordings",
    ]
    assert client.get(path, headers=stranger).json["documents"] == []


def test_a_document_says_what_was_signed(
    client: FlaskClient, document: Document, admin: Headers
) -> None:
    reply = client.get(f"/api/v1/documents/{document.id}", headers=admin)

    assert reply.json["number"] == document.number
    assert reply.json["content"] == document.content
    assert reply.json["content_hash"] == document.content_hash


def test_the_pdf_is_drawn_on_demand_and_is_the_same_ever_after(
    client: FlaskClient, document: Document, admin: Headers
) -> None:
    path = f"/api/v1/documents/{document.id}/pdf"
    first, second = client.get(path, headers=admin), client.get(path, headers=admin)

    assert first.status_code == 200
    assert first.data == second.data
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.headers["Content-Disposition"].startswith("attachment;")
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["ETag"] == f'"{sha256(first.data).hexdigest()}"'


def test_the_pdf_holds_number_findings_bases_remedies_and_hash(
    client: FlaskClient, document: Document, admin: Headers
) -> None:
    pdf = client.get(f"/api/v1/documents/{document.id}/pdf", headers=admin).data
    text = text_of(pdf)

    for said in (
        document.number or "",
        "冷柜温度12℃",
        "《中华人民共和国食品安全法》第三十三条",
        document.content["remedies"],
        document.content_hash,
        "期限至2026年12月14日",
        "现场临时编号：T-tablet-1-1",
        f"第1页共{len(PdfReader(BytesIO(pdf)).pages)}页",
    ):
        assert said in text
    assert sha256(attachment(pdf)).hexdigest() == document.content_hash


def test_a_pdf_whose_file_is_gone_is_drawn_again_without_its_seal(
    client: FlaskClient, town: Scene, document: Document, admin: Headers
) -> None:
    path = f"/api/v1/documents/{document.id}/pdf"
    first = client.get(path, headers=admin).data
    for file in (town.parts.settings.data_dir / "objects").rglob("*"):
        if file.is_file():
            file.unlink()

    again = client.get(path, headers=admin).data
    assert again
    assert first.startswith(again)


def test_a_foreign_agency_finds_no_document(
    client: FlaskClient, document: Document, stranger: Headers
) -> None:
    for path in (document.id, f"{document.id}/pdf"):
        assert client.get(f"/api/v1/documents/{path}", headers=stranger).status_code == 404


def kill_messages(town: Scene) -> None:
    for message in town.messages():
        with open_work(town.parts, SYSTEM) as work:
            claimed = outbox.claim(work, message.id)
            assert claimed is not None
            delivery.settle(work, claimed, TryOutcome.NEVER_TAKEN, "smtp=550")


def test_dead_letters_are_shown_masked_and_sent_anew(
    client: FlaskClient, town: Scene, admin: Headers, stranger: Headers
) -> None:
    town.contact()
    document = town.told()
    kill_messages(town)

    (letter,) = client.get("/api/v1/deliveries/dead", headers=admin).json["messages"]
    assert letter["number"] == document.number
    assert letter["masked_address"] in ("138****8000", "s***@example.test")
    assert client.get("/api/v1/deliveries/dead", headers=stranger).json["messages"] == []

    path = f"/api/v1/deliveries/{letter['id']}/retry"
    assert client.post(path, headers=stranger).status_code == 404
    assert client.post(path, headers=admin).json["state"] == "waiting"
    assert client.post(path, headers=admin).status_code == 409


def test_a_notice_that_reached_nobody_is_announced_to_a_new_contact(
    client: FlaskClient, town: Scene, document: Document, admin: Headers
) -> None:
    (notice,) = client.get("/api/v1/deliveries/undelivered", headers=admin).json["notices"]
    assert (notice["document_id"], notice["why"]) == (document.id, "no_confirmed_contact")
    town.contact()

    path = f"/api/v1/deliveries/notices/{document.id}/announce"
    assert client.post(path, headers=admin).json == {"messages": 2}
    assert town.notice(document).state == NoticeState.QUEUED
