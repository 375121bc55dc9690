"""Words for codes of reference data, in the current language. Unknown codes show as they are."""

from fieldapp.language import _
from shared.flow.duties import OFFSITE
from shared.flow.musts import Must
from shared.flow.stage import Stage


def kind(code: str) -> str:
    """What kind of inspection a task is."""
    return {
        "daily": _("日常检查"),
        "case": _("个案检查"),
        "special": _("专项检查"),
        "immediate": _("即时检查"),
    }.get(code, code)


def way(code: str, visit_type: str) -> str:
    """The same, saying where nobody enters for it."""
    return f"{kind(code)} · {_('非现场检查')}" if visit_type == OFFSITE else kind(code)


def trigger(code: str) -> str:
    """Where a task comes from."""
    return {
        "annual_plan": _("年度计划"),
        "random": _("双随机"),
        "special": _("专项部署"),
        "complaint_12345": _("12345 投诉"),
        "assigned": _("上级交办"),
        "monitoring_lead": _("监测线索"),
        "media": _("媒体曝光"),
        "rectification": _("整改复查"),
        "self_request": _("企业申请"),
        "licence_verify": _("许可核查"),
        "emergency": _("紧急情况"),
    }.get(code, code)


def stage(value: Stage) -> tuple[str, str]:
    """A visit's standing in one word, with its tone."""
    if value is Stage.UNOPENED:
        return _("待检查"), "quiet"
    if value is Stage.SEALED:
        return _("已封存"), "fine"
    if value is Stage.UNABLE:
        return _("无法检查"), "caution"
    return _("检查中"), "information"


def presence(*, shown: bool, offsite: bool) -> str:
    """Whether an officer has shown a credential; off site, whether he has confirmed."""
    if offsite:
        return _("已确认") if shown else _("待确认")
    return _("已亮证") if shown else _("待亮证")


def must(value: Must, *, offsite: bool = False) -> tuple[str, str]:
    """The one character of a must, the same in every language, and its name."""
    if offsite and value is Must.SHOWN:
        return "证", _("确认")
    return {
        Must.FILED: ("报", _("报备")),
        Must.SCANNED: ("码", _("扫码")),
        Must.SHOWN: ("证", _("亮证")),
        Must.TRACED: ("痕", _("留痕")),
        Must.TOLD: ("告", _("告知")),
    }[value]
