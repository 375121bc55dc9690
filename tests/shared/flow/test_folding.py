"""What an event adds to a visit follows from the event; where it does not, the table says so."""

import dis
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.kinds import EventKind
from shared.flow import engine
from shared.flow.folding import BY_REFERENCE, FOLD
from shared.flow.state import VisitState
from shared.flow.table import GUARDS
from tests.world import HELPER, LI, POINTS, WANG, Tablet

TABLETS = {"tablet-1": WANG, "tablet-2": LI}
STEPS = st.one_of(
    st.tuples(st.just("show"), st.sampled_from([WANG, LI, HELPER])),
    st.tuples(st.just("answer"), st.sampled_from(POINTS), st.sampled_from(["guidance", "rectify"])),
    st.tuples(st.just("answer"), st.sampled_from(POINTS)),
    st.tuples(st.just("photo")),
    st.tuples(st.sampled_from(["open", "scan", "serve"])),
)


def test_the_references_are_asked_by_the_kinds_that_say_so_alone() -> None:
    """The server folds a visit once where what the tablet and what the judges know is the same."""
    asking = {
        kind
        for kind, fold in FOLD.items()
        if any(step.argval == "refs" for step in dis.get_instructions(fold))
    }

    assert asking == BY_REFERENCE


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(TABLETS)), STEPS), max_size=12))
def test_what_is_remembered_and_looked_up_is_what_is_added_up_and_asked_anew(steps: list) -> None:
    tablets = {id_: Tablet(device_id=id_) for id_ in TABLETS}
    state = VisitState()
    for id_, (name, *told) in steps:
        tablet = tablets[id_]
        if name == "answer" and len(told) == 2:
            tablet.answer(told[0], "nonconform", severity=told[1])
        else:
            getattr(tablet, name)(*told)
        event = tablet.events[-1]
        asked = engine.asked(event)
        locks = engine.why_locked(state, asked, tablet.refs)
        guards = [gate(state, asked, tablet.refs) for gate in GUARDS.get(event.kind, ())]
        said = (*locks, *[refusal for refusal in guards if refusal])
        assert engine.check_act(state, event, tablet.refs) == said
        state = engine.apply(state, event, tablet.refs)

        anew = replace(state)
        assert state == anew
        assert state.counting == anew.counting
        assert list(state.problems()) == list(anew.problems())
        for one in TABLETS:
            assert state.officers_counted(one) == anew.officers_counted(one)


def test_of_one_point_the_graver_of_several_tablets_counts_and_of_equals_the_later() -> None:
    state, first, second = VisitState(), Tablet(), Tablet(device_id="tablet-2")
    first.answer(POINTS[0], "nonconform", severity="guidance")
    second.now = first.now
    second.answer(POINTS[0])
    second.answer(POINTS[1])
    for tablet in (first, second):
        for event in tablet.events:
            assert event.kind is EventKind.POINT_ANSWERED
            state = engine.apply(state, event, tablet.refs)

    assert [answer.device_id for answer in state.counting.values()] == ["tablet-1", "tablet-2"]
    assert [(key[2], answer.severity) for key, answer in state.problems()] == [
        (POINTS[0], "guidance")
    ]
