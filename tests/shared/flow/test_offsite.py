"""Off site nobody enters: no step of a visit counts there, and no visit is made that way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.content import checklist, record, result
from shared.events.kinds import EventKind as Kind
from shared.flow import engine
from shared.flow.musts import Must, Progress, progress
from shared.flow.stage import Stage
from tests.world import HELPER, LI, NOON, POINTS, USCC, WANG, ZHAO, Tablet, references, task

OFFSITE = references(task(visit_type="offsite", code=""))


def begun(*officers: str) -> Tablet:
    tablet = Tablet(OFFSITE)
    tablet.open_offsite()
    for each in officers:
        tablet.show(each)
    return tablet


def settled() -> Tablet:
    tablet = begun(WANG, LI)
    for point in POINTS:
        tablet.answer(point)
    tablet.read_out()
    return tablet


def test_two_officers_go_through_the_points_sign_and_tell() -> None:
    tablet = Tablet(OFFSITE).clean_offsite()
    state, judged = engine.fold(tablet.events, OFFSITE)
    assert [j for j in judged if j.refusals] == []
    assert state.stage("tablet-1") is Stage.SEALED
    done = progress(state, OFFSITE, "tablet-1")
    assert set(done) == set(Must) - {Must.SCANNED}, "there is nothing to scan"
    assert set(done.values()) == {Progress.DONE}


def test_what_is_signed_says_how_it_was_inspected_and_names_no_place() -> None:
    tablet = Tablet(OFFSITE).clean_offsite()
    before = tablet.state
    made = [
        record.build(before, OFFSITE, device_id="tablet-1", statement=None),
        result.build(before, OFFSITE, device_id="tablet-1"),
        checklist.build(before, {"tablet-1": OFFSITE}, device_id="tablet-1"),
    ]
    assert [one["method"] for one in made] == ["offsite"] * 3
    assert [one["place"] for one in made] == [""] * 3
    assert {one["enterprise"]["uscc"] for one in made} == {USCC}
    on_site = result.build(Tablet().clean_visit().state, references(), device_id="tablet-1")
    assert "method" not in on_site, "the same bytes as ever"


@pytest.mark.parametrize("skipped", range(1, 10))
def test_leaving_out_any_step_is_noticed(skipped: int) -> None:
    events = Tablet(OFFSITE).clean_offsite().events
    _, judged = engine.fold(events[:skipped] + events[skipped + 1 :], OFFSITE)
    assert any(j.refusals for j in judged)


def test_one_officer_alone_answers_nothing_and_an_assistant_is_none() -> None:
    tablet = begun(WANG, ZHAO)
    tablet.act(
        Kind.CREDENTIALS_SHOWN,
        HELPER,
        officer_id=HELPER,
        certificate_no="无证",
        valid_to="2029-12-31",
        status_checked_at=None,
    )
    point = {"form_id": "form-1", "form_version": 2, "point_id": "p1", "answer": "conform"}
    assert tablet.refusals(Kind.POINT_ANSWERED, **point) == ("officers_missing",)


def test_the_result_waits_for_the_signatures_of_two_who_confirmed() -> None:
    tablet = settled()
    told = tablet.result_payload()
    assert tablet.refusals(Kind.RESULT_GIVEN, **told) == ("signatures_missing",)
    tablet.attest(WANG)
    tablet.attest(WANG)
    assert "signatures_missing" in tablet.refusals(Kind.RESULT_GIVEN, **tablet.result_payload())
    record_hash = tablet.state.record.content_hash if tablet.state.record else ""
    stranger = tablet.refusals(Kind.RECORD_SIGNED, ZHAO, content_hash=record_hash)
    assert stranger == ("not_of_this_inspection",)
    assert tablet.refusals(Kind.RECORD_SIGNED, LI, content_hash="0" * 64) == ("record_changed",)
    tablet.attest(LI)
    assert tablet.refusals(Kind.RESULT_GIVEN, **tablet.result_payload()) == ()


def test_whatever_changes_the_record_is_signed_again() -> None:
    tablet = settled()
    tablet.attest(WANG)
    tablet.attest(LI)
    tablet.answer("p1", "nonconform", severity="rectify")
    assert tablet.state.stage("tablet-1") is Stage.OFFSITE_OPENED
    tablet.read_out()
    assert tablet.state.record_signers("tablet-1") == frozenset()


def test_the_result_is_served_and_not_told_on_the_spot() -> None:
    tablet = settled()
    tablet.attest(WANG)
    tablet.attest(LI)
    spoken = {**tablet.result_payload(), "given": "on_the_spot"}
    assert tablet.refusals(Kind.RESULT_GIVEN, **spoken) == ("nobody_enters",)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (Kind.SCANNED_IN, {"method": "licence", "uscc": USCC, "premise_id": None}),
        (Kind.LEFT, {}),
    ],
)
def test_no_step_at_a_door_is_accepted(kind: Kind, payload: dict[str, object]) -> None:
    for tablet in (begun(), settled(), Tablet(OFFSITE).clean_offsite()):
        assert "nobody_enters" in tablet.refusals(kind, **payload)
        assert not engine.open_kinds(
            tablet.state, OFFSITE, at=NOON, device_id="tablet-1", officer_id=WANG
        ).count(kind)
    tablet = settled()
    assert "nobody_enters" in tablet.refusals(Kind.NOTICE_SERVED, **tablet.notice_payload())


def test_it_may_be_broken_off_but_not_at_a_door() -> None:
    tablet = begun(WANG, LI)
    said = {"explanation": "企业拒不提供材料", "officer_ids": [WANG, LI], "witness": "张主任"}
    assert tablet.refusals(Kind.UNABLE, reason="refused_entry", **said) == ("nobody_enters",)
    tablet.act(Kind.UNABLE, reason="aborted", **said)
    tablet.tell()
    tablet.seal()
    state, judged = engine.fold(tablet.events, OFFSITE)
    assert [j for j in judged if j.refusals] == []
    assert state.stage("tablet-1") is Stage.SEALED


def test_an_off_site_task_gives_nobody_a_reason_to_enter() -> None:
    tablet = Tablet(OFFSITE)
    assert tablet.refusals(Kind.VISIT_OPENED, **tablet.opened_payload()) == ("task_is_offsite",)


def test_what_was_filed_as_a_visit_is_not_made_off_site() -> None:
    tablet = Tablet()
    assert tablet.refusals(Kind.OFFSITE_OPENED, **tablet.opened_payload()) == ("task_is_onsite",)
    _, judged = engine.fold(tablet.clean_offsite().events, references())
    assert "task_is_onsite" in {r.code for j in judged for r in j.refusals}


STEPS = st.sampled_from(
    [
        lambda t: t.open_offsite(),
        lambda t: t.open(),
        lambda t: t.open_emergency(),
        lambda t: t.scan(),
        lambda t: t.show(WANG),
        lambda t: t.show(LI),
        lambda t: t.serve(),
        *[lambda t, p=p: t.answer(p) for p in POINTS],
        lambda t: t.photo(),
        lambda t: t.read_out(),
        lambda t: t.attest(WANG) if t.state.record else None,
        lambda t: t.attest(LI) if t.state.record else None,
        lambda t: t.sign() if t.state.record else None,
        lambda t: t.tell(),
        lambda t: t.leave() if t.events else None,
        lambda t: t.seal() if t.events else None,
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(STEPS, min_size=3, max_size=20), st.booleans())
def test_no_path_without_a_mark_mixes_the_two(steps: list, offsite: bool) -> None:
    """What was filed off site is sealed without an entry, what was not only with one."""
    refs = OFFSITE if offsite else references()
    tablet = Tablet(refs)
    (tablet.open_offsite if offsite else tablet.open)()
    for step in steps:
        step(tablet)
    state, judged = engine.fold(tablet.events, refs)
    if any(j.refusals for j in judged):
        return
    assert state.offsite is offsite
    assert offsite is (state.scan is None) or state.stage("tablet-1") is Stage.OPENED
    if state.stage("tablet-1") is Stage.SEALED:
        assert len(state.officers_counted("tablet-1")) >= 2
        assert (len(state.record_signers("tablet-1")) >= 2) is offsite
        assert (state.notice is None) is offsite
