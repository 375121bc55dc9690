"""What messages say, in both languages. No finding, no name of a person, ever."""

from collections.abc import Mapping
from datetime import date

from server.notify.letter import NEWS, Body, Letter, Purpose
from shared import slots
from shared.slots import Half
from shared.text import Language, Text

SUBJECT: Mapping[Purpose, Text] = {
    Purpose.RESULT_NOTICE: Text(
        zh="检查结果告知：{number}", en="Result of an inspection: {number}"
    ),
    Purpose.VERIFICATION_CODE: Text(zh="查看文书的验证码", en="Code to read a document"),
    Purpose.SIGN_IN_CODE: Text(zh="登录验证码", en="Code to sign in"),
    Purpose.INVITATION: Text(zh="邀请您查看本单位的检查", en="See your enterprise's inspections"),
    Purpose.PREANNOUNCEMENT: Text(zh="检查预告：{day}起", en="An inspection from {day} on"),
    Purpose.ANNOUNCEMENT_WITHDRAWN: Text(
        zh="原定{day}起的检查不再进行", en="The inspection from {day} on will not take place"
    ),
    Purpose.TIME_AGREED: Text(
        zh="检查时间已约定：{day}{half}", en="The inspection comes on the {half} of {day}"
    ),
    Purpose.TIME_KEPT: Text(zh="检查机关未同意{day}{half}", en="Not agreed: the {half} of {day}"),
    Purpose.TIME_OFF: Text(
        zh="{day}{half}的约定不再有效", en="The {half} of {day} no longer stands"
    ),
    Purpose.RECTIFICATION_DUE: Text(zh="整改将于{day}到期", en="To be put right by {day}"),
}
TELL_NOBODY = Text(
    zh="请勿把验证码告诉任何人，工作人员不会向您索要。",
    en="Tell it to nobody; no official will ever ask for it.",
)
PARAGRAPHS: Mapping[Purpose, tuple[Text, ...]] = {
    Purpose.RESULT_NOTICE: (
        Text(
            zh="{agency}于{day}制发了编号为{number}的文书，请查看并签收。",
            en="{agency} issued document {number} on {day}. Please read it and sign its receipt.",
        ),
        Text(
            zh="查看内容需要验证码，验证码只发送到贵单位已确认的联系人。请勿转发本链接。",
            en="Reading it needs a code, sent only to a contact your enterprise has confirmed. "
            "Please do not pass this link on.",
        ),
    ),
    Purpose.VERIFICATION_CODE: (
        Text(
            zh="您正在查看{agency}编号为{number}的文书，验证码是 {code}，{minutes} 分钟内有效。",
            en="You are about to read document {number} of {agency}. Your code is {code}; "
            "it is good for {minutes} minutes.",
        ),
        TELL_NOBODY,
    ),
    Purpose.SIGN_IN_CODE: (
        Text(
            zh="您正在登录涉企行政检查平台，验证码是 {code}，{minutes} 分钟内有效。",
            en="You are about to sign in to the inspection portal. Your code is {code}; "
            "it is good for {minutes} minutes.",
        ),
        TELL_NOBODY,
    ),
    Purpose.INVITATION: (
        Text(
            zh="{agency}请您查看和签收本单位的检查告知。"
            "请在{day}前用收到本消息的手机号或邮箱登录。",
            en="{agency} asks you to read and receipt the results of its inspections. Please sign "
            "in by {day} with the number or address this reached you at.",
        ),
        Text(
            zh="不是贵单位的人，请不必理会。",
            en="If you have nothing to do with it, please ignore this.",
        ),
    ),
    Purpose.PREANNOUNCEMENT: (
        Text(
            zh="{agency}拟于{day}起到贵单位检查，任务编号{number}。",
            en="{agency} means to inspect your enterprise from {day} on, task {number}.",
        ),
        Text(
            zh="事项、地点和时间范围请登录查看。执法人员到场后应扫码、亮证，没有的，贵单位可以拒绝。",
            en="Sign in to see the items, the place and the days. Officers scan your code and show "
            "their certificates; where they do not, you may refuse.",
        ),
    ),
    Purpose.ANNOUNCEMENT_WITHDRAWN: (
        Text(
            zh="{agency}原定{day}起的检查（任务{number}）不再进行。如另有安排，将重新告知。",
            en="The inspection of {agency} from {day} on, task {number}, will not take place. "
            "If another is planned, you will be told.",
        ),
    ),
    Purpose.TIME_AGREED: (
        Text(
            zh="{agency}同意在{day}{half}到贵单位检查，任务编号{number}。",
            en="{agency} agrees to come on the {half} of {day}, task {number}.",
        ),
    ),
    Purpose.TIME_KEPT: (
        Text(
            zh="贵单位希望检查（任务{number}）安排在{day}{half}，{agency}未同意，仍按原定时间范围检查。"
            "理由请登录查看，也可以另选时间。",
            en="You asked for the {half} of {day} for task {number}. {agency} keeps to the days it "
            "told you. Sign in to see why, or to ask for another time.",
        ),
    ),
    Purpose.TIME_OFF: (
        Text(
            zh="{agency}的检查安排有变动，原先约定的{day}{half}不再有效。最新安排请登录查看。",
            en="{agency} has changed its plans: the {half} of {day} no longer stands. "
            "Sign in to see what is planned now.",
        ),
    ),
    Purpose.RECTIFICATION_DUE: (
        Text(
            zh="{agency}编号为{number}的检查结果要求改正的问题，请在{day}前改正并报告。",
            en="{agency} asked in its result {number} for problems to be put right. Please do so, "
            "and report it, by {day}.",
        ),
        Text(
            zh="确有困难的，请在到期前登录申请延期。已经报告的不必重复。",
            en="If that cannot be done, ask for more time before that day. "
            "What you have reported need not be reported again.",
        ),
    ),
}
SHORT: Mapping[Purpose, Text] = {
    Purpose.RESULT_NOTICE: Text(
        zh="【明察】{agency}{day}制发文书{number}，请查看并签收：{link}",
        en="[Mingcha] {agency} issued document {number} on {day}. Please read and sign: {link}",
    ),
    Purpose.VERIFICATION_CODE: Text(
        zh="【明察】验证码{code}，{minutes}分钟内有效，用于查看文书{number}，请勿告诉他人。",
        en="[Mingcha] Code {code}, good for {minutes} minutes, to read document {number}. "
        "Tell it to nobody.",
    ),
    Purpose.SIGN_IN_CODE: Text(
        zh="【明察】登录验证码{code}，{minutes}分钟内有效，请勿告诉他人。",
        en="[Mingcha] Code {code} to sign in, good for {minutes} minutes. Tell it to nobody.",
    ),
    Purpose.INVITATION: Text(
        zh="【明察】{agency}请您查看和签收本单位的检查告知，请在{day}前用本手机号登录：{link}",
        en="[Mingcha] {agency} asks you to read and receipt the results of its inspections. "
        "Sign in with this number by {day}: {link}",
    ),
    Purpose.PREANNOUNCEMENT: Text(
        zh="【明察】{agency}拟于{day}起到贵单位检查（{number}），请登录查看：{link}",
        en="[Mingcha] {agency} means to inspect your enterprise from {day} on ({number}). "
        "Sign in to see more: {link}",
    ),
    Purpose.ANNOUNCEMENT_WITHDRAWN: Text(
        zh="【明察】{agency}原定{day}起的检查（{number}）不再进行，如另有安排将重新告知。",
        en="[Mingcha] The inspection of {agency} from {day} on ({number}) will not take place. "
        "If another is planned, you will be told.",
    ),
    Purpose.TIME_AGREED: Text(
        zh="【明察】{agency}同意在{day}{half}到贵单位检查（{number}）：{link}",
        en="[Mingcha] {agency} agrees to come on the {half} of {day} ({number}): {link}",
    ),
    Purpose.TIME_KEPT: Text(
        zh="【明察】{agency}未同意在{day}{half}检查（{number}），仍按原定时间，理由请登录查看：{link}",
        en="[Mingcha] {agency} did not agree to the {half} of {day} ({number}) and keeps to its "
        "days. Sign in to see why: {link}",
    ),
    Purpose.TIME_OFF: Text(
        zh="【明察】{agency}的检查安排有变动，原约定的{day}{half}（{number}）不再有效：{link}",
        en="[Mingcha] {agency} has changed its plans: the {half} of {day} ({number}) no longer "
        "stands: {link}",
    ),
    Purpose.RECTIFICATION_DUE: Text(
        zh="【明察】{agency}检查结果{number}要求改正的问题，请在{day}前改正并报告：{link}",
        en="[Mingcha] Please put right what {agency} asked for in {number}, and report it, "
        "by {day}: {link}",
    ),
}
OPEN_LINK = Text(zh="查看并签收", en="Read and sign")
SEE_LINK = Text(zh="登录查看", en="Sign in and see")
FOOTER = Text(
    zh="本邮件由系统发送，请勿回复。", en="This mail was sent by a machine; please do not reply."
)


def subject(letter: Letter) -> str:
    return _filled(SUBJECT[letter.purpose], letter)


def paragraphs(letter: Letter) -> tuple[str, ...]:
    return tuple(_filled(text, letter) for text in PARAGRAPHS[letter.purpose])


def link_says(letter: Letter) -> str:
    """What the link of a mail is called."""
    text = SEE_LINK if letter.purpose in NEWS else OPEN_LINK
    return text.into(letter.language)


def short(letter: Letter) -> str:
    """The text of a short message."""
    return _filled(SHORT[letter.purpose], letter)


def _filled(text: Text, letter: Letter) -> str:
    return text.into(letter.language).format_map(_fields(letter.body, letter.language))


def _fields(body: Body, language: Language) -> Mapping[str, object]:
    return {
        "agency": body.agency,
        "number": body.number,
        "day": _said(body.day, language),
        "link": body.link,
        "code": body.code,
        "minutes": body.minutes,
        "half": slots.SAID[Half(body.half)].into(language) if body.half else "",
    }


def _said(day: date, language: Language) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language is Language.ZH else day.isoformat()
