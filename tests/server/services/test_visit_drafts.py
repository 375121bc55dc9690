"""The papers that go with a visit: which it calls for, what they quote, what replaces them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from server.clock import SetClock
from server.documents.kinds import DocumentKind
from server.models import Document, NoticeReceipt, Plan, PlanTarget, SyncObjectVersion
from server.principal import SYSTEM
from server.services import (
    documents,
    notices,
    receipts_of_notices,
    rectification_reports,
    results,
    service_proofs,
    visit_contents,
)
from server.services.documents import Standing
from server.work import Parts, open_work
from shared.content import problems
from shared.content.hashing import content_hash
from shared.content.report import PutRight
from shared.errors import NotFound
from shared.events.kinds import EventKind
from shared.roles import Role
from tests.server.documents.reading import attachment, text_of
from tests.server.factories import LONG_AGO, add, enterprise, person
from tests.server.services.test_site_contacts import given as given_contact
from tests.server.sync_world import task_row
from tests.server.telling import AGENCY, NamingTablet, Scene, begin, clean, finish, scene
from tests.world import NOON, OTHER_USCC, POINTS, TASK, USCC, Tablet, task

STROKES = [[[100, 100, 0], [500, 480, 90]]]


class Rechecking(NamingTablet):
    """Sent on a task that looks at what was ordered, which is what version 2 of it says."""

    def opened_payload(self) -> dict[str, Any]:
        told = super().opened_payload()
        named = [
            {**one, "version": 2} if one["kind"] == "task" else one for one in told["references"]
        ]
        return {**told, "references": named}


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    return scene(parts)


def papers(town: Scene, visit_id: str) -> dict[str, Document]:
    with open_work(town.parts, SYSTEM) as work:
        return {row.kind: row for row in documents.of_visit(work, visit_id)}


def test_each_paper_says_what_it_was_made_of_and_whose_signature_it_quotes(town: Scene) -> None:
    visit_id = town.seal()
    town.tell(visit_id)
    made, events = (
        papers(town, visit_id),
        {e.kind: e for e in town.folded(visit_id).material.ordered},
    )
    result = made["result"]

    for kind in ("checklist", "order", "recordings"):
        row = made[kind]
        assert content_hash(row.content) == row.content_hash
        assert row.content["made_of"] == {
            "events": len(town.folded(visit_id).material.ordered),
            "head": events[EventKind.SEALED].hash,
            "record": made["record"].content_hash,
            "result": result.content_hash,
        }
    marks = {kind: made[kind].particulars["officers"][0]["mark"] for kind in made}
    assert marks["order"] == f"结果告知电子签名 {events[EventKind.RESULT_GIVEN].hash[:16]}"
    assert marks["checklist"] == f"笔录电子签名 {events[EventKind.RECORD_READ].hash[:16]}"
    assert made["order"].particulars["party"]["strokes"] == []
    assert made["checklist"].particulars["party"]["strokes"]
    assert made["order"].particulars["rectify_by"] == "2026-12-14"
    (photo,) = made["recordings"].content["evidence"]
    assert (photo["officer"], photo["device_id"]) == ("王建国", "tablet-1")


def test_an_order_can_be_read_by_its_enterprise_and_verified_by_anybody(town: Scene) -> None:
    town.contact()
    visit_id = town.seal()
    town.tell(visit_id)
    order = papers(town, visit_id)["order"]

    with open_work(town.parts, town.reader()) as work:
        pdf = documents.pdf(work, order.id).data
    with open_work(town.parts, SYSTEM) as work:
        found = documents.verify(work, documents.code(work, order))

    assert "责令限期改正通知书" in text_of(pdf)
    assert content_hash(order.content) == order.content_hash
    assert order.number in text_of(pdf)
    assert attachment(pdf)
    assert (found.title.zh, found.standing) == ("责令限期改正通知书", Standing.CURRENT)
    assert found.seal is not None
    assert found.seal.is_trusted


def test_a_clean_visit_has_a_checklist_and_no_order(town: Scene) -> None:
    visit_id = town.seal(clean)
    town.tell(visit_id)

    assert set(papers(town, visit_id)) == {"notice", "record", "result", "checklist"}


def test_every_hand_over_has_a_letter_that_the_enterprise_does_not_find(town: Scene) -> None:
    town.contact()

    def handed_over(tablet: Tablet) -> None:
        begin(tablet)
        for point in POINTS:
            tablet.answer(point)
        for to in ("区公安分局", "区消防救援大队"):
            tablet.act(EventKind.TRANSFERRED, to=to, why="不属于本机关管辖")
        finish(tablet)

    visit_id = town.seal(handed_over)
    town.tell(visit_id)
    town.tell(visit_id)  # as a ruling might

    with open_work(town.parts, SYSTEM) as work:
        letters = [row for row in documents.of_visit(work, visit_id) if row.kind == "transfer"]
    assert [(row.number, row.content["to"]) for row in letters] == [
        ("历下市监检移〔2026〕0001号", "区公安分局"),
        ("历下市监检移〔2026〕0002号", "区消防救援大队"),
    ]
    with open_work(town.parts, town.reader()) as work:
        assert "transfer" not in {row.kind for row in documents.of_visit(work, visit_id)}
        with pytest.raises(NotFound):
            documents.pdf(work, letters[0].id)


def test_a_newer_result_replaces_an_order_it_no_longer_calls_for(town: Scene) -> None:
    visit_id = town.seal()
    town.tell(visit_id)
    order = papers(town, visit_id)["order"]
    folded = town.folded(visit_id)
    signed = visit_contents.of_visit(folded)
    changed = {**signed[DocumentKind.RESULT].content, "problems": []}
    each = replace(signed[DocumentKind.RESULT], content=changed, hash=content_hash(changed))

    with open_work(town.parts, SYSTEM) as work:
        newer = results.tell_signed(work, folded, {**signed, DocumentKind.RESULT: each})

    with open_work(town.parts, SYSTEM) as work:
        found = documents.verify(work, documents.code(work, order))
        assert (found.standing, found.replaced_by) == (Standing.SUPERSEDED, newer.number)
        assert service_proofs.enclosed(work, newer) == ()


def test_a_receipt_covers_the_order_and_makes_one_proof_of_both(town: Scene) -> None:
    town.contact()
    result = town.told()
    with open_work(town.parts, town.reader()) as work:
        notices.open_(work, result.id)
    for _ in range(2):
        with open_work(town.parts, town.reader()) as work:
            receipt = receipts_of_notices.sign(
                work, result.id, name="林小满", capacity="店长", strokes=STROKES
            )

    with open_work(town.parts, town.reader()) as work:
        shown = [one.kind for one in notices.read(work, result.id).enclosed]
    assert shown == ["order"]
    made = papers(town, result.visit_id or "")
    order, proof = made["order"], made["service"]
    assert [one["number"] for one in receipt.signed_object["enclosed"]] == [order.number]
    assert [(one["title"], one["number"]) for one in proof.content["documents"]] == [
        ("行政检查结果告知书", result.number),
        ("责令限期改正通知书", order.number),
    ]
    assert proof.content["documents"][1]["content_hash"] == order.content_hash
    assert (proof.content["method"], proof.number) == ("electronic", "历下市监检达〔2026〕0001号")
    assert proof.content["opened_at"] == "2026-11-23 12:00"
    assert proof.particulars["party"]["strokes"] == STROKES
    assert (proof.subject_id, town.count(NoticeReceipt)) == (receipt.id, 1)


@pytest.mark.parametrize("outcome", ["signed", "refused", "absent"])
def test_a_result_given_on_the_spot_is_proven_as_it_was_taken(town: Scene, outcome: str) -> None:
    given = {
        "signed": {"name": "周老板", "capacity": "店长", "strokes": STROKES},
        "refused": {"reason": "不同意结论", "witness": "刘见证"},
        "absent": {"reason": "已离开", "witness": "刘见证"},
    }[outcome]

    def told_there(tablet: Tablet) -> None:
        begin(tablet)
        for point in POINTS:
            tablet.answer(point)
        tablet.read_out()
        tablet.sign()
        payload = tablet.result_payload()
        taken = {"content_hash": payload["content_hash"], "outcome": outcome, **given}
        contact = given_contact(town.parts)
        tablet.act(EventKind.RESULT_GIVEN, **payload, acknowledgement=taken, contact=contact)
        tablet.leave()
        tablet.seal()

    visit_id = town.seal(told_there)
    town.tell(visit_id)
    made = papers(town, visit_id)
    proof = made.get("service")

    assert made["record"].particulars["contact"] == {
        "name": "小张",
        "capacity": "店长",
        "phone": "139****5678",
    }
    if outcome == "absent":
        assert proof is None
        return
    assert proof is not None
    assert proof.content["method"] == {"signed": "direct", "refused": "leaving"}[outcome]
    assert proof.content["place"] == "历下区泉城路1号"
    assert proof.content["recipient"]["outcome"] == outcome
    assert proof.content["recipient"]["witness"] == given.get("witness", "")
    assert len(proof.content["documents"]) == 1


def report(town: Scene, result: Document, measure: str) -> None:
    """The enterprise tells what it did."""
    with open_work(town.parts, town.reader()) as work:
        done = [
            PutRight(problem=problem, measure=measure, completed_on=NOON.date(), evidence=[])
            for problem in problems.to_rectify(result.content).values()
        ]
        rectification_reports.make(work, result, done, None)


def test_a_visit_that_rechecks_has_an_opinion_on_the_order_and_no_other_has(
    town: Scene, clock: SetClock
) -> None:
    first = town.told()
    order = papers(town, first.visit_id or "")["order"]
    assert "recheck" not in papers(town, first.visit_id or "")
    firm, place = enterprise(OTHER_USCC, region="370102", premise="premise-1")
    add(
        town.parts,
        [
            firm,
            place,
            person("planner", Role.PLANNER, agency=AGENCY),
            Plan(
                id="plan-2",
                agency_id=AGENCY,
                title="整改复查",
                kind="case",
                trigger="rectification",
                visit_type="inspection",
                year=2026,
                window_from=NOON.date(),
                window_to=NOON.date(),
                item_ids=["item-1"],
                planner_id="planner",
                created_at=NOON,
                changed_at=NOON,
            ),
            PlanTarget(
                id="target-2",
                plan_id="plan-2",
                position=1,
                uscc=USCC,
                premise_id="premise-1",
                officer_ids=[],
                recheck_of="task-0",
            ),
            SyncObjectVersion(
                kind="task",
                id=TASK,
                version=2,
                data={**task().data, "trigger": "rectification"},
                recorded_at=LONG_AGO,
            ),
            task_row("task-0", agency=AGENCY, visit_id=first.visit_id),
            task_row(agency=AGENCY, target_id="target-2", trigger="rectification"),
        ],
    )
    town.contact()
    report(town, first, "换了冷柜")
    tablet = Rechecking(visit=2)
    tablet.clean_visit()
    town.store(tablet)
    town.tell(tablet.visit_id)
    made = papers(town, tablet.visit_id)
    opinion = made["recheck"]
    clock.moment = NOON + timedelta(days=1)
    report(town, first, "又换了")  # after the recheck: told again, the opinion is the same
    town.tell(tablet.visit_id)
    assert papers(town, tablet.visit_id)["recheck"].id == opinion.id
    assert [one["measure"] for one in opinion.content["report"]["items"]] == ["换了冷柜"]
    with open_work(town.parts, SYSTEM) as work:
        assert [one.id for one in service_proofs.enclosed(work, made["result"])] == [opinion.id]

    assert opinion.number == "历下市监检复〔2026〕0001号"
    assert opinion.content["order"] == {
        "number": order.number,
        "content_hash": order.content_hash,
        "inspected_on": "2026-11-23 12:00",
        "due": "2026-12-14",
    }
    assert opinion.content["conclusion"] == "done"
    assert [item["point_no"] for item in opinion.content["items"]] == ["2"]
