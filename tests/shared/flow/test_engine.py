"""A visit goes the lawful way or not at all; on the server everything is taken and marked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.kinds import EventKind as Kind
from shared.flow import engine
from shared.flow.gates import officers
from shared.flow.musts import Must, Progress, progress
from shared.flow.stage import Stage
from tests.world import (
    HELPER,
    LI,
    NOON,
    OTHER_USCC,
    POINTS,
    WANG,
    ZHAO,
    Tablet,
    officer,
    references,
    task,
)


def test_a_clean_visit_has_nothing_said_against_it() -> None:
    tablet = Tablet().clean_visit()

    state, judged = engine.fold(tablet.events, tablet.refs)

    assert [j for j in judged if j.refusals] == []
    assert state.stage("tablet-1") is Stage.SEALED
    assert set(progress(state, tablet.refs, "tablet-1").values()) == {Progress.DONE}


@pytest.mark.parametrize("skipped", range(1, 12))
def test_leaving_out_any_step_is_noticed(skipped: int) -> None:
    events = Tablet().clean_visit().events
    _, judged = engine.fold(events[:skipped] + events[skipped + 1 :], references())

    assert any(j.refusals for j in judged)


def test_the_checklist_is_locked_until_the_scan() -> None:
    tablet = Tablet()
    tablet.open()

    (refusal,) = _locked(tablet, Kind.POINT_ANSWERED)

    assert (refusal.code, refusal.rule, refusal.lifted_by) == (
        "out_of_order",
        "R40",
        Kind.SCANNED_IN,
    )
    assert "扫码入企" in refusal.reason.zh


def test_one_officer_alone_cannot_serve_the_notice() -> None:
    tablet = Tablet()
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(WANG)

    assert "officers_missing" in tablet.refusals(Kind.NOTICE_SERVED, **tablet.notice_payload())


def test_an_assistant_is_never_counted() -> None:
    tablet = Tablet()
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    shown = tablet.draft(
        Kind.CREDENTIALS_SHOWN,
        HELPER,
        {
            "officer_id": HELPER,
            "certificate_no": "x",
            "valid_to": "2029-12-31",
            "status_checked_at": None,
        },
    )

    codes = [r.code for r in engine.check(tablet.state, shown, tablet.refs)]
    tablet.keep(shown)

    assert "assistant_not_officer" in codes
    assert tablet.state.officers_counted("tablet-1") == {WANG}


def test_an_officer_who_is_not_on_the_task_is_not_counted() -> None:
    tablet = Tablet()
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(ZHAO)

    assert tablet.state.officers_counted("tablet-1") == {WANG}


@pytest.mark.parametrize(
    "standing",
    [
        {"valid_to": "2026-11-22"},
        {"valid_from": "2026-11-24"},
        {"revoked_at": (NOON - timedelta(hours=1)).isoformat()},
    ],
)
def test_a_certificate_is_judged_at_the_time_of_the_act(standing: dict[str, str]) -> None:
    tablet = Tablet(refs=references(officer(LI, "李秀英", "15010100002", **standing)))
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)

    assert tablet.state.officers_counted("tablet-1") == {WANG}


def test_a_certificate_revoked_after_the_act_still_counts() -> None:
    later = (NOON + timedelta(hours=1)).isoformat()
    tablet = Tablet(refs=references(officer(LI, "李秀英", "15010100002", revoked_at=later)))
    tablet.open()
    tablet.scan()
    tablet.show(LI)

    assert tablet.state.officers_counted("tablet-1") == {LI}


def test_the_credential_shown_must_be_ones_own() -> None:
    tablet = Tablet()
    tablet.open()
    tablet.scan()
    tablet.show(WANG, officer_id=LI, certificate_no="15010100002")

    assert tablet.state.officers_counted("tablet-1") == frozenset()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"status": "cancelled"}, "task_withdrawn"),
        ({"withdrawn_at": NOON.isoformat()}, "task_withdrawn"),
        ({"window_to": "2026-11-22"}, "outside_window"),
        ({"officer_ids": [LI, ZHAO]}, "officer_not_assigned"),
        ({"item_ids": ["item-unpublished"]}, "item_not_published"),
    ],
)
def test_a_visit_begins_only_on_a_task_in_force(changed: dict, code: str) -> None:
    tablet = Tablet(refs=references(task(**changed)))

    assert code in tablet.refusals(Kind.VISIT_OPENED, **tablet.opened_payload())


def test_without_a_task_there_is_no_visit() -> None:
    tablet = Tablet(task_ids=())

    assert "no_task" in tablet.refusals(Kind.VISIT_OPENED, **tablet.opened_payload())


def test_a_certificate_status_a_week_old_starts_no_visit() -> None:
    tablet = Tablet()
    payload = tablet.opened_payload()
    payload["preflight"]["certificate_checked_hours"] = 169

    assert tablet.refusals(Kind.VISIT_OPENED, **payload) == ("certificate_status_old",)


def test_the_wrong_enterprise_is_a_hard_stop_with_both_names() -> None:
    tablet = Tablet()
    tablet.open()
    payload = {"method": "enterprise_code", "uscc": OTHER_USCC, "premise_id": None}
    (refusal,) = engine.check(
        tablet.state, tablet.draft(Kind.SCANNED_IN, WANG, payload), tablet.refs
    )

    assert refusal.code == "wrong_enterprise"
    assert "青岛海风餐饮有限公司" in refusal.reason.zh
    assert "济南泉城食品有限公司" in refusal.reason.zh


@pytest.mark.parametrize(
    ("other", "codes"),
    [
        ({"distance_m": 299.0}, ()),
        ({"distance_m": 900.0}, ("outside_unexplained",)),
        ({"distance_m": 900.0, "outside_reason": "经营地址与登记地址不同"}, ()),
        ({"method": "manual"}, ("manual_unexplained",)),
        ({"method": "manual", "manual_reason": "码牌损毁", "photo_sha256": "0" * 64}, ()),
    ],
)
def test_what_is_unusual_about_a_scan_is_explained(other: dict, codes: tuple) -> None:
    tablet = Tablet()
    tablet.open()
    payload = {"method": "enterprise_code", "uscc": tablet.refs.tasks["task-1"].uscc}

    said = tablet.refusals(Kind.SCANNED_IN, **{**payload, "premise_id": "premise-1", **other})

    assert said == codes


def test_a_vague_fix_is_given_its_accuracy() -> None:
    tablet = Tablet()
    tablet.open()
    payload = {
        "method": "enterprise_code",
        "uscc": tablet.refs.tasks["task-1"].uscc,
        "premise_id": "premise-1",
        "distance_m": 350.0,
    }
    fix = {"lat": 36.67, "lon": 117.02, "crs": "WGS84", "provider": "gps", "age_ms": 0}

    def said(accuracy: float) -> list[str]:
        loc = {**fix, "acc_m": accuracy, "mock": False}
        event = tablet.draft(Kind.SCANNED_IN, WANG, payload, loc=loc)
        return [r.code for r in engine.check(tablet.state, event, tablet.refs)]

    assert said(49.0) == ["outside_unexplained"]
    assert said(50.0) == []


def test_the_record_waits_for_every_point() -> None:
    tablet = _noticed()
    tablet.answer(POINTS[0])

    (refusal,) = _locked(tablet, Kind.RECORD_READ)

    assert refusal.reason.zh == "还有 2 个要点未填。"
    assert refusal.lifted_by is Kind.POINT_ANSWERED


def test_an_answer_changed_after_signing_sends_the_record_back() -> None:
    tablet = _noticed()
    for point in POINTS:
        tablet.answer(point)
    tablet.read_out()
    tablet.sign()
    tablet.answer(POINTS[1], "nonconform", severity="rectify", note="冷柜温度过高")

    assert tablet.state.stage("tablet-1") is Stage.NOTIFIED
    assert "out_of_order" in tablet.refusals(Kind.RESULT_GIVEN, **tablet.result_payload())

    tablet.read_out()
    tablet.sign()
    tablet.tell()
    assert tablet.state.result is not None
    assert tablet.state.result.conclusion == "rectify"


def test_a_result_that_does_not_follow_from_the_answers_is_refused() -> None:
    tablet = _noticed()
    for point in POINTS:
        tablet.answer(point, "nonconform", severity="transfer")
    tablet.read_out()
    tablet.sign()

    payload = {**tablet.result_payload(), "conclusion": "no_problem"}

    assert "conclusion_differs" in tablet.refusals(Kind.RESULT_GIVEN, **payload)


def test_refusing_to_sign_needs_a_witness_or_a_video() -> None:
    tablet = _noticed()
    for point in POINTS:
        tablet.answer(point)
    tablet.read_out()
    assert tablet.state.record is not None
    refused = {"content_hash": tablet.state.record.content_hash, "reason": "不愿签字"}

    assert tablet.refusals(Kind.REFUSED, **refused) == ("witness_missing",)
    assert tablet.refusals(Kind.REFUSED, **refused, witness="街道办张三") == ()


def test_signing_anything_but_what_was_read_is_refused() -> None:
    tablet = _noticed()
    for point in POINTS:
        tablet.answer(point)
    tablet.read_out()
    signed = {
        "content_hash": "0" * 64,
        "name": "周",
        "capacity": "店长",
        "strokes": [[[0, 0, 0]]],
    }

    assert tablet.refusals(Kind.SIGNED, **signed) == ("record_changed",)


def test_nobody_there_needs_a_photo_and_still_has_a_result() -> None:
    tablet = Tablet()
    tablet.open()
    gone = {"reason": "not_found", "explanation": "地址为空地", "officer_ids": [WANG, LI]}
    assert tablet.refusals(Kind.UNABLE, **gone) == ("evidence_missing",)

    photo = tablet.photo()
    tablet.act(Kind.UNABLE, **gone, evidence=[photo.payload["sha256"]])
    assert [r.lifted_by for r in _locked(tablet, Kind.LEFT)] == [Kind.RESULT_GIVEN]
    assert tablet.result_payload()["conclusion"] == "unable"
    tablet.tell()
    tablet.leave()
    tablet.seal()

    _, judged = engine.fold(tablet.events, tablet.refs)
    assert [j for j in judged if j.refusals] == []


def test_one_officer_cannot_declare_a_visit_impossible() -> None:
    tablet = Tablet()
    tablet.open()
    photo = tablet.photo()
    gone = {"reason": "closed", "explanation": "已停业", "evidence": [photo.payload["sha256"]]}

    assert tablet.refusals(Kind.UNABLE, **gone, officer_ids=[WANG, WANG, HELPER]) == (
        "officers_missing",
    )


def test_an_ended_visit_takes_no_more_answers() -> None:
    tablet = Tablet()
    tablet.open()
    photo = tablet.photo()
    tablet.act(
        Kind.UNABLE,
        reason="closed",
        explanation="已停业",
        officer_ids=[WANG, LI],
        evidence=[photo.payload["sha256"]],
    )
    tablet.tell()

    assert [r.code for r in _locked(tablet, Kind.POINT_ANSWERED)] == ["out_of_order"]


def test_an_emergency_may_begin_before_the_scan_but_not_leave_without_it() -> None:
    tablet = Tablet()
    tablet.open_emergency()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.answer(POINTS[0])
    tablet.serve()
    for point in POINTS[1:]:
        tablet.answer(point)
    tablet.read_out()
    tablet.sign()
    tablet.tell()

    (locked,) = _locked(tablet, Kind.LEFT)
    assert locked.lifted_by is Kind.SCANNED_IN
    scan = {"method": "licence", "uscc": tablet.refs.tasks["task-1"].uscc, "premise_id": None}
    assert tablet.refusals(Kind.SCANNED_IN, **scan) == ("late_unexplained",)

    tablet.scan(late_reason="emergency")
    tablet.leave()
    tablet.seal()
    _, judged = engine.fold(tablet.events, tablet.refs)
    assert [j for j in judged if j.refusals] == []


def test_nothing_follows_the_seal() -> None:
    tablet = Tablet().clean_visit()

    for kind in Kind:
        assert [r.code for r in _locked(tablet, kind)] == ["sealed"]


def test_an_event_past_a_gate_is_taken_and_marked() -> None:
    tablet = Tablet()
    tablet.open()
    tablet.answer(POINTS[0], "nonconform", severity="rectify")
    tablet.leave()
    tablet.seal()

    state, judged = engine.fold(tablet.events, tablet.refs)

    assert [bool(j.refusals) for j in judged] == [False, True, True, False]
    assert state.stage("tablet-1") is Stage.SEALED
    assert state.answer_to(("form-1", 2, POINTS[0])) is not None


def test_the_seal_must_list_what_the_chain_holds() -> None:
    tablet = Tablet().clean_visit()
    state, _ = engine.fold(tablet.events[:-1], tablet.refs)
    seal = tablet.events[-1]
    short = replace(seal, payload={**seal.payload, "events": 3})

    assert [r.code for r in engine.check(state, short, tablet.refs)] == ["seal_incomplete"]


def test_the_rail_shows_what_is_done_and_what_is_next() -> None:
    tablet = Tablet()
    tablet.open()
    tablet.scan()
    tablet.show(WANG)

    assert progress(tablet.state, tablet.refs, "tablet-1") == {
        Must.FILED: Progress.DONE,
        Must.SCANNED: Progress.DONE,
        Must.SHOWN: Progress.CURRENT,
        Must.TRACED: Progress.LOCKED,
        Must.TOLD: Progress.LOCKED,
    }


def test_the_number_of_officers_is_a_parameter_not_a_constant() -> None:
    refs = replace(references(), parameters=replace(references().parameters, min_officers=3))
    tablet = Tablet(refs=refs)
    ask = engine.asked(tablet.draft(Kind.VISIT_OPENED, WANG, tablet.opened_payload()))

    refusal = officers.two_certified(tablet.state, ask, refs)

    assert refusal is not None
    assert "3" in refusal.reason.zh


STEPS = st.sampled_from(
    [
        lambda t: t.scan(),
        lambda t: t.show(WANG),
        lambda t: t.show(LI),
        lambda t: t.show(ZHAO),
        lambda t: t.serve(),
        lambda t: t.answer(POINTS[0]),
        lambda t: t.answer(POINTS[1], "nonconform", severity="guidance"),
        lambda t: t.answer(POINTS[2], "not_applicable"),
        lambda t: t.photo(),
        lambda t: t.read_out(),
        lambda t: t.sign() if t.state.record else t.photo("other"),
        lambda t: t.tell(),
        lambda t: t.leave(),
        lambda t: t.seal(),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_no_path_without_a_mark_reaches_the_seal_without_all_five_musts(steps: list) -> None:
    tablet = Tablet()
    tablet.open()
    for step in steps:
        step(tablet)

    state, judged = engine.fold(tablet.events, tablet.refs)

    sealed = state.stage("tablet-1") is Stage.SEALED
    if sealed and not any(j.refusals for j in judged):
        assert state.scan is not None
        assert len(state.officers_counted("tablet-1")) >= 2
        assert state.notice is not None
        assert state.closing is not None
        assert state.result is not None
        assert all(state.answer_to(("form-1", 2, point)) for point in POINTS)


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=15))
def test_what_a_screen_may_offer_is_what_the_engine_takes(steps: list) -> None:
    """An act offered may still lack its content, but never be out of its place."""
    tablet = Tablet()
    tablet.open()
    for step in steps:
        step(tablet)
    offered = engine.open_kinds(
        tablet.state, tablet.refs, at=tablet.now, device_id="tablet-1", officer_id=WANG
    )

    for kind in Kind:
        placed = not _locked(tablet, kind)
        assert (kind in offered) is placed


def _noticed() -> Tablet:
    tablet = Tablet()
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    return tablet


def _locked(tablet: Tablet, kind: Kind) -> tuple:
    ask = engine.Ask(
        kind=kind, at=tablet.now, device_id=tablet.device_id, officer_id=WANG, task_ids=()
    )
    return engine.why_locked(tablet.state, ask, tablet.refs)


def test_an_emergency_without_a_task_has_the_checklist_it_names() -> None:
    tablet = Tablet(task_ids=())
    payload = {
        **tablet.opened_payload(),
        "reason": "emergency",
        "explanation": "群众举报正在排放",
        "oral_approver": "陈局长",
        "oral_approved_at": NOON.isoformat(),
        "agency_id": "agency-1",
        "item_ids": ["item-1"],
        "forms": [{"id": "form-1", "version": 2}],
    }
    tablet.act(Kind.EMERGENCY_OPENED, **payload)
    tablet.scan(late_reason="emergency")
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    assert [r.code for r in _locked(tablet, Kind.RECORD_READ)] == ["points_open"]
    for point in POINTS:
        tablet.answer(point)
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.leave()
    tablet.seal()

    state, judged = engine.fold(tablet.events, tablet.refs)

    assert [j for j in judged if j.refusals] == []
    assert state.emergency is not None


@pytest.mark.parametrize("visit_type", ["service_visit", "observation"])
def test_a_service_visit_goes_its_way_without_checklist_and_without_findings(
    visit_type: str,
) -> None:
    told = references(task(visit_type=visit_type, item_ids=[], forms=[]))
    tablet = Tablet(told).clean_visit(answers=())
    state, judged = engine.fold(tablet.events, tablet.refs)
    assert [j for j in judged if j.refusals] == []
    assert state.stage("tablet-1") is Stage.SEALED

    again = Tablet(told, visit=2)
    for step in (again.open, again.scan):
        step()
    for each in (WANG, LI):
        again.show(each)
    again.serve()
    found = {"text": "后厨堆放杂物", "basis": "某法第一条", "severity": "rectify"}
    assert again.refusals(Kind.OFF_LIST_FINDING, **found) == ("not_an_inspection",)
    inspection = Tablet()
    for step in (inspection.open, inspection.scan):
        step()
    for each in (WANG, LI):
        inspection.show(each)
    inspection.serve()
    assert inspection.refusals(Kind.OFF_LIST_FINDING, **found) == ()
