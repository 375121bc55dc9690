"""What to do about a refusal. The sentence that says what happened is server/sentences.py's."""

from collections.abc import Mapping

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

ADVICE: Mapping[str, LazyString] = {
    "not_signed_in": _("登录后会回到控制台。没有保存的内容请重新填写。"),
    "second_factor_needed": _("没有做任何更改。请等验证器显示下一个 6 位数字，再填一次。"),
    "not_allowed": _("没有做任何更改。需要这项权限请找本机关管理员。"),
    "not_found": _("可能已被撤回，或者不在您的管辖范围内。请检查网址，或从列表重新打开。"),
    "conflict": _("没有做任何更改。可能有人刚处理过，请刷新后再看。"),
    "plan_blocked": _("没有做任何更改。请先看标为“阻断”的问题，由编制人改正或移出被阻断的企业。"),
    "explanation_missing": _("没有做任何更改。标为“需说明”的问题要先由编制人写明理由。"),
    "own_plan": _("没有批准。请由本机关另一位负责人审批。"),
    "expired": _("请重新获取后再试。"),
    "too_many": _("没有做任何更改。请等一两分钟再试。"),
    "csrf_failed": _("没有做任何更改。请刷新页面后再提交一次。"),
    "internal_error": _("没有做任何更改。请稍后再试；再次出现时，把下面的请求编号告诉管理员。"),
    "unavailable": _("没有做任何更改。请稍后再试。"),
    "too_large": _("请换一个小一些的文件。"),
    "bad_input": _("没有做任何更改。请检查填写的内容。"),
}


def register(app: Flask) -> None:
    """Let the error page say it."""
    app.jinja_env.globals["advice_for"] = advice_for


def advice_for(code: str) -> LazyString | str:
    """What to do now; empty when there is nothing to add."""
    return ADVICE.get(code, "")
