"""Joint visits: several tablets, one order, and no result before every quoted head is there."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.events.kinds import EventKind as Kind
from shared.flow import engine, merge
from shared.flow.stage import Stage
from tests.world import LI, NOON, POINTS, WANG, ZHAO, Tablet, officer, references, task

HAN = "officer-han"
FIRE = task(id="task-fire", no="T2", agency_id="agency-1", officer_ids=[ZHAO, HAN])
REFS = references(FIRE, officer(HAN, "韩梅", "15010100009"))


def joint() -> tuple[Tablet, Tablet]:
    """A lead and a member, from the first scan to both seals."""
    lead = Tablet(refs=REFS)
    member = Tablet(
        refs=REFS,
        device_id="tablet-2",
        task_ids=("task-fire",),
        now=NOON + timedelta(seconds=3),
    )
    lead.open()
    lead.scan()
    member.act(Kind.JOINED, ZHAO, lead=_head(lead), agency_id="agency-1", references=[])
    lead.act(Kind.MEMBER_JOINED, member=_head(member), agency_id="agency-1")
    lead.show(WANG)
    lead.show(LI)
    member.show(ZHAO)
    member.show(HAN)
    lead.serve()
    for point in POINTS:
        lead.answer(point)
        member.answer(point)
    lead.read_out()
    lead.sign()
    lead.tell()
    lead.leave()
    member.act(Kind.SEALED, ZHAO, **member.seal_payload())
    return lead, member


def _head(tablet: Tablet) -> dict[str, object]:
    last = tablet.events[-1]
    return {"device_id": tablet.device_id, "seq": last.seq, "head": last.hash}


def test_the_lead_waits_for_its_members() -> None:
    lead, _ = joint()

    assert "members_open" in lead.refusals(Kind.SEALED, **lead.seal_payload())


def test_a_joint_visit_with_the_members_closing_code_is_lawful() -> None:
    lead, member = joint()
    lead.act(Kind.MEMBER_DONE, member=_head(member))
    lead.seal()

    events = merge.order({"tablet-1": lead.events, "tablet-2": member.events})
    state, judged = engine.fold(events, REFS)

    assert [(j.event.kind, j.refusals) for j in judged if j.refusals] == []
    assert state.stage("tablet-1") is state.stage("tablet-2") is Stage.SEALED
    assert state.lead == "tablet-1"


def test_a_member_that_stays_open_needs_its_reason_on_record() -> None:
    lead, _ = joint()
    lead.act(Kind.MEMBER_OPEN, device_id="tablet-2", reason="成员平板电量耗尽")

    assert lead.refusals(Kind.SEALED, **lead.seal_payload()) == ()


def test_two_answers_to_one_point_are_both_kept_and_the_graver_counts() -> None:
    lead, member = joint()
    graver = member.draft(
        Kind.POINT_ANSWERED,
        HAN,
        {
            "form_id": "form-1",
            "form_version": 2,
            "point_id": POINTS[0],
            "answer": "nonconform",
            "severity": "rectify",
        },
    )
    events = (*lead.events, *member.events[:-1], graver)

    state, _ = engine.fold(events, REFS)

    key = ("form-1", 2, POINTS[0])
    assert len(state.answers[key]) == 2
    counted = state.answer_to(key)
    assert counted is not None
    assert counted.severity == "rectify"


def test_a_quoted_head_that_has_not_arrived_is_named() -> None:
    lead, member = joint()

    assert merge.missing_heads({"tablet-1": lead.events}) == (("tablet-2", member.events[0].hash),)
    assert merge.missing_heads({"tablet-1": lead.events, "tablet-2": member.events}) == ()


@given(st.integers(min_value=-7200, max_value=7200))
def test_a_quote_beats_any_clock(skew: int) -> None:
    lead, member = joint()
    wrong = [
        replace(e, at=replace(e.at, wall=e.at.wall + timedelta(seconds=skew)))
        for e in member.events
    ]

    ordered = merge.order({"tablet-1": lead.events, "tablet-2": wrong})

    place = {event.id: index for index, event in enumerate(ordered)}
    assert place[lead.events[1].id] < place[wrong[0].id] < place[lead.events[2].id]
    assert [e for e in ordered if e.device_id == "tablet-1"] == lead.events
    assert [e for e in ordered if e.device_id == "tablet-2"] == wrong


def test_a_circle_of_quotes_holds_nothing_up() -> None:
    lead, member = joint()
    first = member.events[0]
    circle = replace(
        first,
        payload={**first.payload, "lead": {**first.payload["lead"], "head": lead.events[-1].hash}},
    )

    ordered = merge.order({"tablet-1": lead.events, "tablet-2": [circle, *member.events[1:]]})

    assert len(ordered) == len(lead.events) + len(member.events)


def test_one_tablet_alone_is_put_in_order_as_among_others() -> None:
    lead, member = joint()
    for tablet in (lead, member):
        alone = merge.order({tablet.device_id: tablet.events})

        assert alone == tuple(tablet.events)
        assert alone == merge.order({tablet.device_id: tablet.events, "nobody": []})


def test_only_kinds_that_say_so_build_on_other_tablets() -> None:
    lead, member = joint()
    quoting = {event.kind for event in (*lead.events, *member.events) if merge.quotes(event)}

    assert quoting <= merge.QUOTING
    assert quoting >= {Kind.JOINED, Kind.MEMBER_JOINED}
