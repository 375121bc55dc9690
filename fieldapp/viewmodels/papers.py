"""Notice, record and result as blocks of a page. Always Chinese: it is what the enterprise signs.

Every word of the content appears; nothing is added but the form's own headings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.content.parts import is_offsite
from shared.content.words import ANSWERS, SEVERITIES
from shared.events.payloads import HANDED_OVER
from shared.files import words

Data = Mapping[str, Any]


class Style(StrEnum):
    TITLE = "title"
    OVER = "over"  # the agency above the title
    UNDER = "under"  # the number below it
    HEADING = "heading"
    LINE = "line"  # a name and what it is
    TEXT = "text"
    POINT = "point"  # indented
    PROBLEM = "problem"
    SMALL = "small"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    style: Style
    text: str
    name: str = ""


EMPTY_BLOCK = Block(style=Style.TEXT, text="")
EMPTY = "——"
"""Blanks are struck out on paper (domain §3)."""

SOURCES = {"observed": "", "prefilled": "（预填后确认）", "rule": "（合理缺项）"}
OFFSITE = "非现场检查（核查书面材料、共享数据或者图像，未入企）"
AFTERWARDS = "企业可以在收到检查结果后陈述、申辩。"
OUTCOMES = {"signed": "已签收", "refused": "拒绝签收", "absent": "无人签收", "": EMPTY}


def notice(content: Data, hash_: str) -> tuple[Block, ...]:
    """行政检查通知书 (D2)."""
    return tuple(_notice(content, hash_))


def record(content: Data, hash_: str) -> tuple[Block, ...]:
    """现场检查笔录 (D3)."""
    return tuple(_record(content, hash_))


def result(content: Data, hash_: str) -> tuple[Block, ...]:
    """检查结果告知书 (D8)."""
    return tuple(_result(content, hash_))


def _notice(content: Data, hash_: str) -> Iterator[Block]:
    yield from _head(content, "行政检查通知书")
    yield from _party(content)
    yield _line("检查时间", content["begun_at"])
    yield _line("检查地点", content["place"])
    yield from _officers(content["officers"])
    yield _line("协助人员", f"{content['assistants']} 人")
    for each in content["frequency"]:
        cap = f"，年度上限 {each['cap']} 次" if each["cap"] is not None else ""
        beside = f"，另有不计入上限的检查 {each['exempt']} 次" if each.get("exempt") else ""
        if "everybody" in each:
            beside += f"，此前各机关合计 {each['everybody']} 次"
        yield _line("检查频次", f"{each['year']} 年本机关第 {each['nth']} 次{cap}{beside}")
    for task in content["tasks"]:
        yield _line("任务编号", f"{task['no']}（计划 {task['plan_no']}）")
    yield _heading("检查事项和依据")
    for item in content["items"]:
        yield _text(f"{item['name']}（{item['code']}）")
        for basis in item["bases"]:
            yield _point(_cite(basis))
    yield _heading("您的权利")
    yield from _numbered(content["rights"])
    yield _heading("您的义务")
    yield from _numbered(content["duties"])
    yield _heading("涉企行政检查“五个严禁”“八个不得”")
    for at, group in enumerate(content["prohibitions"], start=1):
        yield _text(f"{at}. {group['title']}")
        for leaf in group["must_not"]:
            yield _point(leaf)
    yield _heading("监督与联系")
    yield from _contact(content)
    yield _small(f"内容校验值 {hash_}")


def _record(content: Data, hash_: str) -> Iterator[Block]:
    offsite = is_offsite(content)
    yield from _head(content, "非现场检查记录" if offsite else "现场检查笔录")
    yield _line("检查时间", f"{content['begun_at']} 至 {content['ended_at']}")
    yield _line("检查方式", OFFSITE) if offsite else _line("检查地点", content["place"])
    yield from _party(content)
    yield from _officers(content["officers"])
    if not offsite:
        told = content["notice"]
        yield _line("告知情况", f"检查通知书{OUTCOMES[told['outcome']]}{_by(told)}")
        yield _line("通知书校验值", told["content_hash"])
    yield _heading("检查情况" if offsite else "现场检查情况")
    form = ("", 0)
    for answer in content["answers"]:
        if form != (answer["form"], answer["form_version"]):
            form = (answer["form"], answer["form_version"])
            yield _text(f"《{form[0]}》（第 {form[1]} 版）")
        yield from _answer(answer)
    yield _heading("发现的问题")
    yield from _problems(content["problems"], none="未发现问题。")
    yield _heading("检查材料和证据" if offsite else "现场证据")
    yield from _evidence(content["evidence"])
    if content["corrections"]:
        yield _heading("更正")
    for at, each in enumerate(content["corrections"], start=1):
        yield Block(style=Style.PROBLEM, text=f"更正 {at}. {each['text']}")
        yield _point(f"原因：{each['why']}")
    for each in content["transfers"]:
        yield _line("移送", f"{each['to']}：{each['why']}")
    yield _heading("企业陈述")
    yield _text(content["statement"] or (AFTERWARDS if offsite else "企业未作陈述。"))
    yield from _contact(content)
    yield _small(f"内容校验值 {hash_}")


def _result(content: Data, hash_: str) -> Iterator[Block]:
    yield from _head(content, "检查结果告知书")
    yield from _party(content)
    yield _line("检查时间", content["inspected_on"])
    if is_offsite(content):
        yield _line("检查方式", OFFSITE)
    yield from _officers(content["officers"])
    for item in content["items"]:
        yield _line("检查事项", f"{item['name']}（{item['code']}）")
    for basis in content["bases"]:
        yield _line("检查依据", _cite(basis))
    yield _heading("检查结论")
    why = f"：{content['unable']}" if content["unable"] else ""
    yield _text(f"{content['conclusion_text']}{why}。")
    yield _heading("问题与要求")
    yield from _problems(content["problems"], none="无。")
    if content["rectify_within_workdays"] is not None:
        yield _line("改正期限", f"{content['rectify_within_workdays']} 个工作日内")
    for guidance in content["guidance"]:
        yield _line("指导意见", guidance)
    yield _heading("异议与救济")
    days = content["objection_within_workdays"]
    yield _text(f"对本告知书有异议的，可以在 {days} 个工作日内向检查机关提出。")
    yield _text(content["remedies"])
    yield from _contact(content)
    taken = content["record"]
    if not is_offsite(content):
        yield _line("笔录确认", f"{OUTCOMES[taken['outcome']]}{_by(taken)}")
    yield _small(f"笔录校验值 {taken['content_hash'] or EMPTY}")
    yield _small(f"内容校验值 {hash_}")


def _head(content: Data, title: str) -> Iterator[Block]:
    yield Block(style=Style.OVER, text=content["agency"]["name"])
    yield Block(style=Style.TITLE, text=title)
    yield Block(style=Style.UNDER, text=f"临时编号 {content['provisional_no']}")


def _party(content: Data) -> Iterator[Block]:
    enterprise = content["enterprise"]
    yield _line("企业名称", enterprise["name"])
    yield _line("信用代码", enterprise["uscc"])
    yield _line("法定代表人", enterprise["legal_rep"])
    yield _line("企业住所", enterprise["address"])


def _contact(content: Data) -> Iterator[Block]:
    agency = content["agency"]
    yield _line("检查机关电话", agency["phone"])
    yield _line("监督电话", _either(agency["supervision_phone"], "12345"))


def _officers(officers: Sequence[Data]) -> Iterator[Block]:
    for officer in officers:
        unit = f"（{officer['unit']}）" if officer["unit"] else ""
        number = officer["certificate_no"]
        yield _line("执法人员", f"{officer['name']}{unit}  执法证号 {number}")


def _answer(answer: Data) -> Iterator[Block]:
    key = "（重点项）" if answer["key"] else ""
    yield _text(
        f"{answer['no']}  {answer['title']}{key}：{ANSWERS[answer['answer']]}"
        f"{SOURCES[answer['source']]}"
    )
    if answer["note"]:
        yield _point(answer["note"])
    if answer.get("known"):
        yield _point(f"与已有数据不一致。已有数据为 {answer['known']}")


def _problems(problems: Sequence[Data], *, none: str) -> Iterator[Block]:
    if not problems:
        yield _text(none)
    for at, problem in enumerate(problems, start=1):
        fixed = "，已当场改正" if problem["fixed_on_spot"] else ""
        off_list = "" if problem["point_no"] else "，清单外"
        yield Block(
            style=Style.PROBLEM,
            text=f"{at}. {problem['title']}（{SEVERITIES[problem['severity']]}{fixed}{off_list}）",
        )
        for name in ("note", "standard"):
            if problem[name]:
                yield _point(problem[name])
        if problem["basis"]:
            yield _point(f"依据：{problem['basis']}")
        if problem["evidence"]:
            proofs = "、".join(sha256[:16] for sha256 in problem["evidence"])
            yield _point(f"证据 {len(problem['evidence'])} 份，校验值 {proofs}")


def _kind(one: Data) -> str:
    """As the record on paper says it."""
    told = words.what(one["type"], duration_ms=one.get("duration_ms"), pages=one.get("pages")).zh
    return f"{told}，检查对象提供" if one.get("origin") == HANDED_OVER else told


def _evidence(evidence: Sequence[Data]) -> Iterator[Block]:
    if not evidence:
        yield _text("无。")
    for at, each in enumerate(evidence, start=1):
        caption = f" {each['caption']}" if each["caption"] else ""
        yield _text(f"证据 {at}（{_kind(each)}）：{each['at']}{caption}")
        yield _point(f"校验值 {each['sha256']}")


def _by(taken: Data) -> str:
    if taken["name"]:
        return f"（{taken['name']}，{_either(taken['capacity'], EMPTY)}）"
    if taken["reason"]:
        witness = f"，见证人 {taken['witness']}" if taken["witness"] else ""
        return f"（{taken['reason']}{witness}）"
    return ""


def _cite(basis: Data) -> str:
    return f"《{basis['title']}》{basis['article']}"


def _either(text: str, instead: str) -> str:
    return text or instead


def _numbered(texts: Sequence[str]) -> Iterator[Block]:
    for at, text in enumerate(texts, start=1):
        yield _text(f"{at}. {text}")


def _line(name: str, text: str) -> Block:
    return Block(style=Style.LINE, name=name, text=text or EMPTY)


def _heading(text: str) -> Block:
    return Block(style=Style.HEADING, text=text)


def _text(text: str) -> Block:
    return Block(style=Style.TEXT, text=text)


def _point(text: str) -> Block:
    return Block(style=Style.POINT, text=text)


def _small(text: str) -> Block:
    return Block(style=Style.SMALL, text=text)
