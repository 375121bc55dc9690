"""告知: the notice is read to its end, then signed for, refused or left unsigned (R44)."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels import papers
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.papers import Block
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Said
from fieldapp.viewmodels.signers import Signer, suggested
from fieldapp.viewmodels.step import Step
from fieldapp.viewmodels.taking import (
    NO_TAKING,
    Taking,
    TakingState,
    receipt_titles,
    shown,
)
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


class ServingViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[ServingState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self.signer = Signer(self.refresh)
        self._read = False
        self._signing = False

    def enter(self) -> None:
        self._read = self._signing = False
        self.signer.begin(Taking())
        super().enter()

    def read_to_end(self) -> None:
        """The last line has been on the screen."""
        if not self._read:
            self._read = True
            self.refresh()

    def pick_name(self, name: str) -> None:
        """A suggested name was touched."""
        owner = self.visit.enterprise.legal_rep if self.visit.enterprise else ""
        self.signer.owner(name, owner)

    def other(self, key: str) -> None:
        """Read the notice again."""
        if key == "notice.to_paper":
            self._signing = False
            self.refresh()

    def act(self) -> None:
        """Open the pad, serve the notice, or go on."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "notice.to_sign":
            self._signing = True
            self.refresh()
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
                signing=self._signing,
                taking=shown(
                    self.signer.taking,
                    names=suggested(self.visit),
                    content_hash=content.hash,
                    titles=receipt_titles(),
                ),
                primary=self._primary(),
                others=self._others(),
                said=self.said,
            )
        )

    def _primary(self) -> Action:
        if self.visit.state.notice is not None:
            return Action(key="notice.next", label=_("通知已送达，继续"), icon="next")
        reason: str = self.visit.why(EventKind.NOTICE_SERVED)
        if not self._signing:
            if not reason and not self._read:
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
        if not self._signing:
            return ()
        return (Action(key="notice.to_paper", label=_("看通知书"), icon="paper"),)
