"""One visit on a tablet, over the real engine, chain and store."""

import pytest

from fieldapp.errors import NotEnrolled, OfficerLocked, StepRefused, VisitStopped
from fieldapp.flow.evidencing import EvidenceDraft
from fieldapp.store.outbox import OutboxState, Outcome
from shared import chain
from shared.content.hashing import content_hash
from shared.crypto import sha256_hex
from shared.errors import BadInput, NotFound
from shared.events.kinds import OFFICER_SIGNED, EventKind
from shared.flow.stage import Stage
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field
from tests.world import FORM, LI, NOON, POINTS, TASK, USCC, WANG, ZHAO


def test_a_whole_visit_goes_from_opening_to_seal_without_a_network(field: Field) -> None:
    field.network.on = False
    flow = visiting.finish(field.visit())
    assert flow.state().stage("tablet-1") is Stage.SEALED
    assert [event.kind for event in flow.events()][:3] == [
        EventKind.VISIT_OPENED,
        EventKind.SCANNED_IN,
        EventKind.CREDENTIALS_SHOWN,
    ]


def test_its_chain_verifies_and_bears_the_officers_own_signatures(field: Field) -> None:
    flow = visiting.finish(field.visit())
    raw = [event.raw for event in flow.events()]
    assert chain.verify_chain(raw, field.session.identity.key.public) == ()
    keys = {officer.officer_id: officer.public_key for officer in field.session.officers()}
    for event in flow.events():
        if event.kind in OFFICER_SIGNED:
            assert chain.officer_signature_ok(event.raw, keys[event.officer_id])
        else:
            assert event.officer_sig is None


@pytest.mark.parametrize("done", range(len(visiting.STEPS) - 1))
def test_no_step_can_be_skipped(field: Field, done: int) -> None:
    flow = field.visit()
    for step in visiting.STEPS[:done]:
        step(flow)
    before = len(flow.events())
    last = [EventKind.SEALED, EventKind.LEFT, EventKind.RESULT_GIVEN]
    if done < len(visiting.STEPS) - 3:
        with pytest.raises((StepRefused, BadInput)):
            visiting.tell(flow)
    for kind in last:
        if flow.why_locked(kind):
            with pytest.raises((StepRefused, BadInput)):
                flow.take(kind, officer_id=WANG, payload={})
    assert len(flow.events()) == before


def test_a_refusal_says_which_step_is_due_and_leaves_no_trace(field: Field) -> None:
    flow = field.visit()
    seq = field.held.store.value("SELECT value FROM counter WHERE name = 'device_seq'")
    with pytest.raises(StepRefused) as refused:
        visiting.answer(flow, POINTS[0])
    assert refused.value.refusals[0].lifted_by is EventKind.SCANNED_IN
    assert refused.value.code == "out_of_order"
    assert len(flow.events()) == 1
    assert field.held.store.value("SELECT value FROM counter WHERE name = 'device_seq'") == seq


def test_what_is_locked_says_why_and_what_is_open_says_nothing(field: Field) -> None:
    flow = field.visit()
    assert flow.why_locked(EventKind.SCANNED_IN) == ()
    assert flow.why_locked(EventKind.POINT_ANSWERED)[0].rule == "R40"
    assert EventKind.SCANNED_IN in flow.open_kinds()
    assert EventKind.SEALED not in flow.open_kinds()


def test_every_answer_can_be_changed_until_the_seal_and_is_read_out_again(field: Field) -> None:
    flow = field.visit()
    *before, read_out, sign, tell, leave, seal = visiting.STEPS
    for step in before:
        step(flow)
    for done in (
        (),
        (read_out,),
        (read_out, sign),
        (read_out, sign, tell),
        (read_out, sign, tell, leave),
    ):
        for step in done:
            step(flow)
        for point in POINTS:
            visiting.answer(flow, point, "not_applicable" if len(done) % 2 else "conform")
        assert flow.state().stage("tablet-1") is Stage.NOTIFIED, "to be read out again"
    for step in (read_out, sign, tell, leave, seal):
        step(flow)
    with pytest.raises(StepRefused):
        visiting.answer(flow, POINTS[0])
    assert flow.state().stage("tablet-1") is Stage.SEALED


def test_an_officer_cannot_act_without_the_own_key(field: Field) -> None:
    flow = field.visit()
    visiting.scan(flow)
    field.session.forget_officer(LI)
    with pytest.raises(OfficerLocked):
        visiting.show(flow, LI)
    visiting.show(flow, WANG)


def test_somebody_who_is_not_on_the_tablet_cannot_act(field: Field) -> None:
    flow = field.visit()
    with pytest.raises(NotEnrolled):
        flow.take(EventKind.SCAN_MISMATCH, officer_id=ZHAO, payload={"expected": "a", "seen": "b"})


def test_it_resumes_from_the_journal_with_the_same_state(field: Field) -> None:
    flow = field.visit()
    for step in visiting.STEPS[:6]:
        step(flow)
    before = flow.state()
    session = field.reopen()
    again = session.inspection(flow.visit_id)
    assert again.state() == before
    visiting.finish(again)
    assert again.state().stage("tablet-1") is Stage.SEALED


def test_two_flows_of_one_visit_see_each_others_acts(field: Field) -> None:
    one = field.visit()
    other = field.session.inspection(one.visit_id)
    visiting.scan(one)
    visiting.show(other, WANG)
    visiting.show(one, LI)
    assert other.state() == one.state()
    assert len(one.events()) == 4


def test_a_visit_that_nothing_was_written_of_is_not_read_again(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = field.visit()
    store = field.session.desk.held.store
    read, asked = store.rows, []

    def watched(sql: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        asked.extend([sql] if "FROM event" in sql else [])
        return read(sql, values)

    monkeypatch.setattr(store, "rows", watched)
    assert flow.state().scan is None
    asked.clear()
    assert flow.why_locked(EventKind.NOTICE_SERVED)
    assert asked == []
    visiting.scan(flow)
    assert flow.state().scan is not None
    with pytest.raises(ZeroDivisionError), store.transaction():
        raise ZeroDivisionError
    asked.clear()
    assert flow.state().scan is not None
    assert asked, "after a transaction that came to nothing too"


def test_evidence_is_stored_with_its_event_byte_for_byte(field: Field) -> None:
    flow = field.visit()
    for step in visiting.STEPS[:5]:
        step(flow)
    (stored,) = flow.evidence()
    assert stored.evidence.sha256 == sha256_hex(visiting.PHOTO)
    assert field.session.evidence_bytes(stored.evidence.id) == visiting.PHOTO
    assert flow.events()[-1].payload["sha256"] == stored.evidence.sha256


def test_evidence_of_a_refused_act_is_not_kept(field: Field) -> None:
    flow = visiting.finish(field.visit())
    with pytest.raises(StepRefused):
        visiting.photograph(flow, b"too late")
    assert len(flow.evidence()) == 1


@pytest.mark.parametrize("data", [b"", b"x" * (64 * 1024 * 1024 + 1)])
def test_an_empty_or_oversized_file_is_refused(field: Field, data: bytes) -> None:
    flow = field.visit()
    with pytest.raises(BadInput):
        flow.take(
            EventKind.EVIDENCE_ADDED,
            officer_id=WANG,
            evidence=EvidenceDraft(data=data, media_type="image/jpeg"),
        )


def test_an_event_too_large_to_be_sent_is_refused(field: Field) -> None:
    flow = field.visit()
    for step in visiting.STEPS[:3]:
        step(flow)
    scribble = [[[1, 1, 1000 + i] for i in range(2000)] for _ in range(40)]
    payload = {
        "content_hash": flow.notice().hash,
        "outcome": "signed",
        "name": "周老板",
        "strokes": scribble,
    }
    with pytest.raises(BadInput):
        flow.take(EventKind.NOTICE_SERVED, officer_id=WANG, payload=payload)
    assert flow.state().notice is None


def test_what_is_signed_is_what_was_shown(field: Field) -> None:
    flow = field.visit()
    for step in visiting.STEPS[:3]:
        step(flow)
    shown = flow.notice()
    assert content_hash(shown.data) == shown.hash
    with pytest.raises(StepRefused) as refused:
        flow.take(
            EventKind.NOTICE_SERVED,
            officer_id=WANG,
            payload={"content_hash": "0" * 64, "outcome": "absent"},
        )
    assert refused.value.refusals[0].code == "content_differs"


def test_the_seal_lists_the_head_the_count_and_the_files(field: Field) -> None:
    flow = visiting.finish(field.visit())
    events = flow.events()
    sealed = events[-1].payload
    assert sealed["head"] == events[-2].hash
    assert sealed["events"] == len(events) - 1
    assert sealed["evidence"] == [sha256_hex(visiting.PHOTO)]


def test_a_visit_keeps_the_reference_data_it_was_opened_on(field: Field) -> None:
    flow = field.visit()
    named = {(r["kind"], r["id"]) for r in flow.events()[0].payload["references"]}
    assert {("task", TASK), ("form", FORM), ("legal_basis", "basis-1")} <= named
    changed = next(
        replace_name(each, "改名后的公司")
        for each in field.held.reference.objects()
        if each.kind == "enterprise" and each.id == flow.references().tasks[TASK].uscc
    )
    field.platform.publish(changed)
    field.platform.withdraw("form", FORM)
    assert field.sync().problem is None
    again = field.reopen().inspection(flow.visit_id)
    assert again.references() == flow.references()
    assert (FORM, 2) not in field.session.references().forms
    assert field.session.references().enterprises[changed.id].name == "改名后的公司"
    visiting.finish(again)


def replace_name(each, name):
    return each._replace(version=each.version + 1, data={**each.data, "name": name})


def test_a_conflict_stops_the_visit(field: Field) -> None:
    flow = field.visit()
    event = flow.events()[0]
    with field.held.store.transaction() as tx:
        conflict = Outcome(state=OutboxState.CONFLICT)
        field.held.outbox.answered(tx, event.id, conflict, NOON)
    with pytest.raises(VisitStopped):
        visiting.scan(flow)
    assert [problem.outcome.state for problem in flow.problems()] == [OutboxState.CONFLICT]


def test_an_irregularity_is_a_problem_to_be_shown(field: Field) -> None:
    flow = field.visit()
    event = flow.events()[0]
    irregular = Outcome(
        state=OutboxState.APPLIED, irregularities=({"rule": "R21", "detail": "late"},)
    )
    with field.held.store.transaction() as tx:
        field.held.outbox.answered(tx, event.id, irregular, NOON)
    assert flow.problems()[0].outcome == irregular


def test_the_time_and_place_of_an_act_come_from_the_ports(field: Field) -> None:
    flow = field.visit()
    field.clock.advance(seconds=90)
    event = visiting.scan(flow)
    assert event.at.elapsed_ms == field.clock.read().elapsed_ms
    assert event.at.server_offset_ms == 0
    assert not event.at.suspect
    assert event.loc is not None
    assert event.loc.acc_m == 9.0


def test_a_clock_set_by_hand_is_marked_suspect_and_corrected(field: Field) -> None:
    flow = field.visit()
    field.clock.set_wall(field.clock.read().wall.replace(hour=3))
    event = visiting.scan(flow)
    assert event.at.suspect
    assert abs((event.at.corrected - NOON).total_seconds()) < 1


def test_no_fix_is_recorded_as_none(field: Field) -> None:
    field.ports.location.position = None
    assert field.visit().events()[0].loc is None


def test_an_unknown_visit_is_not_found(field: Field) -> None:
    with pytest.raises(NotFound):
        field.session.inspection("019c0000-0000-7000-8000-000000000000")


def test_an_act_can_be_asked_about_without_being_made(field: Field) -> None:
    flow = field.visit()
    payload = {"method": "manual", "uscc": USCC, "premise_id": None}
    refusals = flow.refusals(EventKind.SCANNED_IN, officer_id=WANG, payload=payload)
    assert [refusal.code for refusal in refusals] == ["manual_unexplained"]
    field.session.forget_officer(LI)
    refusals = flow.refusals(
        EventKind.NOTICE_SERVED,
        officer_id=LI,
        payload={"content_hash": flow.notice().hash, "outcome": "absent"},
    )
    assert refusals[0].code == "out_of_order"
    with pytest.raises(BadInput):
        flow.refusals(EventKind.SCANNED_IN, officer_id=WANG, payload={})
    assert len(flow.events()) == 1
