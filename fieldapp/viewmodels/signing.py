"""The record is signed, refused before a witness, or left unsigned. What is signed is its hash."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels import moments, papers
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.papers import Block
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Fact, Said
from fieldapp.viewmodels.signed_step import SignedStep
from fieldapp.viewmodels.taking import NO_TAKING, Mode, TakingState, labels, signature_titles
from shared.events.kinds import EventKind
from shared.flow.state import Acknowledged

KIND_OF = {
    Mode.SIGNED: EventKind.SIGNED,
    Mode.REFUSED: EventKind.REFUSED,
    Mode.ABSENT: EventKind.ABSENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningState:
    document: str = ""
    blocks: tuple[Block, ...] = ()
    reading: bool = False
    taking: TakingState = NO_TAKING
    closed: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class SigningViewModel(SignedStep):
    def __init__(self, duty: Duty, show: Callable[[SigningState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._reading = False

    def enter(self) -> None:
        self._reading = False
        super().enter()

    def other(self, key: str) -> None:
        """Look at the record, or come back from it."""
        self._reading = key == "signing.to_paper"
        self.refresh()

    def act(self) -> None:
        """Close the record as the enterprise took it; then to the result."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "signing.next":
            self.onward()
            return
        read = self.visit.state.record
        taking = self.signer.taking
        payload = taking.closing(read.content_hash if read else "")
        if self.take(KIND_OF[taking.mode], payload) is None:
            self.refresh()
        else:
            self.onward()

    def refresh(self) -> None:
        content = self.visit.record()
        self._show(
            SigningState(
                document=self.visit.state.visit_id,
                blocks=papers.record(content.data, content.hash),
                reading=self._reading,
                taking=self.panel(content.hash, signature_titles()),
                closed=closed_as(self.visit.state.closing) if self.visit.closed else (),
                primary=self._primary(),
                others=self._others(),
                said=self.said,
            )
        )

    def _primary(self) -> Action:
        if self.visit.closed:
            return Action(key="signing.next", label=_("继续"), icon="next")
        mode = self.signer.taking.mode
        reason = self.visit.why(KIND_OF[mode]) or self.signer.taking.missing()
        label = {
            Mode.SIGNED: _("企业签字确认"),
            Mode.REFUSED: _("登记拒绝签字"),
            Mode.ABSENT: _("登记无人签字"),
        }[mode]
        return Action(key="signing.take", label=label, icon="check", reason=reason)

    def _others(self) -> tuple[Action, ...]:
        if self._reading:
            return (Action(key="signing.to_pad", label=_("返回签字"), icon="pen"),)
        return (Action(key="signing.to_paper", label=_("看笔录"), icon="paper"),)


def closed_as(taken: Acknowledged | None) -> tuple[Fact, ...]:
    """How a content was taken, as facts to show."""
    if taken is None:
        return ()
    outcome = {
        "signed": _("已签字"),
        "refused": _("拒绝签字"),
        "absent": _("无人签字"),
    }.get(taken.outcome or "", "")
    facts = [
        Fact(name=_("结果"), value=outcome),
        Fact(name=_("时间"), value=moments.minute(taken.at)),
    ]
    if taken.name:
        capacity = labels().get(taken.capacity or "", taken.capacity or "")
        facts.append(Fact(name=_("签字人"), value=moments.several((taken.name, capacity))))
    if taken.reason:
        facts.append(Fact(name=_("原因"), value=taken.reason))
    if taken.witness:
        facts.append(Fact(name=_("见证人"), value=taken.witness))
    return tuple(facts)
