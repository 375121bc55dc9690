"""紧急检查: begun before there is a task (R41); scanned before leaving, approved afterwards (R24).

The officer says why, what is inspected and who approved by word of mouth; everything else is a
visit like any other. Nothing must be typed but the name of who approved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fieldapp.language import _
from fieldapp.text import explain
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Said
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.saying import problem
from shared.errors import DomainError
from shared.localtime import local_day
from shared.reference import FormVersion, References

# What goes into the event is Chinese; the chips show it in the officer's language.
EXPLANATIONS = ("群众举报正在发生的危害", "发现重大安全隐患", "上级要求立即处置")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyState:
    reasons: tuple[Choice, ...] = ()
    explanations: tuple[Choice, ...] = ()
    explanation: str = ""
    items: tuple[Choice, ...] = ()
    approver: str = ""
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class EmergencyViewModel:
    def __init__(self, duty: Duty, show: Callable[[EmergencyState], None]) -> None:
        self.duty = duty
        self._show = show
        self.said = SILENT
        self._clear()

    def _clear(self) -> None:
        self._reason = self._explanation = self._approver = ""
        self._items: frozenset[str] = frozenset()

    def enter(self) -> None:
        self._clear()
        self.said = SILENT
        self.refresh()

    def leave(self) -> None:
        """Nothing runs behind this screen."""

    def tick(self) -> None:
        """Nothing here changes by the second."""

    def reason(self, reason: str) -> None:
        self._reason = reason
        self.refresh()

    def explain(self, text: str) -> None:
        """What is happening, chosen or typed."""
        if text != self._explanation:
            self._explanation = text
            self.refresh()

    def approver(self, name: str) -> None:
        """Who approved by word of mouth."""
        if name != self._approver:
            self._approver = name
            self.refresh()

    def toggle_item(self, item_id: str) -> None:
        """Inspect a published item, or leave it out again."""
        self._items ^= {item_id}
        self.refresh()

    def other(self, key: str) -> None:
        """Back to the list of tasks."""
        if key == "emergency.back":
            self.duty.go(Place.TODAY)

    def act(self) -> None:
        """Open the visit and go where its next step is made."""
        if not self._primary().open:
            return
        try:
            flow = self.duty.session.open_emergency(
                self._payload(), officer_id=self.duty.officer_id
            )
        except DomainError as error:
            self.said = problem(error)
            self.refresh()
            return
        self.duty.take_up(self.duty.session.emergency_line(flow.visit_id))

    def refresh(self) -> None:
        if not self.duty.unlocked:
            return
        self._show(
            EmergencyState(
                reasons=_reasons(self._reason),
                explanations=_explanations(self._explanation),
                explanation=self._explanation,
                items=self._choices(),
                approver=self._approver,
                primary=self._primary(),
                others=(Action(key="emergency.back", label=_("返回今日任务"), icon="back"),),
                said=self.said,
            )
        )

    def _choices(self) -> tuple[Choice, ...]:
        return tuple(
            Choice(key=id_, label=name, chosen=id_ in self._items)
            for id_, name in _offered(self._references(), self._agency(), self._today())
        )

    def _payload(self) -> Mapping[str, Any]:
        refs = self._references()
        forms = [
            {"id": form.id, "version": form.version}
            for form in _forms(refs, self._items, self._today())
        ]
        return {
            "reason": self._reason,
            "explanation": self._explanation.strip(),
            "oral_approver": self._approver.strip(),
            "oral_approved_at": self.duty.session.desk.held.timekeeper.now(),
            "agency_id": self._agency(),
            "item_ids": sorted(self._items),
            "forms": forms,
        }

    def _references(self) -> References:
        return self.duty.session.references()

    def _agency(self) -> str:
        return self.duty.session.identity.agency_id

    def _today(self) -> Any:
        return local_day(self.duty.session.desk.held.timekeeper.now())

    def _primary(self) -> Action:
        label = _("开始紧急检查")
        return Action(key="emergency.begin", label=label, icon="next", reason=self._missing())

    def _missing(self) -> str:
        try:
            self.duty.session.refuse_new_visit()
        except DomainError as error:
            return explain(error)
        if not self._reason:
            return _("请选择紧急的原因。")
        if not self._explanation.strip():
            return _("请选择或填写现场情况。")
        if not self._items:
            return _("请选择要检查的事项。")
        if not self._approver.strip():
            return _("请填写口头批准的负责人。")
        return ""


def _offered(refs: References, agency_id: str, today: Any) -> list[tuple[str, str]]:
    """The agency's published items that have a form in force: nothing off the list (R10)."""
    return [
        (item.id, item.name)
        for item in sorted(refs.items.values(), key=lambda each: each.code)
        if item.agency_id == agency_id
        and item.published_on(today)
        and _forms(refs, {item.id}, today)
    ]


def _forms(refs: References, item_ids: Any, today: Any) -> list[FormVersion]:
    """The newest form in force of each item."""
    newest: dict[str, Any] = {}
    for form in refs.forms.values():
        in_force = form.valid_from <= today and (form.valid_to is None or today <= form.valid_to)
        held = newest.get(form.id)
        if form.item_id in item_ids and in_force and (not held or held.version < form.version):
            newest[form.id] = form
    return [FormVersion(id=form.id, version=form.version) for form in newest.values()]


def _reasons(chosen: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(key=key, label=label, chosen=key == chosen, tone="caution")
        for key, label in (
            ("emergency", _("紧急情况")),
            ("evidence_risk", _("证据可能灭失")),
        )
    )


def _explanations(chosen: str) -> tuple[Choice, ...]:
    known = {
        "群众举报正在发生的危害": _("群众举报正在发生的危害"),
        "发现重大安全隐患": _("发现重大安全隐患"),
        "上级要求立即处置": _("上级要求立即处置"),
    }
    return tuple(
        Choice(key=text, label=known[text], chosen=text == chosen) for text in EXPLANATIONS
    )
