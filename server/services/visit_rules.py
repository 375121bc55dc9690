"""What the server says of a visit beside the shared rules: things no tablet can know of itself.

An irregularity holds the result until supervision has ruled; a flag is worth a look and holds
nothing up. Nothing here refuses: a signed fact is a fact. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from server.services.judging import Known
from server.services.reference_snapshot import NAMING
from server.services.visit_facts import Fact, FactKind
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.flow.state import VisitState
from shared.localtime import local_day
from shared.reference import Parameters
from shared.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Irregularity:
    """A rule that a visit, or one event of it, does not keep."""

    rule: str
    code: str
    detail: Text
    event_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As a push answers it."""
        return {
            "rule": self.rule,
            "code": self.code,
            "detail": self.detail.zh,
            "detail_en": self.detail.en,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something to look at. `W-…` are the warnings of the published catalogue."""

    code: str
    facts: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, **self.facts}


CLOCK_SUSPECT, CLOCK_AHEAD = "clock_suspect", "clock_ahead"
OF_CLOCKS = frozenset({CLOCK_SUSPECT, CLOCK_AHEAD})
"""Flags that say a tablet's clock cannot be relied on."""
GAP, HOLD, RETARGET = "gap", "hold", "retarget"
"""Matters of a `desk_ruling` that change how a visit stands."""


class Retarget(StrEnum):
    """Whether a visit that came to another enterprise's door may be made there."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"


SAID: Mapping[str, tuple[str, Text]] = {
    "officer_not_on_tablet": (
        "R07",
        Text(zh="此人未在本平板登记。", en="This person is not enrolled on the tablet."),
    ),
    "key_not_in_force": (
        "R08",
        Text(
            zh="平板上的签名证书当时不在有效期内。",
            en="The signing certificate on the tablet was not in force then.",
        ),
    ),
    "reference_unknown": (
        "R11",
        Text(
            zh="所用的任务、表单或规则版本平台从未下发。",
            en="It names a version of a task, form or rule that was never sent.",
        ),
    ),
    "task_of_other_agency": (
        "R02",
        Text(zh="任务不属于本单位。", en="The task is another agency's."),
    ),
    "item_not_published": (
        "R10",
        Text(zh="检查事项不在已公布的清单内。", en="The item is not on the published list."),
    ),
    "visit_before_filing": (
        "R24",
        Text(zh="检查早于计划备案。", en="The visit was before the plan was filed."),
    ),
    "task_already_visited": (
        "R24",
        Text(zh="此任务已有一次检查。", en="There is a visit for this task already."),
    ),
    "approval_pending": (
        "R24",
        Text(
            zh="紧急检查尚无负责人批准的任务。",
            en="An emergency visit without a task that the head has approved.",
        ),
    ),
    "event_quarantined": (
        "R47",
        Text(
            zh="本次检查有记录因无法采信被隔离。",
            en="A record of this visit could not be trusted and lies in the quarantine.",
        ),
    ),
    "numbers_missing": (
        "R47",
        Text(
            zh="平板在这次检查前后有编号缺失，监督认定无法说明。",
            en="Numbers of the tablet are missing beside this visit, and nobody can say why.",
        ),
    ),
    "chain_gap": (
        "R47",
        Text(zh="检查过程记录不连续。", en="The chain of records has a gap."),
    ),
    "join_not_confirmed": (
        "R31",
        Text(
            zh="联合检查的加入与牵头平板的记录不符。",
            en="The lead tablet does not have the head that a member quotes.",
        ),
    ),
    "problem_untold": (
        "R60",
        Text(
            zh="成员单位发现的问题没有写进已告知的结果。",
            en="The result that was told leaves out a problem that a member found.",
        ),
    ),
}


def of_event(event: Event, known: Known) -> tuple[Irregularity, ...]:
    """What is irregular about one event, by what the server knew when it judged it."""
    tablet = known.get(f"tablet:{event.device_id}")
    codes: tuple[str, ...] = ()
    if tablet is not None:
        codes = _signer_codes(event, tablet["officers"].get(event.officer_id))
    if event.kind in NAMING:
        codes = (*codes, *_opening_codes(event, known, tablet))
    return tuple([_irregularity(code, event.id) for code in codes]) if codes else ()


def of_visit(
    chains: Mapping[str, Sequence[Event]], facts: Sequence[Fact]
) -> Iterator[Irregularity]:
    """What is irregular about the visit as a whole."""
    kinds = {fact.kind for fact in facts}
    if FactKind.TASK_ALREADY_VISITED in kinds:
        yield _irregularity("task_already_visited")
    if FactKind.LATE_APPROVAL not in kinds and _is_unapproved(chains):
        yield _irregularity("approval_pending")
    rejected = _rejected_at_the_desk(chains, facts) if FactKind.DESK_RULING in kinds else ()
    if FactKind.EVENT_QUARANTINED in kinds or HOLD in rejected:
        yield _irregularity("event_quarantined")
    if GAP in rejected:
        yield _irregularity("numbers_missing")
    if any(gap(chain) for chain in chains.values()):
        yield _irregularity("chain_gap")
    if any(_contradicted(event, chains) for chain in chains.values() for event in chain[:1]):
        yield _irregularity("join_not_confirmed")


def _rejected_at_the_desk(chains: Mapping[str, Sequence[Event]], facts: Sequence[Fact]) -> set[str]:
    """What kinds of matter were rejected; of held events, only those of a tablet that is there."""
    told = [fact.payload for fact in facts if fact.kind is FactKind.DESK_RULING]
    return {
        one["matter"]
        for one in told
        if one["decision"] == "reject" and (one["matter"] != HOLD or one["device_id"] in chains)
    }


def of_result(state: VisitState, lead: VisitState) -> Iterator[Irregularity]:
    """What is irregular about the result of a joint visit; `lead` is what its tablet knew (R60).

    The result is signed on the lead's tablet, which has only its own answers: where a member found
    worse, a person decides before an enterprise is told that all is well.
    """
    if state.result is None or state is lead:
        return
    told = {key: answer.gravity for key, answer in lead.problems()}
    if len(state.off_list) > len(lead.off_list) or any(
        answer.gravity > told.get(key, 0) for key, answer in state.problems()
    ):
        yield _irregularity("problem_untold")


def gap(chain: Sequence[Event]) -> bool:
    """Whether something is missing before or between the events of a chain."""
    return [event.seq for event in chain] != list(range(1, len(chain) + 1))


def flags(
    state: VisitState,
    ordered: Sequence[Event],
    received: Mapping[str, datetime],
    facts: Sequence[Fact],
    parameters: Parameters,
) -> tuple[Flag, ...]:
    """Everything worth a look."""
    found = [*_late(state, ordered, received, parameters), *_clock(ordered, received, parameters)]
    expired = [fact.payload["event_id"] for fact in facts if fact.kind is FactKind.HOLD_EXPIRED]
    if expired:
        found.append(Flag(code="hold_expired", facts={"events": len(expired)}))
    if ruled := sum([fact.kind is FactKind.DESK_RULING for fact in facts]):
        found.append(Flag(code="desk_ruled", facts={"decisions": ruled}))
    if mocked := sum([event.loc is not None and event.loc.mock for event in ordered]):
        found.append(Flag(code="mock_location", facts={"events": mocked}))
    if differing := _differing(state):
        found.append(Flag(code="answers_differ", facts={"points": differing}))
    return tuple(found)


def retarget(state: VisitState, facts: Sequence[Fact]) -> Retarget | None:
    """What became of the wish to inspect the enterprise whose code was read; None without one.

    No event asks for it (protocol §2): that another enterprise's code was read, nobody was scanned
    in and the visit could not be made, that is the request.
    """
    if state.unable is None or state.scan is not None or not state.mismatches:
        return None
    told = [fact.payload for fact in facts if fact.kind is FactKind.DESK_RULING]
    decided = [one["decision"] for one in told if one.get("matter") == RETARGET]
    if not decided:
        return Retarget.OPEN
    return Retarget.AGREED if decided[-1] == "ratify" else Retarget.DECLINED


def time_confidence(ordered: Sequence[Event], flags_: Sequence[Flag]) -> str:
    """How far the visit's times can be relied on: high, medium or low (protocol §6)."""
    if any(flag.code in OF_CLOCKS for flag in flags_):
        return "low"
    return "medium" if None in [event.at.server_offset_ms for event in ordered] else "high"


def _irregularity(code: str, event_id: str | None = None) -> Irregularity:
    rule, detail = SAID[code]
    return Irregularity(rule=rule, code=code, detail=detail, event_id=event_id)


def _signer_codes(event: Event, spans: Sequence[Sequence[str]] | None) -> tuple[str, ...]:
    if spans is None:
        return ("officer_not_on_tablet",)
    if event.officer_sig is None:
        return ()
    at = event.at.corrected
    for begin, end in spans:
        if datetime.fromisoformat(begin) <= at < datetime.fromisoformat(end):
            return ()
    return ("key_not_in_force",)


def _opening_codes(event: Event, known: Known, tablet: Mapping[str, Any] | None) -> Iterator[str]:
    if event.kind is EventKind.EMERGENCY_OPENED:
        yield from _urgent_codes(event, known, tablet)
    told = event.payload["references"]
    if not known.keys().isdisjoint([f"missing:{r['kind']}:{r['id']}:{r['version']}" for r in told]):
        yield "reference_unknown"
    tasks = [known.get(f"task:{id_}") for id_ in event.task_ids]
    there = [task for task in tasks if task is not None]  # the engine says what is not there
    if tablet is not None and any(task["agency_id"] != tablet["agency_id"] for task in there):
        yield "task_of_other_agency"
    if any(_before(event.at.corrected, task["filed_at"], known) for task in there):
        yield "visit_before_filing"


def _urgent_codes(event: Event, known: Known, tablet: Mapping[str, Any] | None) -> Iterator[str]:
    """An emergency names its agency and items itself; no gate of a filed task looks at them."""
    told, day = event.payload, local_day(event.at.corrected).isoformat()
    own = tablet["agency_id"] if tablet is not None else None
    if told["agency_id"] not in (None, own):
        yield "task_of_other_agency"
    for id_ in told["item_ids"]:
        spans = known.get(f"item:{id_}") or []
        if not any(begin <= day and (end is None or day <= end) for begin, end in spans):
            yield "item_not_published"
            return


def _before(at: datetime, filed_at: str | None, known: Known) -> bool:
    if filed_at is None:
        return False
    allowance = (known.get("parameters") or {}).get("clock_offset_max_s", 60)
    return at + timedelta(seconds=allowance) < datetime.fromisoformat(filed_at)


def _is_unapproved(chains: Mapping[str, Sequence[Event]]) -> bool:
    first = [event for chain in chains.values() for event in chain[:1]]
    urgent = any(event.kind is EventKind.EMERGENCY_OPENED for event in first)
    return urgent and not any(event.task_ids for event in first)


def _contradicted(event: Event, chains: Mapping[str, Sequence[Event]]) -> bool:
    quoted = event.payload.get("lead")
    if not isinstance(quoted, Mapping):
        return False
    there = {one.seq: one.hash for one in chains.get(quoted["device_id"], ())}
    return there.get(quoted["seq"], quoted["head"]) != quoted["head"]


def _late(
    state: VisitState,
    ordered: Sequence[Event],
    received: Mapping[str, datetime],
    parameters: Parameters,
) -> Iterator[Flag]:
    """R42: counted in natural days from the end of the visit to when its last event came."""
    end = state.left_at or max(state.sealed_at.values(), default=ordered[-1].at.corrected)
    days = (local_day(max(received.values())) - local_day(end)).days
    if days > parameters.late_sync_days:
        yield Flag(code="W-LATE", facts={"days": days, "allowed": parameters.late_sync_days})


def _clock(
    ordered: Sequence[Event], received: Mapping[str, datetime], parameters: Parameters
) -> Iterator[Flag]:
    if suspect := sum([event.at.suspect for event in ordered]):
        yield Flag(code=CLOCK_SUSPECT, facts={"events": suspect})
    allowed = timedelta(seconds=parameters.clock_offset_max_s)
    if ahead := sum([event.at.corrected > received[event.id] + allowed for event in ordered]):
        yield Flag(code=CLOCK_AHEAD, facts={"events": ahead})


def _differing(state: VisitState) -> int:
    return sum(
        len({(answer.answer, answer.severity) for answer in by_device.values()}) > 1
        for by_device in state.answers.values()
        if len(by_device) > 1
    )
