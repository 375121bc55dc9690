"""Every field of a content is read back from its paper: in a full case and in a minimal one.

The full case has a name of 60 characters, 40 problems and 24 files; the minimal one has a single
problem and nothing besides. What a paper leaves out is named here, so that nothing drops out
unseen.
"""

from dataclasses import replace

import pytest

from server.documents import sample_visits, samples
from server.documents.kinds import DocumentKind
from server.documents.sheet import Party
from tests.server.documents.drawings import missing, pages, plain, press, sheet, text
from tests.server.documents.reading import page_texts

INNER = {"content", "visit_id", "agency.id"}
NO_TELEPHONE = {"agency.phone", "agency.supervision_phone"}
LEFT_OUT: dict[DocumentKind, set[str]] = {
    DocumentKind.APPROVAL: {"agency.id", "content", "task.id", "findings.effect", *NO_TELEPHONE},
    DocumentKind.NOTICE: {"enterprise.legal_rep"},
    DocumentKind.RECORD: {"answers.source", *NO_TELEPHONE},
    DocumentKind.CHECKLIST: {"forms.points.source", *NO_TELEPHONE},
    DocumentKind.INTERVIEW: {
        "enterprise.address",
        "enterprise.legal_rep",
        *NO_TELEPHONE,
    },
    DocumentKind.SAMPLING: {"enterprise.address", "form", *NO_TELEPHONE},
    DocumentKind.ORDER: {"enterprise.legal_rep", "items.code"},
    DocumentKind.RESULT: {"enterprise.legal_rep", "items.code"},
    DocumentKind.SERVICE: {"enterprise.address", "officers.unit", "method", *NO_TELEPHONE},
    DocumentKind.REPORT: {
        "enterprise.legal_rep",
        "officers.unit",
        "record",
        *NO_TELEPHONE,
    },
    DocumentKind.RECHECK: {"enterprise.legal_rep", "conclusion", *NO_TELEPHONE},
    DocumentKind.TRANSFER: {
        "agency.supervision_phone",
        "enterprise.legal_rep",
        "items.code",
        "officers.unit",
    },
    DocumentKind.RECORDINGS: {"enterprise.legal_rep", "retention.class", *NO_TELEPHONE},
    DocumentKind.COMPLIANCE: {
        "inspections.conclusion",
        "inspections.findings.state",
        "inspections.rectification",
        "inspections.standing",
        *NO_TELEPHONE,
    },
}
"""By kind what its paper need not say: codes whose words stand there, what is no field of it."""

SHORT = {DocumentKind.APPROVAL, DocumentKind.NOTICE, DocumentKind.SERVICE}
"""Those that list no problems and no files: none of a visit's grows beyond two pages."""

MINIMAL = {DocumentKind.RECORDINGS: "clean"}


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_full_document_says_every_field(kind: DocumentKind) -> None:
    case = sample_visits.HARD
    assert (len(case.enterprise), case.problems) == (60, 40)
    assert missing(kind, "hard") <= LEFT_OUT[kind] | INNER
    assert LEFT_OUT[kind] <= missing(kind, "hard")


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_minimal_document_says_every_field(kind: DocumentKind) -> None:
    assert missing(kind, MINIMAL.get(kind, "bare")) <= LEFT_OUT[kind] | INNER


def test_long_documents_go_on_over_three_pages_and_more() -> None:
    long = {kind for kind in DocumentKind if len(pages(kind, "hard")) >= 3}

    assert long == set(DocumentKind) - SHORT


def test_a_checklist_says_form_points_answers_and_what_it_comes_to() -> None:
    said = text(DocumentKind.CHECKLIST)

    assert "餐饮服务食品安全检查要点表（第3版）" in said
    assert f"检查事项：餐饮服务食品安全检查（3701-SJ-001）表号：{sample_visits.FORM}" in said
    assert "*1.1食品经营许可证在经营场所显著位置公示" in said
    assert "方法：现场查看；依据：《餐饮服务食品安全操作规范》第7.3条" in said
    assert "不适用（合理缺项）该店不使用食品添加剂" in said
    assert "不符合责令改正" in said
    assert "证据：证2" in said
    assert "本表结论基本符合（共8项：符合5项，不符合2项，不适用1项）" in said
    assert "当事人签名（签于现场检查笔录）" in said
    assert "不符合（共46项" in text(DocumentKind.CHECKLIST, "hard")


def test_a_record_says_whom_the_enterprise_named_as_its_contact() -> None:
    full, bare = text(DocumentKind.RECORD, "hard"), text(DocumentKind.RECORD, "bare")

    assert "现场联系人林小满职务或身份店长联系电话138****8000证件和号码检查机关" in full
    assert "现场联系人林小满职务或身份店长联系电话证件和号码检查机关" in bare


def test_a_result_says_how_it_was_handed_over() -> None:
    told = sheet(DocumentKind.RESULT)
    later = press().draw(replace(told, party=Party()))

    assert "收件人签收（当场送达）" in text(DocumentKind.RESULT)
    assert "收件人签收（送达情况见送达回证）" in plain("".join(page_texts(later.pdf)))


def test_an_order_says_what_by_when_and_what_follows() -> None:
    said, content = text(DocumentKind.ORDER), sheet(DocumentKind.ORDER).content

    assert "改正至符合检查标准：按照操作规范配备设施" in said
    assert "15个工作日内改正完毕（以今日送达计算，至2026年12月11日）" in said
    assert content["consequences"] in said
    assert "六十日内依法申请行政复议" in said
    assert "联系电话0531-00000001" in said
    assert "被责令单位签收姓名和身份" in said
    assert len(content["problems"]) == 1  # guidance is no order
    for word in ("罚款", "查封", "扣押"):
        assert word not in text(DocumentKind.ORDER, "hard")


def test_an_order_of_one_problem_fits_on_one_sheet() -> None:
    assert len(pages(DocumentKind.ORDER, "bare")) == 1


def test_a_proof_of_service_says_how_where_when_and_by_whose_hand() -> None:
    said = text(DocumentKind.SERVICE)

    assert "☑电子送达" in said
    assert "☐直接送达☐留置送达☐邮寄送达☐委托送达" in said
    assert "送达地点明察企业端" in said
    assert "送达时间2026年11月20日11时40分" in said
    assert "未登记送达地址确认书" in said
    assert "林小满（店长）2026年11月20日11时40分" in said
    assert "拒收事由／" in said
    assert len(pages(DocumentKind.SERVICE, "hard")) == 1


def test_a_refused_one_says_why_and_who_saw_it_and_strikes_out_the_rest() -> None:
    said = text(DocumentKind.SERVICE, "refused")

    assert "☑留置送达" in said
    assert "当事人拒绝签收。事由：对检查结论有不同意见" in said
    assert "见证人刘见证（泉城路街道办事处）" in said
    assert "代收人及代收理由／" in said
    assert "林小满" not in said


def test_a_letter_says_to_whom_on_what_grounds_and_leaves_a_receipt_to_fill_in() -> None:
    said = text(DocumentKind.TRANSFER)

    assert "济南市历下区农业农村局：" in said
    assert "移送理由现场查见的疑似未经许可的屠宰加工" in said
    assert "已另行责令限期改正" in said
    assert "证1冷藏柜温度计示数" in said
    assert "回执（由接收单位填写后退回）" in said
    assert "☐受理☐不予受理☐材料不全，请补正" in said
    assert "此前补正次数：0次" in said
    assert "本案未附音像证据" in text(DocumentKind.TRANSFER, "bare")


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (DocumentKind.RECORD, ("录音2分10秒，", "文件3页，检查对象提供，")),
        (DocumentKind.CHECKLIST, ("证据：证2（录音2分10秒）、证3（文件3页，检查对象提供）",)),
        (
            DocumentKind.RECORDINGS,
            (
                "店长陈述进货情况录音2分10秒，4063KiB",
                "起：2026-11-2010:11:00止：2026-11-2010:13:10",
                "供货商许可证.pdf文件3页，检查对象提供，281KiB",
                "收取：2026-11-2010:16:00",
            ),
        ),
    ],
)
def test_a_recording_says_how_long_it_is_and_a_file_whose_it_was(
    kind: DocumentKind, wanted: tuple[str, ...]
) -> None:
    drawn = press().draw(samples.sheet(kind, sample_visits.RECORDED))
    said = plain("".join(page_texts(drawn.pdf)))

    assert [word for word in wanted if word not in said] == []


def test_a_list_of_recordings_says_the_whole_hash_of_every_file() -> None:
    said, content = text(DocumentKind.RECORDINGS, "hard"), sheet(DocumentKind.RECORDINGS, "hard")

    for one in content.content["evidence"]:
        assert f"SHA-256：{one['sha256']}" in said
        assert plain(one["id"]) in said
    assert "24件，9920KiB" in said
    assert "王建国15010100021tablet-07起：2026-11-2009:52:00止：2026-11-2009:52:00" in said
    assert "永久保存" in said


def test_only_a_visit_with_something_to_put_right_has_an_order() -> None:
    with_one = {name for kind, name in samples.every() if kind is DocumentKind.ORDER}

    assert with_one == {"plain", "bare", "hard"}


def test_an_opinion_names_the_order_and_how_each_point_was_found_again() -> None:
    said = text(DocumentKind.RECHECK, "hard")

    assert "以鲁历下市监责改〔2026〕0098号责令限期改正通知书" in said
    assert "责令你单位于2026年11月18日前改正" in said
    assert "现场查看，已改正。" in said
    assert "未改正" in said
    assert "责令改正的问题部分改正。对尚未改正的问题" in said
    assert "整改措施" in said
    assert "责令改正的问题已全部改正。本次责令改正办结。" in text(DocumentKind.RECHECK)


def test_an_opinion_quotes_the_report_where_there_was_one() -> None:
    said = text(DocumentKind.RECHECK)

    assert "提交鲁历下市监整报〔2026〕0061号整改报告" in said
    assert "已更换温度计并张贴记录表" in said
    assert "由企业在此填写或者另附纸质报告" in text(DocumentKind.RECHECK, "bare")


def test_a_questioning_has_the_rights_first_and_a_line_to_sign_on_each_page() -> None:
    said = text(DocumentKind.INTERVIEW)

    assert said.index("已向您出示执法证件") < said.index("问：请介绍一下你的身份")
    assert "370102***********6" in said
    assert all("被询问人签名：" in page for page in pages(DocumentKind.INTERVIEW, "hard"))


def test_samples_say_what_was_taken_and_under_which_seal_and_a_survey_takes_nothing() -> None:
    said = text(DocumentKind.SAMPLING)

    assert "1调味酱500g/瓶3瓶20260918A" in said
    assert "封条编号鲁历下市监封0021～0023" in said
    assert "封存照片证1、证2、证3" in said
    assert "未提取物品。" in text(DocumentKind.SAMPLING, "bare")


def test_a_report_is_on_the_enterprises_paper_and_names_the_order() -> None:
    said = text(DocumentKind.REPORT)

    assert said.startswith("济南泉城食品有限公司整改报告")
    assert "济南市历下区市场监督管理局：" in said
    assert "以鲁历下市监责改〔2026〕0098号责令限期改正通知书" in said
    assert "提交人：林小满（店长）" in said


def test_a_compliance_report_counts_on_its_first_page_what_was_left_out() -> None:
    (first, *_), content = pages(DocumentKind.COMPLIANCE, "hard"), sheet(DocumentKind.COMPLIANCE)

    assert "期间内检查42次本报告列入40次企业未列入2次" in first
    assert "期间内有2次检查由企业选择不列入" in first
    assert "报告期间2025年11月21日至2026年11月20日" in first
    assert "截至时间2026年11月20日12时40分" in first
    assert content.content["counts"]["left_out"] == 2


def test_a_compliance_report_says_when_it_is_whole_and_when_nobody_ever_came() -> None:
    bare, never = text(DocumentKind.COMPLIANCE, "bare"), text(DocumentKind.COMPLIANCE, "clean")

    assert "企业列入了期间内的全部检查。" in bare
    assert "1.7食品留样时间、数量和温度符合规定（责令改正，已改正）" in bare
    assert "整改情况：整改完毕（期限至2026年12月11日）" in bare
    assert "期间内没有检查。" in never
    assert "没有列入的检查。" in never
    assert len(pages(DocumentKind.COMPLIANCE, "bare")) == 1


def test_a_compliance_report_tells_joint_ones_and_those_without_a_result() -> None:
    said = text(DocumentKind.COMPLIANCE)

    assert "济南市历下区市场监督管理局、济南市历下区消防救援大队、济南市生态环境局历下分局" in said
    assert "食品经营许可情况检查尚未形成结论" in said
