"""What a visit's events add up to. Values only; how they come about is in `engine`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any

from shared.events.envelope import Fix
from shared.events.kinds import EventKind
from shared.flow.stage import Stage
from shared.values import changed

NOBODY: frozenset[str] = frozenset()
GRAVITY = {"conform": 0, "not_applicable": 0, "guidance": 1, "rectify": 2, "transfer": 3}

PointKey = tuple[str, int, str]
"""(form id, form version, point id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Head of another tablet's chain as this tablet's officer scanned it."""

    by: str
    device_id: str
    seq: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    event_id: str
    at: datetime
    method: str
    uscc: str
    premise_id: str | None
    kid: str | None
    nonce: str | None
    distance_m: float | None
    outside_reason: str | None
    late_reason: str | None
    manual_reason: str | None
    loc: Fix | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A credential shown: `counted` tells whether it was in force then (R04, R07)."""

    event_id: str
    device_id: str
    officer_id: str
    certificate_no: str
    at: datetime
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """How a content was taken: `outcome` signed, refused, absent, or None where nothing is said."""

    event_id: str
    at: datetime
    content_hash: str
    outcome: str | None
    name: str | None = None
    capacity: str | None = None
    reason: str | None = None
    witness: str | None = None
    strokes: tuple[Any, ...] = ()
    statement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """An officer's own signature under a record, by its hash."""

    event_id: str
    device_id: str
    officer_id: str
    at: datetime
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    event_id: str
    device_id: str
    officer_id: str
    at: datetime
    answer: str
    severity: str | None
    note: str | None
    fixed_on_spot: bool
    source: str
    fact: str | None

    @property
    def contradicted(self) -> str:
        """What was known and was found otherwise; empty where nothing is contradicted."""
        return (self.fact or "") if self.source == "observed" else ""

    @property
    def gravity(self) -> int:
        """0 for no problem, then guidance, rectify, transfer."""
        return GRAVITY[self.severity or self.answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class OffList:
    event_id: str
    text: str
    basis: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    event_id: str
    device_id: str
    evidence_id: str
    sha256: str
    size: int
    media_type: str
    point_id: str | None
    caption: str | None
    at: datetime
    """When it was added; a recording ended then, unless `begun_at` says otherwise."""
    handed_over: bool = False
    begun_at: datetime | None = None
    duration_ms: int | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    event_id: str
    of: str
    why: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unable:
    event_id: str
    at: datetime
    reason: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    event_id: str
    at: datetime
    conclusion: str
    content_hash: str
    given: str
    acknowledged: Acknowledged | None


@dataclass(frozen=True, kw_only=True)
class VisitState:
    """A visit as its events so far leave it.

    What is asked again and again is added up once for all the states between which it stays: each
    of those properties is named in `_MADE_OF` with the field that it follows from.
    """

    visit_id: str = ""
    lead: str | None = None
    stages: Mapping[str, Stage] = field(default_factory=dict)
    heads: Mapping[str, Head] = field(default_factory=dict)
    tasks_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    opened_at: datetime | None = None
    last_at: datetime | None = None
    provisional_no: str = ""
    references: tuple[tuple[str, str, int], ...] = ()
    emergency: Mapping[str, Any] | None = None
    offsite: bool = False
    """Whether it was begun as an inspection that nobody enters for."""
    scan: Scan | None = None
    mismatches: int = 0
    shown: tuple[Shown, ...] = ()
    notice: Acknowledged | None = None
    answers: Mapping[PointKey, Mapping[str, Answer]] = field(default_factory=dict)
    off_list: tuple[OffList, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    corrections: tuple[Correction, ...] = ()
    transfers: tuple[tuple[str, str], ...] = ()
    record: Acknowledged | None = None
    attested: tuple[Attested, ...] = ()
    closing: Acknowledged | None = None
    unable: Unable | None = None
    result: Result | None = None
    left_at: datetime | None = None
    left_by: str = ""
    """`fix`, or the kind of code that was scanned."""
    sealed_at: Mapping[str, datetime] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()
    members: Mapping[str, EventKind] = field(default_factory=dict)
    """Member tablet → the last of `member_joined`, `member_done`, `member_open` said of it."""

    def changed(self, **news: Any) -> "VisitState":
        """This state with some fields said anew."""
        made = changed(self, **news)
        for field_, property_ in _MADE_OF:
            if field_ in news:
                made.__dict__.pop(property_, None)
        return made

    def stage(self, device_id: str) -> Stage:
        return self.stages.get(device_id, Stage.UNOPENED)

    @property
    def task_ids(self) -> tuple[str, ...]:
        """Tasks of all tablets, the lead's first, each once."""
        devices = sorted(self.tasks_of, key=lambda device: (device != self.lead, device))
        return tuple(dict.fromkeys(t for device in devices for t in self.tasks_of[device]))

    def officers_counted(self, device_id: str) -> frozenset[str]:
        """Officers whose credential, shown on this tablet, was in force (R07)."""
        return self._counted.get(device_id, NOBODY)

    @cached_property
    def _counted(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for shown in self.shown:
            if shown.counted:
                found[shown.device_id] = found.get(shown.device_id, NOBODY) | {shown.officer_id}
        return found

    def record_signers(self, device_id: str) -> frozenset[str]:
        """Officers in force who have put their own signature under the record as it stands."""
        record = self.record.content_hash if self.record else ""
        signed = {
            one.officer_id
            for one in self.attested
            if one.device_id == device_id and one.content_hash == record
        }
        return self.officers_counted(device_id) & signed

    def answer_to(self, key: PointKey) -> Answer | None:
        """The answer that counts: of several tablets' the graver, of equals the later."""
        return self.counting.get(key)

    @cached_property
    def counting(self) -> Mapping[PointKey, Answer]:
        """The answer that counts, of each point that has one."""
        return {
            key: max(given.values(), key=_weight) if len(given) > 1 else next(iter(given.values()))
            for key, given in self.answers.items()
            if given
        }

    def problems(self) -> Iterator[tuple[PointKey, Answer]]:
        """Points that count as nonconform, in the order of their keys."""
        for key, answer in sorted(self.counting.items(), key=_key):
            if answer.answer == "nonconform":
                yield key, answer


_MADE_OF = (("answers", "counting"), ("shown", "_counted"))
_key = itemgetter(0)


def _weight(answer: Answer) -> tuple[int, datetime, str]:
    return answer.gravity, answer.at, answer.device_id
