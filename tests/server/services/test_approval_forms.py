"""The approval form of every task of a filed plan (D1): numbered at once, drawn when wanted."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from server.clock import SetClock
from server.documents.kinds import DocumentKind
from server.jobs import sweeping
from server.models import Agency, AgencyType, Document, InspectionItem, Task, VisitCounter
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import approval_forms, documents
from server.work import Parts, open_work
from shared.content.hashing import content_hash
from shared.errors import NotFound
from shared.roles import Role
from tests.server.documents.reading import text_of
from tests.server.factories import County, add, agency, bearer, sign_in
from tests.server.planning import Desk


@pytest.fixture
def desk(client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> Desk:
    return Desk(client, parts, clock, county)


def forms(parts: Parts) -> list[Document]:
    with open_work(parts, SYSTEM) as work:
        return (
            work.session.query(Document)
            .filter_by(kind=DocumentKind.APPROVAL)
            .order_by(Document.number)
            .all()
        )


def test_every_task_of_a_filed_plan_has_a_form_with_a_number_of_its_own(
    desk: Desk, parts: Parts
) -> None:
    desk.filed(firms=2)
    made = forms(parts)

    assert [form.number.partition("〕")[2] for form in made if form.number] == ["0001号", "0002号"]
    with open_work(parts, SYSTEM) as work:
        tasks = {task.id: task.no for task in work.session.query(Task)}
    assert {form.subject_id: form.content["task"]["no"] for form in made} == tasks
    assert all(form.content_hash == content_hash(form.content) for form in made)


def test_the_form_says_who_submitted_who_approved_and_with_which_second_factor(
    desk: Desk, parts: Parts
) -> None:
    lab = agency("lab", region="370102", abbr="检测", type=AgencyType.ASSISTING)
    add(parts, [lab])
    other = desk.county.other_agency
    plan = desk.filed(joint_agency_ids=[other], assist_agency_ids=["lab"])
    (form,) = forms(parts)
    approval = form.content["approval"]

    assert form.content["plan"]["no"] == plan["no"]
    assert form.content["submitted"]["name"]
    assert approval["name"] != form.content["submitted"]["name"]
    assert approval["second_factor_at"] == "2026-07-01 09:00"
    assert [one["certificate_no"] for one in form.content["officers"]]
    assert form.content["items"][0]["bases"]
    assert form.content["enterprise"]["uscc"] == desk.county.usccs[0]
    assert form.content["task"]["frequency"]["agency_count"] == 0
    with open_work(parts, SYSTEM) as work:
        names = [work.session.get_one(Agency, id_).name for id_ in (other, "lab")]
    assert [*form.content["joint"], *form.content["assisting"]] == names


def test_the_form_of_an_off_site_check_names_no_place_and_its_task_has_no_code(
    desk: Desk, parts: Parts, client: FlaskClient
) -> None:
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(InspectionItem, desk.county.item).is_offsite = True
    plan = desk.draft(visit_type="offsite")
    assert plan["findings"] == []
    desk.submit(plan)
    desk.approve(plan)
    desk.file(plan)
    (task,) = client.get("/api/v1/tasks", headers=desk.head).json["tasks"]
    assert (task["visit_type"], task["code"]) == ("offsite", None)
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(Task, task["id"]).counts is False
        assert work.session.query(VisitCounter).one().scheduled == 0
    (form,) = forms(parts)
    drawn = text_of(client.get(f"/api/v1/documents/{form.id}/pdf", headers=desk.head).data)
    assert "检查方式非现场检查" in drawn
    assert "检查地点非现场检查，不入企" in drawn
    assert "入企理由" not in drawn


def test_nothing_is_drawn_until_somebody_wants_it(
    desk: Desk, parts: Parts, clock: SetClock, client: FlaskClient
) -> None:
    desk.filed()
    clock.move(timedelta(minutes=5))
    sweeping.drain(parts)
    (form,) = forms(parts)
    assert form.pdf_key is None

    listed = client.get(f"/api/v1/documents?task_id={form.subject_id}", headers=desk.planner).json
    assert [one["id"] for one in listed["documents"]] == [form.id]
    pdf = client.get(f"/api/v1/documents/{form.id}/pdf", headers=desk.head).data
    assert "行政检查审批表" in text_of(pdf)
    (form,) = forms(parts)
    assert form.pdf_key is not None


def test_a_list_is_of_a_visit_or_of_a_task(desk: Desk, client: FlaskClient) -> None:
    for asked in ("", "?visit_id=a&task_id=b"):
        assert client.get(f"/api/v1/documents{asked}", headers=desk.head).status_code == 422


def test_an_enterprise_learns_of_no_visit_to_come_from_it(desk: Desk, parts: Parts) -> None:
    desk.filed()
    (form,) = forms(parts)
    firm = Principal(
        kind=PrincipalKind.ENTERPRISE,
        id="contact",
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=desk.county.usccs[0],
    )

    with open_work(parts, firm) as work:
        assert documents.of_task(work, form.subject_id) == ()
        with pytest.raises(NotFound):
            documents.pdf(work, form.id)
        with pytest.raises(NotFound):
            approval_forms.of_task(work, form.subject_id)


def test_a_task_of_another_agency_has_no_form_for_me(desk: Desk, client: FlaskClient) -> None:
    desk.filed()
    (form,) = forms(desk.parts)
    other = bearer(sign_in(desk.parts, desk.county.other_head))

    assert client.get(f"/api/v1/documents/{form.id}", headers=other).status_code == 404


def test_more_forms_than_one_query_asks_for_are_all_made(
    desk: Desk, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approval_forms, "AT_ONCE", 1)
    desk.filed(firms=2)

    assert [form.content["enterprise"]["uscc"] for form in forms(parts)] == [*desk.county.usccs[:2]]
