"""Every field of the approval form (domain.md §3, D1), in a full and in a minimal case."""

import copy
import re
from dataclasses import replace
from typing import Any

from server.documents import sample_visits, samples
from server.documents.kinds import DocumentKind
from server.documents.press import Press, font_folder
from tests.server.documents.reading import page_texts, text_of

PRESS = Press(font_folder(None))


def drawn(case: sample_visits.Case, **changes: Any) -> tuple[dict[str, Any], str]:
    sheet = samples.sheet(DocumentKind.APPROVAL, case)
    content = {**copy.deepcopy(sheet.content), **changes}
    return content, text_of(PRESS.draw(replace(sheet, content=content)).pdf)


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_full_form_prints_every_field() -> None:
    content, text = drawn(sample_visits.HARD)
    firm, task, plan = content["enterprise"], content["task"], content["plan"]

    for said in (
        content["agency"]["name"],
        task["no"],
        f"年度计划，检查计划{plan['no']}（第1版）《{plan['title']}》",
        "日常检查",
        "现场检查",
        firm["name"],
        firm["uscc"],
        firm["legal_rep"],
        f"所属行业{firm['industry']}",
        f"信用等级{firm['grade']}",
        firm["address"],
        content["place"],
        "2026年11月16日至2026年11月30日",
        "2026年度本机关已检查1次，年度上限4次",
        "该企业本年度各机关检查共2次。本次计入年度上限",
        "2人，所属单位：山东某某检验检测有限公司；不独立检查、不单独提出意见",
        "济南市历下区市场监督管理局（牵头）、济南市历下区消防救援大队",
        "承办机构负责人意见签名：",
        "法制意见签名：",
        f"入企理由{task['reason_onsite']}",
        "2026年11月8日21时10分由秦立新口头批准，应于2026年11月9日21时10分前补办",
        f"承办人意见{plan['reason']}",
        "承办人：周承办2026年11月6日16时05分",
        "同意。注意不影响午市经营。",
        "负责人：秦立新2026年11月9日08时40分",
        "本人动态口令验证：2026年11月9日08时40分",
        "随检查计划报备：2026年11月10日09时20分",
        "2026年11月20日",
    ):
        assert plain(said) in text, said
    for item in content["items"]:
        assert item["code"] in text
        assert plain(item["name"]) in text
        for basis in item["bases"]:
            assert plain(f"《{basis['title']}》{basis['article']}") in text
    for officer in content["officers"]:
        assert all(value in text for value in officer.values())
    for finding in content["findings"]:
        assert finding["rule"] in text
        assert plain(finding["text"]) in text
        assert plain(finding["explanation"]) in text
    assert "（需说明，R30-01）" in text
    assert "（提醒，R04-02）" in text


def test_a_minimal_form_says_none_where_there_is_none_on_one_sheet() -> None:
    content, text = drawn(sample_visits.CLEAN)
    sheet = samples.sheet(DocumentKind.APPROVAL, sample_visits.CLEAN)

    assert len(page_texts(PRESS.draw(sheet).pdf)) == 1
    for said in (
        "协助人员无联合检查无",
        "经规则审查，未发现问题",
        "未设年度上限",
        "不计入年度上限",
        "拟按上列事项实施检查，请审批",
        f"检查地点{content['enterprise']['address']}",
    ):
        assert plain(said) in text, said
    assert "口头批准" not in text


def test_an_inspection_of_one_day_names_it_once() -> None:
    content, _ = drawn(sample_visits.PLAIN)
    task = {**content["task"], "window": {"from": "2026-11-16", "to": "2026-11-16"}}
    _, text = drawn(sample_visits.PLAIN, task=task)

    assert "检查时间2026年11月16日检查频次" in text
