"""The one place that has a sentence for every error code. A test finds a code without one."""

from collections.abc import Mapping

from shared.text import Text

SENTENCE: Mapping[str, Text] = {
    "not_signed_in": Text("请先登录。", "Please sign in first."),
    "wrong_credentials": Text(
        "用户名、密码或动态验证码不正确。", "Wrong user name, password or time code."
    ),
    "second_factor_needed": Text(
        "此操作需要新的动态验证码。", "This needs a fresh time code of your own."
    ),
    "unmarked_view": Text("此页面未开放。", "This page is not open to anybody."),
    "not_allowed": Text("您的角色不能这样做。", "Your role may not do this."),
    "not_found": Text("没有这个内容。", "There is no such thing."),
    "method_not_allowed": Text("这里不能这样请求。", "This cannot be asked here."),
    "not_acceptable": Text("没有您要的格式。", "There is no such format."),
    "request_timeout": Text("请求超时。", "The request took too long."),
    "bad_request": Text("请求无法读取。", "The request cannot be read."),
    "bad_input": Text("内容不符合要求。", "What was sent does not fit."),
    "bad_json": Text("内容不是规范的 JSON。", "This is not strict JSON."),
    "too_large": Text("内容太大。", "Too many bytes."),
    "wrong_media_type": Text("不接收这种类型的内容。", "This type of content is not taken."),
    "conflict": Text("当前状态不允许。", "The present state does not allow it."),
    "out_of_order": Text("现在还不能做这一步。", "Another step is due first."),
    "expired": Text("已过期。", "It has expired."),
    "untrusted": Text("无法核实其真实性。", "It cannot be trusted."),
    "too_many": Text("操作过于频繁,请稍后再试。", "Too often. Please try again later."),
    "unavailable": Text("服务暂时不可用。", "Not available for the moment."),
    "plan_blocked": Text("规则不允许此计划。", "A rule forbids this plan."),
    "explanation_missing": Text("还有问题需要说明理由。", "A finding still wants a reason."),
    "own_plan": Text("不能审批自己编制的计划。", "Nobody approves a plan of their own."),
    "not_set_up": Text("系统尚未初始化。", "The server is not set up yet."),
    "wrong_code": Text("验证码不正确。", "The code is not right."),
    "code_expired": Text("验证码已失效，请重新获取。", "The code is void. Ask for a new one."),
    "not_taken": Text(
        "消息暂未发出，系统会再次发送。", "The message was not taken and will be sent again."
    ),
    "never_taken": Text("此地址无法送达。", "Nothing can be delivered to this address."),
    "csrf_failed": Text(
        "页面已过期,请刷新后再试。", "The page is out of date. Reload it and try again."
    ),
    "internal_error": Text("服务器出错,已记录。", "The server failed. It has been noted."),
}
FALLBACK = SENTENCE["internal_error"]


def sentence(code: str) -> Text:
    """What to tell a person about `code`."""
    return SENTENCE.get(code, FALLBACK)
