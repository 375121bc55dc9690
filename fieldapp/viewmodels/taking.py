"""How the enterprise takes a content: signs for it, refuses before a witness, or is not there.

A draft only: what it lacks is said beside the button, and the flow judges the act it becomes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from math import dist
from typing import Any

from fieldapp.language import _
from fieldapp.viewmodels.parts import Choice

Stroke = Sequence[Sequence[int]]

LEAST_INK = 60
"""Length of line, in thousandths of the pad, below which a touch is no signature."""


class Mode(StrEnum):
    SIGNED = "signed"
    REFUSED = "refused"
    ABSENT = "absent"


# What goes into the event is Chinese, as on paper; the chips show it in the officer's language.
CAPACITIES = ("法定代表人", "负责人", "授权代表", "现场负责人", "员工")
REFUSALS = ("对检查内容有异议", "不愿说明理由", "须先请示上级或咨询律师")
ABSENCES = ("现场人员中途离开", "现场无人可以签收")


def labels() -> dict[str, str]:
    """The fixed answers in the current language."""
    return {
        "法定代表人": _("法定代表人"),
        "负责人": _("负责人"),
        "授权代表": _("授权代表"),
        "现场负责人": _("现场负责人"),
        "员工": _("员工"),
        "对检查内容有异议": _("对检查内容有异议"),
        "不愿说明理由": _("不愿说明理由"),
        "须先请示上级或咨询律师": _("须先请示上级或咨询律师"),
        "现场人员中途离开": _("现场人员中途离开"),
        "现场无人可以签收": _("现场无人可以签收"),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    mode: Mode = Mode.SIGNED
    name: str = ""
    capacity: str = ""
    strokes: tuple[Stroke, ...] = ()
    reason: str = ""
    witness: str = ""

    def signed_again(self) -> "Taking":
        """The pad wiped, for 重签."""
        return replace(self, strokes=())

    def missing(self) -> str:
        """What is still to be given before this can be made; empty when nothing is."""
        if self.mode is Mode.SIGNED:
            return self._unsigned()
        if not self.reason.strip():
            return _("请说明原因。")
        if self.mode is Mode.REFUSED and not self.witness.strip():
            return _("拒签须有见证人：请填写姓名和单位。")
        return ""

    def _unsigned(self) -> str:
        if not self.name.strip():
            return _("请选择或填写签收人姓名。")
        if not self.capacity.strip():
            return _("请选择签收人的身份。")
        if ink(self.strokes) < LEAST_INK:
            return _("请签收人在框内手写签名。")
        return ""

    def acknowledgement(self, content_hash: str) -> dict[str, Any]:
        """As notices and results are taken (payload of `notice_served`)."""
        signed = self.mode is Mode.SIGNED
        return {
            "content_hash": content_hash,
            "outcome": self.mode.value,
            "name": self.name.strip() if signed else None,
            "capacity": self.capacity.strip() if signed else None,
            "strokes": as_payload(self.strokes) if signed else [],
            "reason": None if signed else self.reason.strip(),
            "witness": (self.witness.strip() or None) if not signed else None,
        }

    def closing(self, content_hash: str) -> dict[str, Any]:
        """As the record is closed: payload of `signed`, `refused` or `absent`."""
        if self.mode is Mode.SIGNED:
            return {
                "content_hash": content_hash,
                "name": self.name.strip(),
                "capacity": self.capacity.strip(),
                "strokes": as_payload(self.strokes),
            }
        return {
            "content_hash": content_hash,
            "reason": self.reason.strip(),
            "witness": self.witness.strip() or None,
        }


def as_payload(strokes: Sequence[Stroke]) -> list[list[list[int]]]:
    return [[list(point) for point in stroke] for stroke in strokes]


def ink(strokes: Sequence[Stroke]) -> float:
    """How long the drawn line is, in thousandths of the pad."""
    return sum(dist(one[:2], other[:2]) for stroke in strokes for one, other in pairwise(stroke))


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingState:
    """A `Taking` as it is shown."""

    modes: tuple[Choice, ...] = ()
    signing: bool = True
    refusing: bool = False
    names: tuple[Choice, ...] = ()
    name: str = ""
    capacities: tuple[Choice, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    reasons: tuple[Choice, ...] = ()
    reason: str = ""
    witness: str = ""
    bound_to: str = ""


NO_TAKING = TakingState()


def shown(
    taking: Taking, *, names: Sequence[str], content_hash: str, titles: Mapping[Mode, str]
) -> TakingState:
    """The state of the signing panel.

    Args:
        taking: The draft.
        names: People who may sign, to be touched instead of typed.
        content_hash: What a signature is bound to.
        titles: What the three ways of taking it are called here.
    """
    reasons = REFUSALS if taking.mode is Mode.REFUSED else ABSENCES
    return TakingState(
        modes=tuple(
            Choice(key=mode, label=titles[mode], chosen=mode is taking.mode) for mode in Mode
        ),
        signing=taking.mode is Mode.SIGNED,
        refusing=taking.mode is Mode.REFUSED,
        names=tuple(
            Choice(key=name, label=name, chosen=name == taking.name)
            for name in dict.fromkeys(names)
            if name
        ),
        name=taking.name,
        capacities=_chips(CAPACITIES, taking.capacity),
        strokes=taking.strokes,
        reasons=_chips(reasons, taking.reason),
        reason=taking.reason,
        witness=taking.witness,
        bound_to=_("签名绑定内容 {hash}").format(hash=content_hash[:12]),
    )


def receipt_titles() -> dict[Mode, str]:
    """The ways a notice or a result is taken."""
    return {Mode.SIGNED: _("签收"), Mode.REFUSED: _("拒签"), Mode.ABSENT: _("无人签收")}


def signature_titles() -> dict[Mode, str]:
    """The ways a record is closed."""
    return {Mode.SIGNED: _("签字"), Mode.REFUSED: _("拒签"), Mode.ABSENT: _("无人签字")}


def _chips(values: Sequence[str], chosen: str) -> tuple[Choice, ...]:
    known = labels()
    return tuple(Choice(key=v, label=known[v], chosen=v == chosen) for v in values)
