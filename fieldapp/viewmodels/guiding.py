"""遇到问题怎么办: short answers for the field, read with no network. It decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`answer` is empty while it is folded away."""

    key: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidingState:
    questions: tuple[Question, ...] = ()
    primary: Action = NO_ACTION


class GuidingViewModel:
    def __init__(self, duty: Duty, show: Callable[[GuidingState], None]) -> None:
        self.duty = duty
        self._show = show
        self._open = ""

    def enter(self) -> None:
        self._open = ""
        self.refresh()

    def leave(self) -> None:
        """Nothing runs behind this screen."""

    def tick(self) -> None:
        """Nothing here changes by the second."""

    def toggle(self, key: str) -> None:
        """Unfold one answer, or fold it away."""
        self._open = "" if key == self._open else key
        self.refresh()

    def act(self) -> None:
        """Back to where help was asked for."""
        self.duty.go(self.duty.came_from)

    def refresh(self) -> None:
        self._show(
            GuidingState(
                questions=tuple(
                    Question(key=key, question=question, answer=answer if key == self._open else "")
                    for key, question, answer in _answers()
                ),
                primary=Action(key="guide.back", label=_("返回"), icon="back"),
            )
        )


def _answers() -> tuple[tuple[str, str, str], ...]:
    return (
        (
            "offline",
            _("没有网络怎么办？"),
            _("照常检查：扫码、亮证、填表、签字都不需要网络。有网后自动上传，10 个自然日内即可。"),
        ),
        (
            "no_code",
            _("企业没有码，也没有营业执照怎么办？"),
            _("在扫码页点“没有码？”，选择原因并拍下门头，按手工识别登记。"),
        ),
        (
            "wrong",
            _("扫到的是另一家企业怎么办？"),
            _("不得检查。核对任务和门牌后重新扫码；这次扫码会留下记录。"),
        ),
        (
            "closed",
            _("企业关门、搬走或找不到怎么办？"),
            _("点“无法检查”，选择原因并拍现场照片，两名执法人员在场。不计入年度频次。"),
        ),
        (
            "refused",
            _("企业不让进怎么办？"),
            _(
                "先扫码亮证、说明来意。未扫码亮证时企业有权拒绝；仍被拒绝的，点“无法检查”登记见证人，离开。"
            ),
        ),
        (
            "unsigned",
            _("企业不肯签字怎么办？"),
            _("选“拒签”，写明原因和见证人；负责人不在的，选“无人签字”。不得要求法定代表人到场。"),
        ),
        (
            "second",
            _("第二名执法人员还没到怎么办？"),
            _("可以先扫码；两人都亮证后才能送达通知和填表。"),
        ),
        (
            "leaving",
            _("离开企业时怎么登记？"),
            _(
                "告知结果后，在“离企”页扫描企业码，或点按钮以定位登记；扫到另一家企业的码不能登记，要重新扫。"
            ),
        ),
        (
            "mistake",
            _("填错了怎么办？"),
            _("封存前每一项都可以改；改过之后笔录要重新宣读和签字。"),
        ),
        (
            "urgent",
            _("情况紧急又没有任务怎么办？"),
            _("回到今日任务，点“紧急检查”。离开前必须扫码，负责人事后补批。"),
        ),
        (
            "lost",
            _("平板丢失怎么办？"),
            _("立即告诉本机关管理员。两名管理员确认后，平板下次联网即清除；已上传的不受影响。"),
        ),
    )
