"""无法检查: nobody there, moved, no entry, or broken off; shown by a photo or a witness.

An enterprise that was shown neither code nor card is in its right to refuse; the screen says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Said
from fieldapp.viewmodels.step import Step
from shared.events.kinds import EventKind

# What goes into the event is Chinese; the chips show it in the officer's language.
EXPLANATIONS = {
    "closed": ("大门关闭，已停止经营", "已办理注销或停业"),
    "moved": ("原址已由其他单位使用", "邻近单位称已搬离"),
    "not_found": ("登记地址查无此企业", "登记地址不存在"),
    "refused_entry": ("负责人拒绝检查人员进入", "门卫不予放行"),
    "aborted": ("现场发生突发情况", "因恶劣天气无法继续"),
}
OFFSITE_EXPLANATIONS = {
    "closed": ("已办理注销或停业",),
    "moved": ("登记住所已变更",),
    "aborted": ("企业未提供材料", "材料或者数据无法取得"),
}
"""Who never went there can neither find nobody nor be refused entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingState:
    reasons: tuple[Choice, ...] = ()
    explanations: tuple[Choice, ...] = ()
    explanation: str = ""
    officers: tuple[Choice, ...] = ()
    witness: str = ""
    witnessed: bool = False
    photos: str = ""
    photo: Action = NO_ACTION
    right: Said = SILENT
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class EndingViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[EndingState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._reason = self._explanation = self._witness = ""
        self._present: frozenset[str] = frozenset()

    def enter(self) -> None:
        self._reason = self._explanation = self._witness = ""
        shown = {shown.officer_id for shown in self.visit.state.shown}
        self._present = frozenset({self.visit.officer_id, *shown})
        super().enter()

    def reason(self, reason: str) -> None:
        self._reason, self._explanation = reason, ""
        self.refresh()

    def explain(self, text: str) -> None:
        """What was found, chosen or typed."""
        if text != self._explanation:
            self._explanation = text
            self.refresh()

    def witness(self, text: str) -> None:
        if text != self._witness:
            self._witness = text
            self.refresh()

    def toggle_officer(self, officer_id: str) -> None:
        """Say who is here; the officer at work always is."""
        if officer_id != self.visit.officer_id:
            self._present ^= {officer_id}
            self.refresh()

    def other(self, key: str) -> None:
        """Back to the visit."""
        if key == "unable.back":
            self.onward()

    def act(self) -> None:
        """Record that the inspection cannot be made; then to the result."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "unable.next" or self.take(EventKind.UNABLE, self._payload()):
            self.onward()
        else:
            self.refresh()

    def refresh(self) -> None:
        photos = len(self.visit.state.evidence)
        self._show(
            EndingState(
                reasons=_reasons(self._reason, offsite=self.visit.offsite),
                explanations=_explanations(
                    self._reason, self._explanation, offsite=self.visit.offsite
                ),
                explanation=self._explanation,
                officers=self._officers(),
                witness=self._witness,
                witnessed=self._reason in ("refused_entry", "aborted"),
                photos=_("已拍 {count} 张").format(count=photos) if photos else "",
                photo=Action(
                    key="unable.photo",
                    label=_("拍照取证") if self.visit.offsite else _("拍现场照片"),
                    icon="camera",
                    reason=self.visit.why(EventKind.EVIDENCE_ADDED),
                ),
                right=self._right(),
                primary=self._primary(),
                others=(Action(key="unable.back", label=_("返回检查"), icon="back"),),
                said=self.said,
            )
        )

    def _payload(self) -> dict[str, object]:
        return {
            "reason": self._reason,
            "explanation": self._explanation.strip(),
            "officer_ids": sorted(self._present),
            "evidence": [item.sha256 for item in self.visit.state.evidence],
            "witness": self._witness.strip() or None,
        }

    def _officers(self) -> tuple[Choice, ...]:
        known = self.visit.refs.officers
        return tuple(
            Choice(key=id_, label=known[id_].name, chosen=id_ in self._present)
            for id_ in self.visit.task.officer_ids
            if id_ in known and known[id_].kind == "officer"
        )

    def _right(self) -> Said:
        if self._reason != "refused_entry" or self.visit.state.shown:
            return SILENT
        text = _("尚未扫码亮证：企业此时有权拒绝检查。请先亮证说明，仍被拒绝再登记。")
        return Said(text=text, tone="information")

    def _primary(self) -> Action:
        if self.visit.state.unable is not None:
            return Action(key="unable.next", label=_("去告知结果"), icon="next")
        reason: str = self.visit.why(EventKind.UNABLE)
        if not reason and not self._reason:
            reason = _("请选择无法检查的原因。")
        if not reason and not self._explanation.strip():
            reason = _("请选择或填写现场情况。")
        if not reason:
            reason = self.visit.against(EventKind.UNABLE, self._payload())
        return Action(key="unable.register", label=_("登记无法检查"), icon="stop", reason=reason)


def _reasons(chosen: str, *, offsite: bool) -> tuple[Choice, ...]:
    return tuple(
        Choice(key=key, label=label, chosen=key == chosen, tone="caution")
        for key, label in (
            ("closed", _("停业")),
            ("moved", _("迁址")),
            ("not_found", _("查无企业")),
            ("refused_entry", _("拒绝进入")),
            ("aborted", _("检查中止")),
        )
        if not offsite or key in OFFSITE_EXPLANATIONS
    )


def _explanations(reason: str, chosen: str, *, offsite: bool) -> tuple[Choice, ...]:
    known = {
        "大门关闭，已停止经营": _("大门关闭，已停止经营"),
        "已办理注销或停业": _("已办理注销或停业"),
        "原址已由其他单位使用": _("原址已由其他单位使用"),
        "邻近单位称已搬离": _("邻近单位称已搬离"),
        "登记地址查无此企业": _("登记地址查无此企业"),
        "登记地址不存在": _("登记地址不存在"),
        "负责人拒绝检查人员进入": _("负责人拒绝检查人员进入"),
        "门卫不予放行": _("门卫不予放行"),
        "现场发生突发情况": _("现场发生突发情况"),
        "因恶劣天气无法继续": _("因恶劣天气无法继续"),
        "登记住所已变更": _("登记住所已变更"),
        "企业未提供材料": _("企业未提供材料"),
        "材料或者数据无法取得": _("材料或者数据无法取得"),
    }
    return tuple(
        Choice(key=text, label=known[text], chosen=text == chosen)
        for text in (OFFSITE_EXPLANATIONS if offsite else EXPLANATIONS).get(reason, ())
    )
