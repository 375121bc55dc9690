"""Judging and folding: state + event → state, and what the rules say to it.

`check` says why an act may not be made; the tablet obeys it, the server notes it as an
irregularity. `apply` never fails: a signed fact is a fact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.content import signing
from shared.content.signing import Built
from shared.events.envelope import Event
from shared.events.kinds import EventKind as Kind
from shared.events.kinds import names
from shared.flow.ask import Ask, Gate, Refusal
from shared.flow.folding import FOLD
from shared.flow.stage import Stage
from shared.flow.state import Head, VisitState
from shared.flow.table import CONTENT, DUE, GATES, GUARDS, LANDING, NEXT, OFFSITE
from shared.reference import References
from shared.text import Text

RULE_OF_DUE = {
    Kind.VISIT_OPENED: "R24",
    Kind.SCANNED_IN: "R40",
    Kind.NOTICE_SERVED: "R44",
    Kind.RECORD_READ: "R45",
    Kind.SIGNED: "R45",
    Kind.RESULT_GIVEN: "R60",
    Kind.LEFT: "R40",
    Kind.SEALED: "R47",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An event with what the rules say to it; nothing said means lawful."""

    event: Event
    refusals: tuple[Refusal, ...]


def asked(event: Event) -> Ask:
    """The event seen as an act, at its server-corrected time."""
    return Ask(
        kind=event.kind,
        at=event.at.corrected,
        device_id=event.device_id,
        officer_id=event.officer_id,
        task_ids=event.task_ids,
        payload=event.payload,
        prev=event.prev,
        seq=event.seq,
        accuracy_m=event.loc.acc_m if event.loc else 0.0,
    )


def check(state: VisitState, event: Event, refs: References) -> tuple[Refusal, ...]:
    """Return every reason against this event, the order of the flow first."""
    ask = asked(event)
    return (
        *why_locked(state, ask, refs),
        *check_content(state, event, refs),
        *_guards(state, ask, refs),
    )


def check_act(state: VisitState, event: Event, refs: References) -> tuple[Refusal, ...]:
    """Return the reasons against the act itself, whatever content it signs."""
    gates = GATES.get((state.stage(event.device_id), event.kind))
    if gates is None:
        ask = asked(event)
        return (*why_locked(state, ask, refs), *_guards(state, ask, refs))
    return _said_by(gates, state, asked(event), refs) if gates else ()


def check_content(state: VisitState, event: Event, refs: References) -> tuple[Refusal, ...]:
    """Return what is wrong with the content an act signs; nothing for one that signs none."""
    return judge_content(state, event, refs)[1]


def judge_content(
    state: VisitState, event: Event, refs: References
) -> tuple[Built | None, tuple[Refusal, ...]]:
    """Return the content an act signs, as it should be, with what is wrong with it."""
    gate = CONTENT.get(event.kind)
    if gate is None:
        return None, ()
    built = signing.built(event.kind, state, refs, event.device_id, event.payload)
    refusal = gate(event.payload, built)
    return built, (refusal,) if refusal else ()


def why_locked(state: VisitState, ask: Ask, refs: References) -> tuple[Refusal, ...]:
    """Return why an act of this kind may not be made now, before it has a payload."""
    stage = state.stage(ask.device_id)
    if stage is Stage.SEALED:
        return (_SEALED,)
    row = NEXT.get((stage, ask.kind))
    if row is None:
        return (_out_of_order(stage, ask.kind),)
    return _said_by(row.gates, state, ask, refs)


def open_kinds(
    state: VisitState, refs: References, *, at: datetime, device_id: str, officer_id: str
) -> tuple[Kind, ...]:
    """Return the kinds a screen may offer now, in the order they are declared."""
    return tuple(
        kind
        for kind in Kind
        if not why_locked(
            state,
            Ask(kind=kind, at=at, device_id=device_id, officer_id=officer_id, task_ids=()),
            refs,
        )
    )


def apply(state: VisitState, event: Event, refs: References) -> VisitState:
    """Return the state after `event`, whether or not it was lawful."""
    tablet = event.device_id
    before = state.stage(tablet)
    row = NEXT.get((before, event.kind))
    after = row.next if row else LANDING.get(event.kind, before)
    if before is Stage.SEALED:
        after = Stage.SEALED
    news = FOLD[event.kind](state, event, refs)
    news["visit_id"] = event.visit_id
    news["stages"] = {**state.stages, tablet: after}
    news["heads"] = {**state.heads, tablet: Head(seq=event.seq, hash=event.hash)}
    news["last_at"] = event.at.corrected
    return state.changed(**news)


def fold(events: Iterable[Event], refs: References) -> tuple[VisitState, tuple[Judged, ...]]:
    """Fold events in their order; see `merge.order` for several tablets."""
    state = VisitState()
    judged = []
    for event in events:
        judged.append(Judged(event=event, refusals=check(state, event, refs)))
        state = apply(state, event, refs)
    return state, tuple(judged)


_SEALED = Refusal(
    code="sealed",
    rule="R47",
    reason=Text(zh="本次检查已封存，不可再改。", en="The visit is sealed and cannot change."),
)
"""The refusal of anything after the seal."""


def _guards(state: VisitState, ask: Ask, refs: References) -> tuple[Refusal, ...]:
    return _said_by(GUARDS.get(ask.kind, ()), state, ask, refs)


def _said_by(
    gates: Iterable[Gate], state: VisitState, ask: Ask, refs: References
) -> tuple[Refusal, ...]:
    said: tuple[Refusal, ...] = ()
    for gate in gates:
        refusal = gate(state, ask, refs)
        if refusal is not None:
            said = (*said, refusal)
    return said


def _out_of_order(stage: Stage, kind: Kind) -> Refusal:
    due = DUE[stage]
    said = names(offsite=stage in OFFSITE)
    return Refusal(
        code="out_of_order",
        rule=RULE_OF_DUE[due],
        reason=Text(
            zh=f"现在还不能“{said[kind].zh}”，请先“{said[due].zh}”。",
            en=f"Not yet: “{said[due].en}” comes before “{said[kind].en}”.",
        ),
        lifted_by=due,
    )
