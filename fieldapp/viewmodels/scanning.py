"""入企必扫码: looking, the right enterprise or the wrong one, and what else explains being here.

Whether a scan is good is the flow's to say; what it refuses is shown, and logged where it must be.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fieldapp.errors import StepRefused
from fieldapp.flow.scanning import CodeReading, Seen
from fieldapp.language import _, say
from fieldapp.ports.camera import Frame
from fieldapp.text import sentence
from fieldapp.viewmodels import mismatch, moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.looking import Looking
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Fact, Said
from fieldapp.viewmodels.saying import problem
from fieldapp.viewmodels.step import Step
from fieldapp.viewmodels.visit import Visit
from shared.errors import DomainError
from shared.events.kinds import EventKind

# What goes into the event is Chinese; the chips show it in the officer's language.
MANUAL_REASONS = ("企业码破损无法识读", "未张贴企业码且无营业执照", "系统故障无法扫码")
OUTSIDE_REASONS = ("实际经营地址与登记地址不一致", "定位信号弱", "检查在企业的另一处场所进行")


class Phase(StrEnum):
    LOOKING = "looking"
    WRONG = "wrong"
    OUTSIDE = "outside"
    MANUAL = "manual"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanState:
    phase: Phase = Phase.LOOKING
    photographed: bool = False
    hint: str = ""
    name: str = ""
    facts: tuple[Fact, ...] = ()
    reasons: tuple[Choice, ...] = ()
    reason: str = ""
    photo: Action = NO_ACTION
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class ScanViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[ScanState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._looking = Looking(duty.ports, self._read)
        self._light_offered = False
        self._clear()

    def _clear(self) -> None:
        self._phase = Phase.LOOKING
        self._found: CodeReading | None = None
        self._reason = ""
        self._photo = ""

    def enter(self) -> None:
        self._clear()
        self.said = SILENT
        if self.visit.state.scan is not None:
            self._phase = Phase.DONE
        else:
            self._start()
        self.refresh()

    def leave(self) -> None:
        self._looking.stop()

    def frame(self) -> Frame | None:
        """The picture to show, while one is shown."""
        return self._looking.frame()

    def saw(self, frame: Frame) -> None:
        """Look for a code in a picture. A text that was answered already is not answered twice."""
        if self._phase is Phase.LOOKING and not self.visit.why(EventKind.SCANNED_IN):
            self._looking.saw(frame)

    def again(self) -> None:
        """Look for another code."""
        self._phase, self._found, self._reason, self.said = Phase.LOOKING, None, "", SILENT
        self.refresh()

    def by_hand(self) -> None:
        """Neither code nor licence: identify by the sign over the door (R43)."""
        self._phase, self._reason, self._photo, self.said = Phase.MANUAL, "", "", SILENT
        self.refresh()

    def other(self, key: str) -> None:
        """One of the smaller buttons."""
        acts = {"scan.again": self.again, "scan.by_hand": self.by_hand, "scan.torch": self.torch}
        acts[key]()

    def torch(self) -> None:
        """Light on or off, for a code in a dark doorway."""
        try:
            self._looking.switch()
        except DomainError as error:
            self.said = problem(error)
        self.refresh()

    def tick(self) -> None:
        """A camera that is allowed only now brings its light with it."""
        if self._phase is Phase.LOOKING and self._looking.torch().open != self._light_offered:
            self.refresh()

    def explain(self, reason: str) -> None:
        """Why the scan is unusual, chosen or typed."""
        if reason != self._reason:
            self._reason = reason
            self.refresh()

    def take_photo(self) -> None:
        """Photograph the sign."""
        visit = self.visit
        if visit.flow is None or visit.why(EventKind.EVIDENCE_ADDED):
            return
        try:
            photo = self.duty.photo()
            event = visit.flow.add_photo(photo, officer_id=visit.officer_id, caption="门头照片")
        except DomainError as error:
            self.said = problem(error)
        else:
            self._photo = str(event.payload["sha256"])
            self.duty.changed()
        self.refresh()

    def act(self) -> None:
        """The big button: scan in as explained, look again, or go on."""
        if not self._primary().open:
            return
        if self._phase is Phase.DONE:
            self.onward()
        elif self._phase is Phase.WRONG:
            self.again()
        elif self._phase is Phase.OUTSIDE and self._found:
            self._scan_in({**self._found.payload, "outside_reason": self._reason.strip()})
        elif self._phase is Phase.MANUAL:
            self._scan_in(self._by_the_sign())

    def refresh(self) -> None:
        self._show(
            ScanState(
                phase=self._phase,
                photographed=bool(self._photo),
                hint=self.visit.why(EventKind.SCANNED_IN)
                or _("请将企业码或营业执照二维码放入框内"),
                name=self._name(),
                facts=self._facts(),
                reasons=self._reasons(),
                reason=self._reason,
                photo=self._photo_action(),
                primary=self._primary(),
                others=self._others(),
                said=self.said,
            )
        )

    def _start(self) -> None:
        try:
            self._looking.start()
        except DomainError as error:
            self.said = problem(error)

    def _read(self, text: str) -> None:
        if self.visit.flow is None:
            return
        self._found = found = self.visit.flow.read_code(text)
        if found.seen is Seen.RIGHT and found.measured and found.measured.outside:
            self._phase, self._reason, self.said = Phase.OUTSIDE, "", SILENT
        elif found.seen is Seen.RIGHT:
            self._scan_in(found.payload)
            return
        elif found.seen is Seen.MISMATCH:
            self._phase = Phase.WRONG
            self.take(EventKind.SCAN_MISMATCH, found.payload)
        else:
            self.said = Said(text=f"{say(sentence(found.code))} {found.text[:80]}", tone="caution")
        self.duty.signal(fine=False)
        self.refresh()

    def _scan_in(self, payload: Mapping[str, Any]) -> None:
        late = (self.visit.state.emergency or {}).get("reason")
        try:
            self.visit.take(EventKind.SCANNED_IN, {**payload, "late_reason": late})
        except StepRefused as refused:
            if {refusal.code for refusal in refused.refusals} == {"outside_unexplained"}:
                self._phase, self._reason, self.said = Phase.OUTSIDE, "", SILENT
            else:
                self.said = problem(refused)
        except DomainError as error:
            self.said = problem(error)
        else:
            self._phase, self.said = Phase.DONE, SILENT
            self._looking.stop()
            self.duty.signal(fine=True)
            self.duty.changed()
        self.refresh()

    def _by_the_sign(self) -> dict[str, Any]:
        away = self.visit.away()
        return {
            "method": "manual",
            "uscc": self.visit.task.uscc,
            "premise_id": self.visit.task.premise_id,
            "distance_m": None if away is None else round(away.distance_m, 1),
            "outside_reason": self._reason.strip() if away and away.outside else None,
            "manual_reason": self._reason.strip(),
            "photo_sha256": self._photo,
        }

    def _name(self) -> str:
        wrong = self._phase is Phase.WRONG
        uscc = mismatch.seen_uscc(self._found) if wrong else self.visit.task.uscc
        return mismatch.name_of(self.visit, uscc)

    def _facts(self) -> tuple[Fact, ...]:
        if self._phase is Phase.WRONG:
            return (
                *mismatch.both(self.visit, self._found),
                Fact(
                    name=_("要改查这一家"),
                    value=_("在“无法检查”里写明原因；监督同意后，由本单位变更计划另行检查。"),
                ),
            )
        facts = [
            Fact(name=_("信用代码"), value=self.visit.task.uscc),
            Fact(name=_("检查地点"), value=self._address()),
        ]
        facts += doubted(self.visit)
        done = self.visit.state.scan
        if done:
            facts.append(Fact(name=_("识别方式"), value=_method(done.method)))
            facts.append(Fact(name=_("扫码时间"), value=moments.minute(done.at)))
        if done and done.distance_m is not None:
            facts.append(Fact(name=_("与登记地址"), value=moments.distance(done.distance_m)))
        elif self._found and self._found.measured:
            away = self._found.measured
            facts.append(
                Fact(
                    name=_("与登记地址"),
                    value=_("{distance}，定位精度 {accuracy}").format(
                        distance=moments.distance(away.distance_m),
                        accuracy=moments.distance(away.accuracy_m),
                    ),
                )
            )
        return tuple(facts)

    def _address(self) -> str:
        return self.visit.premise.address if self.visit.premise else ""

    def _reasons(self) -> tuple[Choice, ...]:
        known = _reason_labels()
        offered = {Phase.OUTSIDE: OUTSIDE_REASONS, Phase.MANUAL: MANUAL_REASONS}
        return tuple(
            Choice(key=reason, label=known[reason], chosen=reason == self._reason)
            for reason in offered.get(self._phase, ())
        )

    def _photo_action(self) -> Action:
        if self._phase is not Phase.MANUAL:
            return NO_ACTION
        return Action(
            key="scan.photo",
            label=_("重拍门头照片") if self._photo else _("拍门头照片"),
            icon="camera",
            reason=self.visit.why(EventKind.EVIDENCE_ADDED),
        )

    def _primary(self) -> Action:
        if self._phase is Phase.DONE:
            return Action(key="scan.next", label=_("去亮证"), icon="next")
        if self._phase is Phase.WRONG:
            return Action(key="scan.retry", label=_("重新扫码"), icon="scan")
        if self._phase is Phase.LOOKING:
            return NO_ACTION
        reason: str = self.visit.why(EventKind.SCANNED_IN)
        if not reason and not self._reason.strip():
            reason = _("请选择或填写原因。")
        if not reason and self._phase is Phase.MANUAL and not self._photo:
            reason = _("请先拍摄门头照片。")
        label = _("按手工识别登记") if self._phase is Phase.MANUAL else _("说明原因并登记入企")
        return Action(key="scan.register", label=label, icon="check", reason=reason)

    def _others(self) -> tuple[Action, ...]:
        torch = self._looking.torch()
        self._light_offered = torch.open
        again = Action(key="scan.again", label=_("返回扫码"), icon="scan")
        by_hand = Action(
            key="scan.by_hand", label=_("没有码？"), reason=self.visit.why(EventKind.SCANNED_IN)
        )
        return {
            Phase.LOOKING: (torch, by_hand),
            Phase.WRONG: (),
            Phase.OUTSIDE: (again,),
            Phase.MANUAL: (again,),
            Phase.DONE: (),
        }[self._phase]


def doubted(visit: Visit) -> list[Fact]:
    """What a supervisor may ask about the position: said to the officer first, and no lock."""
    said = visit.doubts()
    if not said:
        return []
    value = _("{what}已随记录标明，不影响检查；如有原因可在说明中写明。")
    return [Fact(name=_("定位存疑"), value=value.format(what="".join(said)))]


def _method(code: str) -> str:
    return {
        "enterprise_code": _("企业码"),
        "licence": _("营业执照"),
        "place_code": _("场所码"),
        "manual": _("手工识别"),
    }.get(code, code)


def _reason_labels() -> dict[str, str]:
    return {
        "企业码破损无法识读": _("企业码破损无法识读"),
        "未张贴企业码且无营业执照": _("未张贴企业码且无营业执照"),
        "系统故障无法扫码": _("系统故障无法扫码"),
        "实际经营地址与登记地址不一致": _("实际经营地址与登记地址不一致"),
        "定位信号弱": _("定位信号弱"),
        "检查在企业的另一处场所进行": _("检查在企业的另一处场所进行"),
    }
