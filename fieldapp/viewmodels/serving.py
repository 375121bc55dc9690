"""告知: the notice is read to its end, then signed for, refused or left unsigned (R44)."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels import papers
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.papers import Block
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Said
from fieldapp.viewmodels.signed_step import ReadThenSigned
from fieldapp.viewmodels.taking import NO_TAKING, Taking, TakingState, receipt_titles
from shared.events.kinds import EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingState:
    document: str = ""
    blocks: tuple[Block, ...] = ()
    signing: bool = False
    taking: TakingState = NO_TAKING
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class ServingViewModel(ReadThenSigned):
    def __init__(self, duty: Duty, show: Callable[[ServingState], None]) -> None:
        super().__init__(duty)
        self._show = show

    def beginning(self) -> Taking:
        """Nobody has been named yet: the notice is the first paper."""
        return Taking()

    def other(self, key: str) -> None:
        """Read the notice again."""
        if key == "notice.to_paper":
            self.to_sign(open_panel=False)

    def act(self) -> None:
        """Open the pad, serve the notice, or go on."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "notice.to_sign":
            self.to_sign(open_panel=True)
        elif action.key == "notice.next":
            self.onward()
        else:
            payload = self.signer.taking.acknowledgement(self.visit.notice().hash)
            if self.take(EventKind.NOTICE_SERVED, payload) is None:
                self.refresh()
            else:
                self.onward()

    def refresh(self) -> None:
        content = self.visit.notice()
        self._show(
            ServingState(
                document=self.visit.state.visit_id,
                blocks=papers.notice(content.data, content.hash),
                signing=self.signing,
                taking=self.panel(content.hash, receipt_titles()),
                primary=self._primary(),
                others=self._others(),
                said=self.said,
            )
        )

    def _primary(self) -> Action:
        if self.visit.state.notice is not None:
            return Action(key="notice.next", label=_("通知已送达，继续"), icon="next")
        reason: str = self.visit.why(EventKind.NOTICE_SERVED)
        if not self.signing:
            if not reason and not self.was_read:
                reason = _("请先把通知书看到最后。")
            return Action(
                key="notice.to_sign", label=_("读完，请企业签收"), icon="pen", reason=reason
            )
        return Action(
            key="notice.take",
            label=_("送达检查通知"),
            icon="check",
            reason=reason or self.signer.taking.missing(),
        )

    def _others(self) -> tuple[Action, ...]:
        if not self.signing:
            return ()
        return (Action(key="notice.to_paper", label=_("看通知书"), icon="paper"),)
