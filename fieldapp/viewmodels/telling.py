"""结果必告知: the result is shown and acknowledged on the spot, or given later (R60)."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels import papers, ways
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.papers import Block
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Fact, Said
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.signed_step import ReadThenSigned
from fieldapp.viewmodels.signing import closed_as
from fieldapp.viewmodels.taking import NO_TAKING, TakingState, receipt_titles
from shared.events.kinds import EventKind

TONES = {
    "no_problem": "fine",
    "fixed_on_spot": "fine",
    "guidance": "information",
    "rectify": "caution",
    "transfer": "problem",
    "unable": "caution",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingState:
    document: str = ""
    blocks: tuple[Block, ...] = ()
    conclusion: Said = SILENT
    signing: bool = False
    taking: TakingState = NO_TAKING
    given: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class TellingViewModel(ReadThenSigned):
    def __init__(self, duty: Duty, show: Callable[[TellingState], None]) -> None:
        super().__init__(duty)
        self._show = show

    def other(self, key: str) -> None:
        """Look at the result again, or give it later."""
        if key == "result.to_paper":
            self.to_sign(open_panel=False)
        elif key == "result.later" and not self._locked():
            self._give(on_the_spot=False)

    def act(self) -> None:
        """Open the pad, give the result, or go on."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "result.next":
            self.onward()
        elif action.key == "result.to_sign":
            self.to_sign(open_panel=True)
        else:
            self._give(on_the_spot=True)

    def refresh(self) -> None:
        content = self.visit.result()
        conclusion = content.data["conclusion"]
        result = self.visit.state.result
        self._show(
            TellingState(
                document=self.visit.state.visit_id,
                blocks=papers.result(content.data, content.hash),
                conclusion=Said(text=_conclusion(conclusion), tone=TONES[conclusion]),
                signing=self.signing and not self.visit.told,
                taking=self.panel(content.hash, receipt_titles()),
                given=closed_as(result.acknowledged) if result and self.visit.told else (),
                primary=self._primary(),
                others=self._others(),
                said=self._untransferred(conclusion) or self.said,
            )
        )

    def _untransferred(self, conclusion: str) -> Said | None:
        """A result that says transfer while nothing was transferred yet: worth a look, no lock."""
        if conclusion != "transfer" or self.visit.state.transfers or self.said.text:
            return None
        way = ways.way_out("", EventKind.TRANSFERRED, here=Place.RESULT)
        return Said(text=_("结论是移送处理，还没有登记移送。"), tone="caution", way=way)

    def _give(self, *, on_the_spot: bool) -> None:
        content = self.visit.result()
        taken = self.signer.taking.acknowledgement(content.hash) if on_the_spot else None
        payload = {
            "conclusion": content.data["conclusion"],
            "content_hash": content.hash,
            "given": "on_the_spot" if on_the_spot else "later",
            "acknowledgement": taken,
        }
        if self.take(EventKind.RESULT_GIVEN, payload) is None:
            self.refresh()
        else:
            self.onward()

    def _locked(self) -> str:
        return self.visit.why(EventKind.RESULT_GIVEN)

    def _primary(self) -> Action:
        if self.visit.told:
            return Action(key="result.next", label=_("结果已告知，继续"), icon="next")
        reason = self._locked()
        if not self.signing:
            if not reason and not self.was_read:
                reason = _("请先把告知书看到最后。")
            label = _("请企业签收告知书")
            return Action(key="result.to_sign", label=label, icon="pen", reason=reason)
        reason = reason or self.signer.taking.missing()
        return Action(key="result.take", label=_("当场告知结果"), icon="check", reason=reason)

    def _others(self) -> tuple[Action, ...]:
        if self.visit.told:
            return ()
        if self.signing:
            return (Action(key="result.to_paper", label=_("看告知书"), icon="paper"),)
        later = Action(key="result.later", label=_("事后送达"), icon="clock", reason=self._locked())
        return (later,)


def _conclusion(code: str) -> str:
    return {
        "no_problem": _("检查结论：未发现问题"),
        "guidance": _("检查结论：发现轻微问题，已当场指导"),
        "fixed_on_spot": _("检查结论：发现问题，已当场改正"),
        "rectify": _("检查结论：发现问题，责令改正"),
        "transfer": _("检查结论：发现问题，依法移送处理"),
        "unable": _("检查结论：无法检查"),
    }[code]
