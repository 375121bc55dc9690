from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.jobs import sweeping
from server.models import (
    Certificate,
    Document,
    EvidenceFile,
    Revocation,
    SyncObject,
    Task,
    Visit,
    VisitAnswer,
    VisitCounter,
    VisitFinding,
    VisitTask,
)
from server.principal import SYSTEM
from server.services import (
    counters,
    delivery,
    numbers,
    projection,
    rebuild,
    task_publishing,
    telling,
)
from server.work import Parts, open_work
from shared import chain
from shared.errors import Unavailable
from shared.events.kinds import EventKind
from shared.flow import merge
from tests.server.factories import add
from tests.server.sync_world import Pad, enrolled, pad, push, task_row
from tests.world import LI, NOON, POINTS, TASK, USCC, WANG, key


def visit(parts: Parts, tablet: Pad) -> Visit:
    with Session(parts.engine) as session:
        return session.get_one(Visit, tablet.visit_id)


def codes(parts: Parts, tablet: Pad) -> set[str]:
    return {said["code"] for said in visit(parts, tablet).irregularities}


def documents(parts: Parts) -> int:
    with Session(parts.engine) as session:
        return session.scalar(select(func.count()).select_from(Document)) or 0


def task(parts: Parts, task_id: str = TASK) -> Task:
    with Session(parts.engine) as session:
        return session.get_one(Task, task_id)


def change(parts: Parts, table: Any, id_: str, **values: object) -> None:
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(table, id_)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_regular_visit_fills_the_read_models_and_is_told(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    tablet.photo("front")
    tablet.answer(POINTS[0])
    tablet.answer(POINTS[1], "nonconform", severity="rectify", note="冷柜温度过高")
    tablet.answer(POINTS[2], "not_applicable")
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.leave()
    tablet.seal()
    push(planted, tablet.events)

    found = visit(planted, tablet)
    assert (found.outcome, found.irregular, found.complete) == ("rectify", False, True)
    assert (found.uscc, found.agency_id, found.region) == (USCC, "agency-1", "370102")
    with Session(planted.engine) as session:
        answers = session.scalars(select(VisitAnswer).order_by(VisitAnswer.at)).all()
        assert [a.answer for a in answers] == ["conform", "nonconform", "not_applicable"]
        (finding,) = session.scalars(select(VisitFinding))
        assert (finding.text, finding.basis_id) == ("冷柜温度过高", "basis-1")
        (file,) = session.scalars(select(EvidenceFile))
        assert (file.id, file.state) == ("front", "pending")
        assert session.scalars(select(VisitTask.task_id)).all() == [TASK]
    assert documents(planted) > 0


def test_an_answer_given_again_counts_as_given_last(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    tablet.answer(POINTS[0], "nonconform", severity="guidance")
    tablet.answer(POINTS[0])
    push(planted, tablet.events)

    with Session(planted.engine) as session:
        answers = session.scalars(select(VisitAnswer).order_by(VisitAnswer.at)).all()
        assert [(a.answer, a.counts) for a in answers] == [
            ("nonconform", False),
            ("conform", True),
        ]
        assert session.scalars(select(VisitFinding)).all() == []


@pytest.mark.parametrize("skipped", range(1, 12))
def test_a_hand_made_visit_past_any_gate_is_irregular_and_nothing_is_told(
    planted: Parts, skipped: int
) -> None:
    """A step left out before the events were signed: a chain that is whole, and unlawful."""
    tablet = pad(planted)
    steps = [
        tablet.open,
        tablet.scan,
        lambda: tablet.show(WANG),
        lambda: tablet.show(LI),
        tablet.serve,
        *(lambda point=point: tablet.answer(point) for point in POINTS),
        tablet.read_out,
        lambda: sign(tablet),
        tablet.tell,
        tablet.leave,
        tablet.seal,
    ]
    for number, step in enumerate(steps):
        if number != skipped:
            step()
    push(planted, tablet.events)

    found = visit(planted, tablet)
    assert found.irregular
    assert found.irregularities
    assert documents(planted) == 0
    assert task(planted).status == "irregular"


def sign(tablet: Pad) -> None:
    """Sign the record, read out or not."""
    tablet.act(
        EventKind.SIGNED,
        content_hash=tablet.record_hash(),
        name="周老板",
        capacity="店长",
        strokes=[[[0, 0, 0]]],
    )


def test_the_visit_takes_its_task_and_moves_it_where_tablets_see_it(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    push(planted, tablet.events[:1])
    assert (task(planted).status, task(planted).visit_id) == ("in_visit", tablet.visit_id)

    push(planted, tablet.events[1:])

    status = task(planted).status
    assert status in ("finalised", "notified")
    with Session(planted.engine) as session:
        assert session.get_one(SyncObject, ("task", TASK)).data["status"] == status
        (counter,) = session.scalars(select(VisitCounter))
        assert counter.done == 1


def test_a_second_visit_for_one_task_is_irregular(planted: Parts) -> None:
    first = pad(planted, visit=1).clean_visit()
    second = pad(planted, visit=2, counted_before=13).clean_visit()
    push(planted, first.events)
    before = documents(planted)
    push(planted, second.events)

    assert codes(planted, first) == set()
    assert codes(planted, second) == {"task_already_visited"}
    assert documents(planted) == before
    assert task(planted).visit_id == first.visit_id


def test_a_certificate_revoked_before_the_act_makes_the_visit_irregular(planted: Parts) -> None:
    """The tablet could not know; what it drew is not called false for that."""
    tablet = pad(planted).clean_visit()
    change(planted, Certificate, f"certificate-{LI}", revoked_at=NOON - timedelta(hours=1))
    push(planted, tablet.events)

    found = codes(planted, tablet)
    assert {"certificate_not_in_force", "officers_missing"} <= found
    assert "content_differs" not in found
    assert documents(planted) == 0


def test_a_certificate_revoked_after_the_act_changes_nothing(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    change(planted, Certificate, f"certificate-{LI}", revoked_at=NOON + timedelta(hours=1))
    push(planted, tablet.events)

    assert codes(planted, tablet) == set()


def test_a_certificate_renewed_since_is_judged_as_it_was_then(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    change(planted, Certificate, f"certificate-{LI}", valid_to=date(2026, 11, 23))
    renewed = Certificate(
        id="renewed",
        officer_id=LI,
        number="15010100099",
        unit="执法二大队",
        valid_from=date(2026, 11, 24),
        valid_to=date(2031, 1, 1),
        checked_at=NOON,
    )
    add(planted, [renewed])
    push(planted, tablet.events)

    assert codes(planted, tablet) == set()


def test_a_visit_is_judged_by_what_was_known_then_for_ever(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    push(planted, tablet.events[:12])
    change(planted, Certificate, f"certificate-{LI}", revoked_at=NOON - timedelta(hours=1))
    push(planted, tablet.events[12:])

    # What came before the revocation was heard of stays as it was judged; the seal says the rest.
    assert codes(planted, tablet) == set()


@pytest.mark.parametrize(
    ("cancelled", "expected"),
    [(NOON - timedelta(hours=1), {"task_withdrawn"}), (NOON + timedelta(hours=1), set())],
)
def test_a_task_withdrawn_before_the_visit_makes_it_irregular(
    planted: Parts, cancelled: datetime, expected: set[str]
) -> None:
    tablet = pad(planted).clean_visit()
    change(planted, Task, TASK, cancelled_at=cancelled, status="cancelled")
    push(planted, tablet.events)

    assert codes(planted, tablet) == expected


def test_a_visit_before_the_plan_was_filed_is_irregular(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    change(planted, Task, TASK, filed_at=NOON + timedelta(hours=1))
    push(planted, tablet.events)

    assert codes(planted, tablet) == {"visit_before_filing"}


def test_a_code_called_back_before_the_scan_makes_the_visit_irregular(planted: Parts) -> None:
    row = Revocation(
        id="r",
        of="code",
        ref="nonce-1",
        since=NOON - timedelta(days=1),
        recorded_by="x",
        recorded_at=NOON,
    )
    add(planted, [row])
    tablet = pad(planted)
    tablet.open()
    tablet.scan(kid="k", nonce="nonce-1")
    push(planted, tablet.events)

    assert codes(planted, tablet) == {"code_revoked"}


def test_officers_exchanged_after_the_visit_do_not_make_it_irregular(
    planted: Parts, clock: SetClock
) -> None:
    tablet = pad(planted).clean_visit()
    clock.moment = NOON + timedelta(minutes=30)
    amend(planted, officer_ids=["officer-zhao", LI])
    clock.moment = NOON + timedelta(hours=2)
    push(planted, tablet.events)

    assert codes(planted, tablet) == set()


def amend(parts: Parts, **values: object) -> None:
    change(parts, Task, TASK, **values)
    with open_work(parts, SYSTEM) as work:
        task_publishing.publish_tasks(work, [work.session.get_one(Task, TASK)])


def test_officers_exchanged_before_the_visit_count_although_the_tablet_had_not_heard(
    planted: Parts, clock: SetClock
) -> None:
    tablet = pad(planted).clean_visit()
    clock.moment = NOON - timedelta(hours=1)
    amend(planted, officer_ids=["officer-zhao", LI])
    clock.moment = NOON + timedelta(hours=2)
    push(planted, tablet.events)

    assert "officer_not_assigned" in codes(planted, tablet)


def test_versions_that_were_never_sent_are_no_references(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.named = [{**one, "version": 99} for one in tablet.named]
    tablet.clean_visit()
    push(planted, tablet.events)

    assert {"reference_unknown", "no_task"} <= codes(planted, tablet)


def test_a_version_sent_later_was_not_used_earlier(planted: Parts) -> None:
    """A rebuild must not find a version that was unknown when the visit was judged."""
    tablet = pad(planted)
    tablet.named = [{**one, "version": 2} if one["kind"] == "task" else one for one in tablet.named]
    tablet.clean_visit()
    push(planted, tablet.events)
    before = codes(planted, tablet)
    amend(planted, reason_onsite="more")
    push(planted, [*tablet.events])

    assert "no_task" in before
    with open_work(planted, SYSTEM) as work:
        assert list(rebuild.differences(work, [tablet.visit_id])) == []


def test_a_task_of_another_agency_is_not_taken(planted: Parts) -> None:
    add(planted, [task_row("task-2", agency="agency-2")])
    with open_work(planted, SYSTEM) as work:
        task_publishing.publish_tasks(work, [work.session.get_one(Task, "task-2")])
    tablet = pad(planted, task_ids=("task-2",))
    tablet.clean_visit()
    push(planted, tablet.events)

    assert "task_of_other_agency" in codes(planted, tablet)
    assert task(planted, "task-2").visit_id is None
    assert task(planted, "task-2").status == "issued"


@pytest.mark.parametrize(("days", "late"), [(10, False), (11, True)])
def test_a_visit_synced_late_is_flagged_and_never_refused(
    planted: Parts, days: int, late: bool
) -> None:
    tablet = pad(planted).clean_visit()
    push(planted, tablet.events, at=NOON + timedelta(days=days))

    found = visit(planted, tablet)
    assert not found.irregular
    assert bool([f for f in found.flags if f["code"] == "W-LATE"]) is late
    assert documents(planted) > 0


def test_a_clock_that_runs_ahead_is_flagged(planted: Parts) -> None:
    tablet = pad(planted, now=NOON + timedelta(hours=5)).clean_visit()
    push(planted, tablet.events)

    found = visit(planted, tablet)
    assert found.time_confidence == "low"
    assert "clock_ahead" in {flag["code"] for flag in found.flags}


def test_a_mocked_position_is_flagged_and_accuses_nobody(planted: Parts) -> None:
    tablet = pad(planted)
    fix = {"lat": 36.67, "lon": 117.02, "acc_m": 5, "crs": "WGS84", "provider": "gps"}
    payload = tablet.opened_payload()
    loc = {**fix, "age_ms": 1, "mock": True}
    tablet.keep(tablet.draft(EventKind.VISIT_OPENED, WANG, payload, loc=loc))
    push(planted, tablet.events)

    found = visit(planted, tablet)
    assert {"code": "mock_location", "events": 1} in found.flags
    assert not found.irregular


def test_someone_who_never_enrolled_on_the_tablet_is_noticed(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.act(EventKind.VISIT_OPENED, "officer-zhao", **tablet.opened_payload())
    push(planted, tablet.events)

    assert "officer_not_on_tablet" in codes(planted, tablet)


@pytest.mark.parametrize("reason", ["closed", "moved", "not_found"])
def test_an_exit_ends_the_task_as_unable_and_frees_its_place(planted: Parts, reason: str) -> None:
    with open_work(planted, SYSTEM) as work:
        going = work.session.get_one(Task, "task-1")
        places = [(going.uscc, going.window_to.year)]
        counters.schedule(counters.locked(work, going.agency_id, places), places)
    tablet = pad(planted)
    tablet.open()
    photo = tablet.photo("closed-door")
    tablet.act(
        EventKind.UNABLE,
        reason=reason,
        explanation="大门紧锁，无人应答",
        officer_ids=[WANG, LI],
        evidence=[photo.payload["sha256"]],
    )
    tablet.tell()
    tablet.leave()
    tablet.seal()
    push(planted, tablet.events)

    assert codes(planted, tablet) == set()
    assert visit(planted, tablet).outcome == reason
    assert task(planted).status in ("unable", "notified")
    with open_work(planted, SYSTEM) as work:
        (counter,) = work.session.query(VisitCounter)
        assert (counter.scheduled, counter.done) == (0, 0)


def test_a_joint_visit_waits_for_the_heads_it_quotes(planted: Parts) -> None:
    add(planted, [task_row("task-2")])
    with open_work(planted, SYSTEM) as work:
        task_publishing.publish_tasks(work, [work.session.get_one(Task, "task-2")])
    enrolled(planted, "tablet-2")
    lead = pad(planted)
    opened = lead.open()
    member = pad(planted, device_id="tablet-2", task_ids=("task-2",))
    quote = {"device_id": "tablet-1", "seq": 1, "head": opened.hash}
    joined = member.draft(
        EventKind.JOINED,
        WANG,
        {"lead": quote, "agency_id": "agency-1", "references": list(member.named)},
    )
    raw = dict(joined.raw)
    raw = chain.seal(raw, key("tablet-2"), key(f"tablet-2/{WANG}"))
    lead.scan()
    lead.show(WANG)
    lead.show(LI)
    lead.act(
        EventKind.MEMBER_JOINED,
        member={"device_id": "tablet-2", "seq": 1, "head": raw["hash"]},
        agency_id="agency-1",
    )
    push(planted, lead.events)
    with open_work(planted, SYSTEM) as work:
        folded = projection.folded(work, lead.visit_id)
        assert merge.missing_heads(folded.material.chains) == (("tablet-2", raw["hash"]),)

    reply = push(planted, [raw], device_id="tablet-2")

    assert [str(a.status) for a in reply.results] == ["applied"]
    with open_work(planted, SYSTEM) as work:
        folded = projection.folded(work, lead.visit_id)
        assert merge.missing_heads(folded.material.chains) == ()
    assert set(visit(planted, lead).task_ids) == {TASK, "task-2"}


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ((numbers, "take_of_each"), Unavailable("no number")),
        ((delivery, "announce"), KeyError("a mistake of ours, when numbers were taken")),
    ],
)
def test_what_stands_in_the_way_of_a_notice_keeps_no_evidence_out(
    planted: Parts, monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str], fault: Exception
) -> None:
    """It stands on the desk, and the result is told by the sweeper as soon as it can be."""

    def in_the_way(*_: object, **__: object) -> str:
        raise fault

    tablet = pad(planted).clean_visit()
    with monkeypatch.context() as broken:
        broken.setattr(*where, in_the_way)
        reply = push(planted, tablet.events)

    assert {str(answer.status) for answer in reply.results} == {"applied"}
    assert (visit(planted, tablet).untold, documents(planted)) == (True, 0)
    with open_work(planted, SYSTEM) as work:
        (line,) = telling.listed(work)
    assert (line.visit_id, line.why) in (
        (tablet.visit_id, "unavailable"),
        (tablet.visit_id, "KeyError"),
    )
    sweeping.drain(planted)
    assert (visit(planted, tablet).untold, documents(planted)) == (False, 4)
    with open_work(planted, SYSTEM) as work:
        assert list(rebuild.differences(work, [tablet.visit_id])) == []
        assert all("〕0001号" in number for (number,) in work.session.query(Document.number))
