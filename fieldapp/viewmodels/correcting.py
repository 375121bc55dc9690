"""更正: saying what was recorded wrongly and how it was; nothing that was recorded is changed.

A correction goes into the record, which is read out and signed again (R45). The answer to a point
needs none: it is changed at its point, until the seal.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from fieldapp.language import _, say
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Fact, Said
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.step import Step
from shared.events.envelope import Event
from shared.events.kinds import NAMES, EventKind

CORRECTABLE = frozenset(
    {
        EventKind.SCANNED_IN,
        EventKind.CREDENTIALS_SHOWN,
        EventKind.NOTICE_SERVED,
        EventKind.OFF_LIST_FINDING,
        EventKind.EVIDENCE_ADDED,
        EventKind.TRANSFERRED,
        EventKind.RECORD_READ,
        EventKind.EMERGENCY_OPENED,
        EventKind.CORRECTED,
    }
)
"""What a record tells besides its answers."""

# What goes into the event is Chinese; the chips show it in the officer's language.
REASONS = ("记录时笔误", "当时了解的情况有误", "企业当场提出异议，经核实更正")
MOST_OF_A_TEXT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    event_id: str = ""
    text: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectingState:
    acts: tuple[Choice, ...] = ()
    text: str = ""
    reasons: tuple[Choice, ...] = ()
    why: str = ""
    past: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class CorrectingViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[CorrectingState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._draft = _Draft()
        self._events: tuple[Event, ...] = ()

    def enter(self) -> None:
        self._draft = _Draft()
        self._read()
        super().enter()

    def of(self, event_id: str) -> None:
        """Which act was recorded wrongly."""
        self._write(event_id=event_id)

    def text(self, text: str) -> None:
        """How it was."""
        self._write(text=text)

    def why(self, text: str) -> None:
        """Why it is corrected, chosen or typed."""
        self._write(why=text)

    def other(self, key: str) -> None:
        """Back to the record, which is to be read out again."""
        if key == "correction.back":
            self.duty.go(Place.CHECKLIST if self.visit.member else Place.RECORD)

    def act(self) -> None:
        """Record the correction; another may follow."""
        wrong = next((one for one in self._events if one.id == self._draft.event_id), None)
        if not self._primary().open or wrong is None:
            return
        payload = {
            "event_id": wrong.id,
            "text": f"{self._on_paper(wrong)}：{self._draft.text.strip()}",
            "why": self._draft.why.strip(),
        }
        if self.take(EventKind.CORRECTED, payload) is not None:
            self._draft = _Draft()
            self._read()
            self.said = Said(text=_("已登记更正，请重新宣读笔录。"), tone="fine")
        self.refresh()

    def refresh(self) -> None:
        draft = self._draft
        self._show(
            CorrectingState(
                acts=tuple(self._acts()),
                text=draft.text,
                reasons=tuple(_reasons(draft.why)),
                why=draft.why,
                past=tuple(
                    Fact(name=_("更正"), value=f"{one.text}（{one.why}）")
                    for one in self.visit.state.corrections
                ),
                primary=self._primary(),
                others=(Action(key="correction.back", label=_("返回笔录"), icon="back"),),
                said=self.said,
            )
        )

    def _read(self) -> None:
        flow = self.visit.flow
        events = flow.events() if flow else ()
        self._events = tuple(one for one in reversed(events) if one.kind in CORRECTABLE)

    def _acts(self) -> Iterator[Choice]:
        for event in self._events:
            name = f"{moments.clock(event.at.corrected)}　{say(NAMES[event.kind])}"
            label = f"{name}　{self._detail(event)}".rstrip("　")
            yield Choice(key=event.id, label=label, chosen=event.id == self._draft.event_id)

    def _detail(self, event: Event) -> str:
        """What tells this act from others of its kind, short."""
        payload, refs = event.payload, self.visit.refs
        shown = refs.officers.get(payload.get("officer_id") or "")
        told = payload.get("text") or payload.get("caption") or payload.get("statement")
        told = told or (shown.name if shown else "") or payload.get("explanation") or ""
        return told if len(told) <= MOST_OF_A_TEXT else f"{told[:MOST_OF_A_TEXT]}…"

    def _on_paper(self, event: Event) -> str:
        """The act as the record names it: Chinese, whatever language the screen is in."""
        detail = self._detail(event)
        said = f"“{detail}”" if detail else ""
        return f"{moments.clock(event.at.corrected)} {NAMES[event.kind].zh}{said}"

    def _write(self, **changes: str) -> None:
        changed = replace(self._draft, **changes)
        if changed != self._draft:
            self._draft = changed
            self.refresh()

    def _primary(self) -> Action:
        reason: str = self.visit.why(EventKind.CORRECTED)
        if not reason and not self._draft.event_id:
            reason = _("请选择更正哪一条记录。")
        if not reason and not self._draft.text.strip():
            reason = _("请写明实际情况。")
        if not reason and not self._draft.why.strip():
            reason = _("请选择或填写更正的原因。")
        return Action(key="correction.register", label=_("登记更正"), icon="pen", reason=reason)


def _reasons(chosen: str) -> Iterator[Choice]:
    known = {
        "记录时笔误": _("记录时笔误"),
        "当时了解的情况有误": _("当时了解的情况有误"),
        "企业当场提出异议，经核实更正": _("企业当场提出异议，经核实更正"),
    }
    for reason in REASONS:
        yield Choice(key=reason, label=known[reason], chosen=reason == chosen)
