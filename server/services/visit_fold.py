"""Folding a visit: the shared engine over its events, each judged by what the server knew then.

Pure: everything comes in `Material`, which `visit_material` loads, so that a push, a rebuild and
a reader get the same from the same. It decides nothing the engine decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from server.services import state_json, visit_rules
from server.services.judging import Known, judged, known_at
from server.services.reference_snapshot import LATEST, Named, named_by
from server.services.visit_facts import Fact, FactKind
from server.services.visit_rules import Flag, Irregularity
from shared.content.signing import Built
from shared.events.envelope import Event
from shared.flow import engine, merge
from shared.flow.ask import Refusal
from shared.flow.folding import BY_REFERENCE
from shared.flow.state import VisitState
from shared.localtime import local_day
from shared.reference import ReferenceObject, References

ASK_AGAIN = "ask_again"
NOTHING_YET = VisitState()
"""What binds a content that the tablet shows before."""


@dataclass(frozen=True, kw_only=True)
class Material:
    """All that a visit's fold depends on. `objects` may hold more than this visit names."""

    visit_id: str
    chains: Mapping[str, Sequence[Event]]
    received: Mapping[str, datetime]
    judged_by: Mapping[str, int]
    facts: Sequence[Fact]
    objects: Mapping[Named, ReferenceObject]
    instead: Known | None = None
    """Judge by this instead of by what was known then: only to see what would differ."""

    @cached_property
    def ordered(self) -> tuple[Event, ...]:
        """All events in the one order there is for them."""
        return merge.order(self.chains)

    def known(self, seq: int = LATEST) -> Known:
        """What the snapshots up to server fact `seq` say."""
        if self.instead is not None:
            return self.instead
        found = self._knowns.get(seq)
        if found is None:
            newest = self._newest_by(seq)
            found = self._knowns.get(newest) or known_at(self.facts, newest)
            self._knowns[seq] = self._knowns[newest] = found
        return found

    @cached_property
    def day(self) -> date:
        """The local day the visit began, by its tablet's corrected clock."""
        return local_day(self.ordered[0].at.corrected)

    @cached_property
    def sent(self) -> Mapping[str, Sequence[ReferenceObject]]:
        """What each tablet named, as it was sent to it."""
        # What was sent only after the visit named it could not have been used.
        there, known = self.objects, self.known()
        return {
            device: [
                there[k, i, v]
                for k, i, v in named
                if (k, i, v) in there and f"missing:{k}:{i}:{v}" not in known
            ]
            for device, named in named_by(self.ordered).items()
        }

    def named(self, device_id: str) -> References:
        """What a tablet named, as it was sent to it: what stood on its screens."""
        if device_id not in self._named:
            self._named[device_id] = References.from_objects(self.sent.get(device_id, ()))
        return self._named[device_id]

    def references(self, device_id: str, seq: int = LATEST) -> References:
        """What a tablet's acts are judged by, as known up to server fact `seq`."""
        by = (device_id, self._newest_by(seq))
        if by not in self._references:
            self._references[by] = judged(self.named(device_id), self.known(seq), self.day)
        return self._references[by]

    @cached_property
    def judges(self) -> list[tuple[str, int]]:
        """By whose references each event is judged, and up to which snapshot."""
        newest = {seq: self._newest_by(seq) for seq in set(self.judged_by.values())}
        return [(e.device_id, newest[self.judged_by[e.id]]) for e in self.ordered]

    def goes_on_from(self, before: "Material") -> bool:
        """Whether the first of these events are those of `before`, judged by the same.

        All that they are folded by is compared, by value, so `before` may be anything. What it was
        asked is then not found out again.
        """
        there = before.ordered
        if self.ordered[: len(there)] != there:
            return False
        by = before.judges
        if self.judges[: len(by)] != by:
            return False
        if any(self.sent.get(tablet) != before.sent.get(tablet) for tablet in before.chains):
            return False
        if any(self.known(seq) != before.known(seq) for seq in {seq for _, seq in by}):
            return False
        self._named.update((tablet, before.named(tablet)) for tablet in before.chains)
        self._references.update((key, before.references(*key)) for key in set(by))
        return True

    def _newest_by(self, seq: int) -> int:
        """The newest snapshot up to fact `seq`: until the next one, the same is known."""
        return max([one for one in self._snapshots if one <= seq], default=0)

    def with_facts(self, facts: Sequence[Fact]) -> "Material":
        """The same with more server facts."""
        return replace(self, facts=facts)

    def judged_instead_by(self, known: Known) -> "Material":
        """The same as it would be judged by `known`; never to be stored."""
        return replace(self, instead={**self.known(), **known})

    @cached_property
    def _snapshots(self) -> Sequence[int]:
        return [f.seq for f in self.facts if f.kind is FactKind.REFERENCE_SNAPSHOT]

    @cached_property
    def _knowns(self) -> dict[int, Known]:
        return {}

    @cached_property
    def _named(self) -> dict[str, References]:
        return {}

    @cached_property
    def _references(self) -> dict[tuple[str, int], References]:
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An event with everything the rules say to it; nothing said means lawful."""

    event: Event
    irregularities: tuple[Irregularity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The newest ruling; `stands` while no irregularity has come that it does not speak of.

    That the tablets were asked again stands until something comes.
    """

    decision: str
    stands: bool


@dataclass(frozen=True, kw_only=True)
class Folded:
    """A visit as it stands. `references` are those its documents are built from.

    `signed` is what then should have been signed, by the event: built of what its tablet knew.
    `shown` is the visit as each tablet knew it.
    """

    visit_id: str
    material: Material
    state: VisitState
    judgements: tuple[Judgement, ...]
    references: References
    signed: Mapping[str, Built]
    shown: Mapping[str, VisitState]
    irregularities: tuple[Irregularity, ...]
    flags: tuple[Flag, ...]
    complete: bool
    ruling: Ruling | None
    earlier: tuple[VisitState, Mapping[str, Any]] | None = field(default=None, compare=False)
    """The state that this one came of, and its JSON, if this fold went on from another."""

    @cached_property
    def state_json(self) -> Mapping[str, Any]:
        """The state as it is stored; not to be changed, for it shares parts with earlier ones."""
        if self.earlier is None:
            return state_json.as_json(self.state)
        return state_json.of_state(self.state, *self.earlier)

    @property
    def lead(self) -> str:
        """The tablet that opened the visit, or the first that was heard of it."""
        return self.state.lead or self.material.ordered[0].device_id

    @property
    def outcome(self) -> str | None:
        """What the visit came to: why it could not be made, else its conclusion."""
        if self.state.unable is not None:
            return self.state.unable.reason
        return self.state.result.conclusion if self.state.result is not None else None

    @property
    def goes_out(self) -> bool:
        """Whether the result may be told: all is here, and nothing irregular waits for a ruling."""
        if not self.complete or self.state.result is None:
            return False
        if not self.irregularities:
            return True
        return self.ruling is not None and self.ruling.stands and self.ruling.decision == "ratify"


def fold(material: Material, before: Folded | None = None) -> Folded:
    """Fold a visit of at least one event; on from `before` if this visit does begin as that."""
    state = NOTHING_YET
    judgements: list[Judgement] = []
    as_shown: dict[str, VisitState] = {}
    signed: dict[str, Built] = {}
    earlier = None
    if before is not None and material.goes_on_from(before.material):
        state, judgements = before.state, [*before.judgements]
        as_shown, signed = {**before.shown}, {**before.signed}
        earlier = before.state, before.state_json
    by: dict[tuple[str, int], tuple[References, References, Known]] = {}
    for event in material.ordered[len(judgements) :]:
        tablet, seq = event.device_id, material.judged_by[event.id]
        if (tablet, seq) not in by:
            judges, screens = material.references(tablet, seq), material.named(tablet)
            by[tablet, seq] = judges, screens, material.known(seq)
        refs, told, known = by[tablet, seq]
        shown = as_shown.get(tablet, NOTHING_YET)
        # A content is judged by what its tablet knew, of the rules and of the visit: a certificate
        # revoked without its knowing is one irregularity, and the paper that names its holder is
        # not another; what another tablet of a joint visit wrote down was not on this one.
        built, differs = engine.judge_content(shown, event, told)
        refusals = (*engine.check_act(state, event, refs), *differs)
        judgements.append(Judgement(event=event, irregularities=_said(event, refusals, known)))
        if built is not None:
            signed[event.id] = built
        was, state = state, engine.apply(state, event, refs)
        as_shown[tablet] = _shown_after(shown, event, told, judged=(was, state))
    by_event = [said for one in judgements for said in one.irregularities]
    irregularities = (
        *by_event,
        *visit_rules.of_visit(material.chains, material.facts),
        *visit_rules.of_result(state, as_shown[state.lead] if state.lead else state),
    )
    return Folded(
        visit_id=material.visit_id,
        material=material,
        state=state,
        judgements=tuple(judgements),
        references=material.references(state.lead or material.ordered[0].device_id),
        signed=signed,
        shown=as_shown,
        irregularities=irregularities,
        flags=_flags(material, state),
        complete=_complete(material, state),
        ruling=_ruling(material, {said.code for said in irregularities}),
        earlier=earlier,
    )


def _shown_after(
    shown: VisitState, event: Event, told: References, *, judged: tuple[VisitState, VisitState]
) -> VisitState:
    """What a tablet knew after its event: mostly what the judges know, which is not folded twice.

    `judged` are their states before and after.
    """
    before, after = judged
    if shown is not before:
        return engine.apply(shown, event, told)
    if event.kind not in BY_REFERENCE:
        return after
    own = engine.apply(shown, event, told)
    return after if own == after else own


def _said(event: Event, refusals: Sequence[Refusal], known: Known) -> tuple[Irregularity, ...]:
    said = visit_rules.of_event(event, known)
    if not refusals:
        return said
    return (
        *[
            Irregularity(rule=r.rule, code=r.code, detail=r.reason, event_id=event.id)
            for r in refusals
        ],
        *said,
    )


def _flags(material: Material, state: VisitState) -> tuple[Flag, ...]:
    parameters = material.references(state.lead or material.ordered[0].device_id).parameters
    return visit_rules.flags(state, material.ordered, material.received, material.facts, parameters)


def _complete(material: Material, state: VisitState) -> bool:
    return (
        state.lead is not None
        and state.lead in state.sealed_at
        and not any(visit_rules.gap(chain) for chain in material.chains.values())
        and not merge.missing_heads(material.chains)
    )


def _ruling(material: Material, codes: set[str]) -> Ruling | None:
    rulings = [fact for fact in material.facts if fact.kind is FactKind.RULING]
    if not rulings:
        return None
    newest = rulings[-1]
    decision = newest.payload["decision"]
    answered = decision == ASK_AGAIN and any(
        seq >= newest.seq for seq in material.judged_by.values()
    )
    return Ruling(decision=decision, stands=codes <= set(newest.payload["codes"]) and not answered)
