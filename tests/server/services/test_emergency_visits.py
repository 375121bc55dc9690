from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Document, Task, Visit, VisitTask
from server.principal import SYSTEM
from server.services import approval_forms, late_approvals, rebuild
from server.services import documents as made_documents
from server.services.identity import SecondFactor
from server.work import Parts, open_work
from shared.errors import NotFound
from shared.events.kinds import EventKind as Kind
from shared.roles import Role
from tests.server.documents.reading import text_of
from tests.server.factories import add, person, principal
from tests.server.sync_world import Pad, pad, push
from tests.world import FORM, LI, NOON, POINTS, WANG

HEAD = principal("head", Role.HEAD, agency="agency-1", region="370102")


def emergency(parts: Parts, **other: Any) -> Pad:
    """Inspected first, scanned before leaving, with no task at all."""
    tablet = pad(parts, task_ids=())
    told = {
        "agency_id": "agency-1",
        "item_ids": ["item-1"],
        "forms": [{"id": FORM, "version": 2}],
        "reason": "emergency",
        "explanation": "群众举报正在排放",
        "oral_approver": "陈局长",
        "oral_approved_at": NOON.isoformat(),
        **other,
    }
    tablet.act(Kind.EMERGENCY_OPENED, **tablet.opened_payload(), **told)
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    for point in POINTS:
        tablet.answer(point)
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.scan(late_reason="emergency")
    tablet.leave()
    tablet.seal()
    return tablet


def visit(parts: Parts, tablet: Pad) -> Visit:
    with Session(parts.engine) as session:
        return session.get_one(Visit, tablet.visit_id)


def codes(parts: Parts, tablet: Pad) -> set[str]:
    return {said["code"] for said in visit(parts, tablet).irregularities}


def task_of(parts: Parts, tablet: Pad) -> Task:
    with Session(parts.engine) as session:
        return session.scalars(select(Task).where(Task.visit_id == tablet.visit_id)).one()


def approve(parts: Parts, task: Task) -> None:
    add(parts, [person("head", Role.HEAD, agency="agency-1")])
    with open_work(parts, HEAD) as work:
        proof = SecondFactor(person_id="head", at=work.now)
        late_approvals.approve(work, task.id, proof=proof, reason="情况属实")


def documents(parts: Parts) -> list[str]:
    with Session(parts.engine) as session:
        return list(session.scalars(select(Document.kind).order_by(Document.kind)))


def test_its_task_is_written_down_and_its_result_waits_for_the_head(planted: Parts) -> None:
    tablet = emergency(planted)
    push(planted, tablet.events)

    assert codes(planted, tablet) == {"approval_pending"}
    task = task_of(planted, tablet)
    assert (task.item_ids, task.oral_approver, task.counts) == (["item-1"], "陈局长", False)
    with Session(planted.engine) as session:
        assert session.scalars(select(VisitTask.task_id)).all() == [task.id]
    assert documents(planted) == []

    approve(planted, task)

    assert codes(planted, tablet) == set()
    assert documents(planted) == ["approval", "checklist", "notice", "record", "result"]
    assert task_of(planted, tablet).status in ("finalised", "notified")


def test_the_approval_afterwards_has_its_form_with_who_asked_and_what_was_said(
    planted: Parts,
) -> None:
    tablet = emergency(planted)
    push(planted, tablet.events)
    task = task_of(planted, tablet)
    with open_work(planted, HEAD) as work, pytest.raises(NotFound):
        approval_forms.of_task(work, task.id)

    approve(planted, task)

    with open_work(planted, HEAD) as work:
        form = approval_forms.of_task(work, task.id)
        drawn = text_of(made_documents.pdf(work, form.id).data)
    assert form.content["approval"]["reason"] == "情况属实"
    assert form.content["task"]["urgent"]["oral_approver"] == "陈局长"
    assert form.content["submitted"]["name"] in drawn
    assert [one["code"] for one in form.content["items"]]
    assert len(form.content["officers"]) == 2
    for said in ("行政检查审批表", "陈局长", "口头批准", "情况属实", "群众举报正在排放"):
        assert said in drawn, said
    assert "逾期" not in drawn


def test_a_rebuild_finds_the_task_and_makes_no_second_one(planted: Parts) -> None:
    tablet = emergency(planted)
    push(planted, tablet.events[:5])
    push(planted, tablet.events[5:])
    push(planted, tablet.events)

    with open_work(planted, SYSTEM) as work:
        assert list(rebuild.differences(work, [tablet.visit_id])) == []
    task_of(planted, tablet)  # there is exactly one


def test_before_the_scan_nobody_knows_whom_it_is_at(planted: Parts) -> None:
    tablet = emergency(planted)
    push(planted, tablet.events[:-3])

    with Session(planted.engine) as session:
        of_visit = select(Task).where(Task.visit_id == tablet.visit_id)
        assert session.scalars(of_visit).all() == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"item_ids": ["item-unpublished"]}, "item_not_published"),
        ({"agency_id": "agency-2"}, "task_of_other_agency"),
    ],
)
def test_an_emergency_is_no_way_around_the_published_list(
    planted: Parts, told: dict[str, Any], code: str
) -> None:
    tablet = emergency(planted, **told)
    push(planted, tablet.events)

    assert code in codes(planted, tablet)
