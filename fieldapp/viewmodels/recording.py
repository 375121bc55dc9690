"""The on-site record: drafted from the answers, read out to its end, read again when changed (R45).

What the enterprise states is part of it, so it changes the record and its hash.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels import papers
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.papers import Block
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Said
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.step import Step
from shared.events.kinds import EventKind

NONE, AGREED, OWN = "none", "agreed", "own"
AGREES = "对检查情况无异议。"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingState:
    document: str = ""
    blocks: tuple[Block, ...] = ()
    statements: tuple[Choice, ...] = ()
    typing: bool = False
    statement: str = ""
    open: bool = True
    """Whether the record can still be read out, so that a statement can be taken down."""
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class RecordingViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[RecordingState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._choice = NONE
        self._typed = ""
        self._read_hash = ""

    def enter(self) -> None:
        self._read_hash = ""
        before = self.visit.state.record
        said = before.statement if before and before.statement else ""
        self._choice = NONE if not said else AGREED if said == AGREES else OWN
        self._typed = said if self._choice == OWN else ""
        super().enter()

    def choose(self, key: str) -> None:
        """What the enterprise states: nothing, agreement, or something of its own."""
        self._choice = key
        self.refresh()

    def state_own(self, text: str) -> None:
        """The enterprise's own words."""
        if text != self._typed:
            self._typed = text
            self.refresh()

    def read_to_end(self) -> None:
        """The last line of what is on the screen now has been seen."""
        shown = self.visit.record(self._statement()).hash
        if shown != self._read_hash:
            self._read_hash = shown
            self.refresh()

    def act(self) -> None:
        """Take down that the record was read out; then to the signatures."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "record.next":
            self.onward()
            return
        statement = self._statement()
        content = self.visit.record(statement)
        payload = {"content_hash": content.hash, "statement": statement}
        if self.take(EventKind.RECORD_READ, payload) is None:
            self.refresh()
        else:
            self.onward()

    def other(self, key: str) -> None:
        """To what was recorded wrongly."""
        if key == "record.correct":
            self.duty.go(Place.CORRECTION)

    def refresh(self) -> None:
        content = self.visit.record(self._statement())
        self._show(
            RecordingState(
                document=self.visit.state.visit_id,
                blocks=papers.record(content.data, content.hash),
                statements=self._statements(),
                typing=self._choice == OWN,
                statement=self._typed,
                open=not self.visit.read and not self.visit.offsite,
                primary=self._primary(),
                others=(self._correct(),),
                said=self.said,
            )
        )

    def _statement(self) -> str | None:
        if self._choice == AGREED:
            return AGREES
        return (self._typed.strip() or None) if self._choice == OWN else None

    def _statements(self) -> tuple[Choice, ...]:
        return tuple(
            Choice(key=key, label=label, chosen=key == self._choice)
            for key, label in (
                (NONE, _("未作陈述")),
                (AGREED, _("无异议")),
                (OWN, _("另有陈述")),
            )
        )

    def _correct(self) -> Action:
        """What was corrected may be looked at after the seal."""
        made = len(self.visit.state.corrections)
        label = _("更正（{count}）").format(count=made) if made else _("更正")
        reason = "" if made else self.visit.why(EventKind.CORRECTED)
        return Action(key="record.correct", label=label, icon="pen", reason=reason)

    def _primary(self) -> Action:
        if self.visit.offsite:
            return self._settling()
        if self.visit.read:
            return Action(key="record.next", label=_("已宣读，继续"), icon="next")
        reason: str = self.visit.why(EventKind.RECORD_READ)
        if not reason and self._read_hash != self.visit.record(self._statement()).hash:
            changed = self.visit.state.record is not None
            reason = _("笔录有改动，请重新宣读到最后。") if changed else _("请先把笔录宣读到最后。")
        return Action(key="record.read", label=_("已宣读，请企业签字"), icon="pen", reason=reason)

    def _settling(self) -> Action:
        """Off site there is nobody to read it out to: the officers settle it, then sign."""
        if self.visit.read:
            return Action(key="record.next", label=_("已定稿，继续"), icon="next")
        reason: str = self.visit.why(EventKind.RECORD_READ)
        if not reason and self._read_hash != self.visit.record(self._statement()).hash:
            reason = _("请先把记录看到最后。")
        label = _("记录定稿，请执法人员签字")
        return Action(key="record.read", label=label, icon="pen", reason=reason)
