"""结果必告知: the result is shown and acknowledged on the spot, or given later (R60)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fieldapp.language import _
from fieldapp.viewmodels import papers, ways
from fieldapp.viewmodels.contacting import NOBODY, Contacting, Contactor
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.papers import Block
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Fact, Said
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.saying import problem
from fieldapp.viewmodels.signed_step import ReadThenSigned
from fieldapp.viewmodels.signing import closed_as
from fieldapp.viewmodels.taking import NO_TAKING, TakingState, receipt_titles
from shared import site_contact
from shared.errors import DomainError
from shared.events.kinds import EventKind
from shared.site_contact import ContactKey

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
    asking: bool = False
    contact: Contacting = NOBODY
    taking: TakingState = NO_TAKING
    given: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class TellingViewModel(ReadThenSigned):
    def __init__(self, duty: Duty, show: Callable[[TellingState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self.contactor = Contactor(self.refresh)
        self._asking = False

    def enter(self) -> None:
        notice = self.visit.state.notice
        self._asking = False
        self.contactor.begin((notice and notice.name) or "", (notice and notice.capacity) or "")
        super().enter()

    def other(self, key: str) -> None:
        """Look at the result again, give it later, or say who is to be written to."""
        if key == "result.to_paper":
            self.to_sign(open_panel=False)
        elif key == "result.later" and not self._locked():
            self._give(on_the_spot=False)
        elif key == "result.contact":
            self._ask(asking=True)
        elif key == "result.contact_none":
            self.contactor.drop()
            self._ask(asking=False)

    def act(self) -> None:
        """Open the pad, give the result, or go on."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "result.next":
            self.onward()
        elif action.key == "result.serve":
            self._give(on_the_spot=False)
        elif action.key == "result.to_sign":
            self.to_sign(open_panel=True)
        elif action.key == "result.contact_done":
            self.contactor.note()
            self._ask(asking=False)
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
                conclusion=Said(
                    text=_conclusion(conclusion, offsite=self.visit.offsite), tone=TONES[conclusion]
                ),
                signing=self.signing and not self.visit.told,
                asking=self._asking and not self.visit.told,
                contact=self.contactor.draft,
                taking=self.panel(content.hash, receipt_titles()),
                given=(
                    (*closed_as(result.acknowledged), *self._contact_given())
                    if result and self.visit.told
                    else ()
                ),
                primary=self._primary(),
                others=self._others(),
                said=self._untransferred(conclusion) or self.said,
            )
        )

    def _ask(self, *, asking: bool) -> None:
        """Turn to the fields of the contact, or back to where one was."""
        self._asking = asking
        noted = self.contactor.noted
        self.said = SILENT
        if noted.given and not asking:
            text = _("结果将连同联系方式一起登记：{name}，{masked}").format(
                name=noted.name.strip(), masked=noted.reach.masked
            )
            self.said = Said(text=text, tone="information")
        self.refresh()

    def _key(self) -> ContactKey | None:
        """To whom a contact is sealed; None where the platform takes none from a tablet."""
        return site_contact.key_of(self.duty.session.desk.held.identities.settings())

    def _contact(self) -> dict[str, Any]:
        """The contact as a member of the payload; no member without one."""
        key, noted = self._key(), self.contactor.noted
        if key is None or not noted.given:
            return {}
        return {"contact": noted.payload(key, self.duty.ports.randomness)}

    def _contact_given(self) -> tuple[Fact, ...]:
        """What was given with the result, masked: the whole is for the platform alone."""
        flow = self.visit.flow
        given = (
            event.payload["contact"]
            for event in (flow.events() if flow else ())
            if event.kind is EventKind.RESULT_GIVEN
        )
        said = next((contact for contact in given if contact), None)
        if said is None:
            return ()
        return (Fact(name=_("联系方式"), value=f"{said['name']} {said['masked']}"),)

    def _untransferred(self, conclusion: str) -> Said | None:
        """A result that says transfer while nothing was transferred yet: worth a look, no lock."""
        if conclusion != "transfer" or self.visit.state.transfers or self.said.text:
            return None
        way = ways.way_out("", EventKind.TRANSFERRED, here=Place.RESULT)
        return Said(text=_("结论是移送处理，还没有登记移送。"), tone="caution", way=way)

    def _give(self, *, on_the_spot: bool) -> None:
        content = self.visit.result()
        taken = self.signer.taking.acknowledgement(content.hash) if on_the_spot else None
        try:
            contact = self._contact()
        except DomainError as error:  # a key that nothing can be sealed to
            self.said = problem(error)
            self.refresh()
            return
        payload = {
            "conclusion": content.data["conclusion"],
            "content_hash": content.hash,
            "given": "on_the_spot" if on_the_spot else "later",
            "acknowledgement": taken,
            **contact,
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
        if self._asking:
            label = _("记下联系方式")
            reason = self.contactor.draft.missing()
            return Action(key="result.contact_done", label=label, icon="check", reason=reason)
        reason = self._locked()
        if self.visit.offsite:
            if not reason and not self.was_read:
                reason = _("请先把告知书看到最后。")
            label = _("提交结果，由平台送达企业")
            return Action(key="result.serve", label=label, icon="check", reason=reason)
        if not self.signing:
            if not reason and not self.was_read:
                reason = _("请先把告知书看到最后。")
            label = _("请企业签收告知书")
            return Action(key="result.to_sign", label=label, icon="pen", reason=reason)
        reason = reason or self.signer.taking.missing()
        return Action(key="result.take", label=_("当场告知结果"), icon="check", reason=reason)

    def _others(self) -> tuple[Action, ...]:
        if self.visit.told or self.visit.offsite:
            return ()
        if self._asking:
            return (Action(key="result.contact_none", label=_("不留"), icon="cross"),)
        if self.signing:
            other = Action(key="result.to_paper", label=_("看告知书"), icon="paper")
        else:
            reason = self._locked()
            other = Action(key="result.later", label=_("事后送达"), icon="clock", reason=reason)
        if self._key() is None:
            return (other,)
        return (Action(key="result.contact", label=_("留联系方式"), icon="person"), other)


def _conclusion(code: str, *, offsite: bool) -> str:
    if offsite and code == "guidance":
        return _("检查结论：发现轻微问题，予以指导")
    if offsite and code == "fixed_on_spot":
        return _("检查结论：发现问题，已经改正")
    return {
        "no_problem": _("检查结论：未发现问题"),
        "guidance": _("检查结论：发现轻微问题，已当场指导"),
        "fixed_on_spot": _("检查结论：发现问题，已当场改正"),
        "rectify": _("检查结论：发现问题，责令改正"),
        "transfer": _("检查结论：发现问题，依法移送处理"),
        "unable": _("检查结论：无法检查"),
    }[code]
