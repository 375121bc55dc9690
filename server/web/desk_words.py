"""What the decisions of the ruling desk are called and what follows from each. Only words."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from server.services.desk import Matter
from server.services.desk_rulings import Decision


@dataclass(frozen=True, slots=True)
class Act:
    """`text` stands on the button, `follows` beside it before anybody presses."""

    text: LazyString
    follows: LazyString


RESEND = Act(_("请平板补传"), _("平板下次联网时重新发送。补传到之前，这件事移到“已请补传”。"))
APART = Act(_("不予采信"), _("留在隔离区，不计入检查；原文一直保存。"))
ACTS: Mapping[tuple[Matter, Decision], Act] = {
    (Matter.VISIT, Decision.RATIFY): Act(
        _("认可这次检查"),
        _("认可后，结果告知书会照常生成并发给企业；不合规之处仍保留在记录里。"),
    ),
    (Matter.VISIT, Decision.REJECT): Act(
        _("不予认可"), _("不予认可后，不会向企业发出结果告知；证据和事件链照常保存。")
    ),
    (Matter.VISIT, Decision.ASK_AGAIN): Act(
        _("请平板补传"), _("请这次检查的每台平板把全部事件重新发送；有新的事件传来，就再等您裁定。")
    ),
    (Matter.FORK, Decision.REJECT): APART,
    (Matter.FORK, Decision.ASK_AGAIN): RESEND,
    (Matter.QUARANTINE, Decision.RATIFY): Act(
        _("采信"), _("按平板在用时一样收下；事件链接不上的，仍然收不下。")
    ),
    (Matter.QUARANTINE, Decision.REJECT): APART,
    (Matter.QUARANTINE, Decision.ASK_AGAIN): RESEND,
    (Matter.HOLD, Decision.RATIFY): Act(
        _("现在就收"), _("不再等前面的事件：标记为不连续后收下，检查成为不合规，等您裁定。")
    ),
    (Matter.HOLD, Decision.REJECT): Act(
        _("不予采信"),
        _("这台平板在这次检查里还等着的事件全部移入隔离区，不再收下；检查成为不合规，等您裁定。"),
    ),
    (Matter.HOLD, Decision.ASK_AGAIN): RESEND,
    (Matter.GAP, Decision.RATIFY): Act(
        _("认定已丢失"), _("缘由清楚，这些编号的事件不会再来，检查不受影响。以后若传来，照样收下。")
    ),
    (Matter.GAP, Decision.REJECT): Act(
        _("不予认可"),
        _("缺失无法说明：缺口前后的检查成为不合规，等您裁定。编号以后若传来，照样收下。"),
    ),
    (Matter.GAP, Decision.ASK_AGAIN): RESEND,
    (Matter.RETARGET, Decision.RATIFY): Act(
        _("同意改派"),
        _("由执法单位变更计划、重新报备后另行检查；这一次仍按未能检查处理。"),
    ),
    (Matter.RETARGET, Decision.REJECT): Act(
        _("不同意改派"), _("任务仍是原来的企业；这一次按未能检查处理。")
    ),
    (Matter.LATE_APPROVAL, Decision.ASK_AGAIN): Act(
        _("催办"), _("催办记入检查和操作日志；负责人补批之前，这件事一直在这里。")
    ),
    (Matter.DEAD_LETTER, Decision.REJECT): Act(
        _("不再发送"),
        _("这封信到此为止。告知书仍列在“告知送达”里，须当面或者邮寄送达并登记。"),
    ),
    (Matter.DEAD_LETTER, Decision.ASK_AGAIN): Act(
        _("重新发送"), _("从头再试一遍；仍送不到，会再回到这里。")
    ),
}


def register(app: Flask) -> None:
    """Let templates write `desk_act(line.matter, decision).text`."""
    app.jinja_env.globals["desk_act"] = lambda matter, decision: ACTS[matter, decision]
