"""The drawn documents, read back: complete, repeatable, on the paper, and nothing executed."""

import copy
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from server.documents import sample_visits, samples
from server.documents.kinds import DocumentKind
from server.documents.press import font_folder
from server.documents.sheet import Party, Sheet, SiteContact
from server.refusals import NotSetUp
from shared.canonical import canonical
from shared.content.hashing import content_hash
from tests.server.documents import drawings
from tests.server.documents.drawings import drawn, pages, press
from tests.server.documents.reading import attachment, page_texts, text_of

PRESS = press()


def with_content(sheet: Sheet, **changes: Any) -> Sheet:
    content = {**copy.deepcopy(sheet.content), **changes}
    return replace(sheet, content=content, content_hash=content_hash(content))


@pytest.mark.parametrize(("kind", "name"), samples.every())
def test_every_document_prints_its_number_hash_and_pages(kind: DocumentKind, name: str) -> None:
    sheet, found = drawings.sheet(kind, name), pages(kind, name)

    for no, page in enumerate(found, start=1):
        assert f"第{no}页共{len(found)}页" in page
        assert sheet.number in page
    text = "".join(found)
    assert sheet.content_hash in text
    if kind not in (DocumentKind.APPROVAL, DocumentKind.COMPLIANCE):  # those of no one visit
        assert "现场临时编号：T-07-128" in text
    assert sheet.content["agency"]["name"] in text
    assert sheet.content["enterprise"]["name"] in text
    assert sheet.content["enterprise"]["uscc"] in text
    for officer in sheet.content.get("officers", ()):
        assert officer["name"] in text
        assert officer["certificate_no"] in text


@pytest.mark.parametrize("kind", DocumentKind)
def test_the_attached_content_is_what_was_signed(kind: DocumentKind) -> None:
    sheet = drawings.sheet(kind)
    attached = attachment(drawn(kind).pdf)

    assert sha256(attached).hexdigest() == sheet.content_hash
    assert attached == canonical(sheet.content)


def test_the_result_prints_findings_bases_deadline_guidance_and_remedies() -> None:
    sheet, text = drawings.sheet(DocumentKind.RESULT), "".join(pages(DocumentKind.RESULT))

    assert "发现问题，责令改正" in text
    for problem in sheet.content["problems"]:
        for said in (problem["title"], problem["note"], problem["standard"], problem["basis"]):
            assert re.sub(r"\s+", "", said) in text
    assert "期限至2026年12月11日" in text
    assert "15个工作日内" in text
    assert "10个工作日内" in text
    assert sheet.content["remedies"] in text
    assert "四、指导意见" in text
    assert "0531-00000002" in text
    assert "证据：证2" in text
    assert "检查结果不向社会公示" in text
    assert "评价本次检查" in text


def test_a_result_with_one_finding_fits_on_one_sheet() -> None:
    (page,) = pages(DocumentKind.RESULT, "one")

    assert "发现轻微问题" in page
    assert "核验本文书" in page


TOGETHER = {
    DocumentKind.APPROVAL: "负责人：秦立新",
    DocumentKind.NOTICE: "被检查人签收",
    DocumentKind.CHECKLIST: "签于现场检查笔录",
    DocumentKind.SAMPLING: "见证人签名",
    DocumentKind.ORDER: "被责令单位签收",
    DocumentKind.RESULT: "收件人签收",
    DocumentKind.SERVICE: "送达人",
    DocumentKind.RECHECK: "被复查单位签收",
    DocumentKind.TRANSFER: "此前补正次数",
    DocumentKind.RECORDINGS: "编号与现场检查笔录一致",
}


@pytest.mark.parametrize(
    ("kind", "name"), [each for each in samples.every() if each[0] in TOGETHER]
)
def test_signatures_seal_and_code_stay_on_one_page_with_some_text(
    kind: DocumentKind, name: str
) -> None:
    place, found = drawn(kind, name).place, pages(kind, name)

    assert place is not None
    assert place.page == len(found)
    for said in ("核验本文书", "2026年11月20日", TOGETHER[kind]):
        assert said in found[-1]


def test_a_clean_result_says_so_on_one_page_and_asks_for_nothing() -> None:
    (page,) = pages(DocumentKind.RESULT, "clean")

    assert "未发现问题" in page
    assert "整改" not in page


def test_a_provisional_deadline_says_that_it_is_one() -> None:
    sheet = replace(samples.sheet(DocumentKind.RESULT), rectify_provisional=True)

    assert "放假安排公布后以其为准" in text_of(PRESS.draw(sheet).pdf)


def test_the_notice_prints_rights_duties_prohibitions_and_frequency() -> None:
    sheet, text = drawings.sheet(DocumentKind.NOTICE), "".join(pages(DocumentKind.NOTICE))

    for line in (*sheet.content["rights"], *sheet.content["duties"]):
        assert line in text
    for group in sheet.content["prohibitions"]:
        assert group["title"] in text
        assert all(leaf in text for leaf in group["must_not"])
    assert "2026年度本机关第2次（年度上限4次）" in text
    assert "12345" in text


def test_the_record_prints_answers_evidence_statement_and_corrections() -> None:
    sheet, text = drawings.sheet(DocumentKind.RECORD), "".join(pages(DocumentKind.RECORD))

    for answer in sheet.content["answers"]:
        assert answer["title"] in text
    for item in sheet.content["evidence"]:
        assert item["sha256"][:16] in text
    assert sheet.content["statement"] in text
    assert "录入笔误" in text
    assert "以上笔录经当事人阅看" in text
    assert "记录人王建国" in text


def test_a_refused_record_names_reason_and_witness_and_no_signature() -> None:
    text = "".join(pages(DocumentKind.RECORD, "refused"))

    assert "拒绝签名" in text
    assert "理由：对检查结论有不同意见" in text
    assert "见证人：刘见证" in text
    assert "确认与现场情况相符" not in text


def test_a_document_not_yet_signed_leaves_lines_to_sign_on() -> None:
    sheet = replace(samples.sheet(DocumentKind.RESULT), party=Party())

    assert "姓名和身份" in text_of(PRESS.draw(sheet).pdf)


def test_a_later_version_names_the_one_it_replaces() -> None:
    sheet = replace(samples.sheet(DocumentKind.RESULT), version=2, replaces="鲁检告〔2026〕0001号")

    assert "第2版，取代鲁检告〔2026〕0001号" in text_of(PRESS.draw(sheet).pdf)


def test_the_same_sheet_gives_the_same_bytes() -> None:
    sheet = copy.deepcopy(drawings.sheet(DocumentKind.RECORD))

    assert PRESS.draw(sheet).pdf == drawn(DocumentKind.RECORD).pdf


def test_a_moment_between_two_seconds_is_no_obstacle() -> None:
    sheet = samples.sheet(DocumentKind.RESULT)
    between = replace(sheet, made_at=sheet.made_at.replace(microsecond=123456))

    assert PRESS.draw(between).pdf == drawn(DocumentKind.RESULT).pdf


def test_threads_take_turns_at_one_press() -> None:
    sheets = [
        replace(samples.sheet(DocumentKind.RESULT), number=f"鲁检告〔2026〕{no:04d}号")
        for no in range(12)
    ]
    with ThreadPoolExecutor(4) as pool:
        drawn = [one.pdf for one in pool.map(PRESS.draw, sheets)]

    for sheet, pdf in zip(sheets, drawn, strict=True):
        assert sheet.number in text_of(pdf)


def test_what_people_typed_is_printed_and_never_executed() -> None:
    nasty = '#read("/etc/passwd") #import "x.typ" *星* _下_ $x^2$ \\u{41} <a> @b /* 注 */ // `代码`'
    sheet = samples.sheet(DocumentKind.RESULT)
    problems = copy.deepcopy(sheet.content["problems"])
    problems[0]["note"] = nasty
    sheet = with_content(sheet, problems=problems)

    text = text_of(PRESS.draw(sheet).pdf)

    assert re.sub(r"\s+", "", nasty) in text.replace("\u200b", "")
    assert "root:" not in text


@pytest.mark.parametrize("kind", DocumentKind)
def test_nothing_leaves_the_paper_however_long_the_words(kind: DocumentKind) -> None:
    sheet = samples.sheet(kind, sample_visits.HARD)
    endless = "A1" * 120
    content = copy.deepcopy(sheet.content)
    content["enterprise"]["address"] = endless
    content["place"] = "某" * 190
    for problem in content.get("problems", []):
        problem["note"] = endless
        problem["title"] = "题" * 180
    for one in content.get("officers", []):
        one["unit"] = "行政执法支队" * 8
    for one in content.get("inspections", []):
        one["agencies"] = ["市场监督管理局" * 12]
        for finding in one["findings"]:
            finding["title"] = endless
    if "joint" in content:
        content["joint"] = content["assisting"] = [endless, "检验检测有限公司" * 20]
    sheet = replace(
        sheet,
        content=content,
        content_hash=content_hash(content),
        contact=SiteContact(name="名" * 60, capacity="A1" * 30, phone="1" * 25),
    )

    for picture in PRESS.pictures(sheet, dots_per_inch=40):
        page = Image.open(BytesIO(picture)).convert("L")
        margin = page.width // 18  # a little less than the narrowest margin of the paper
        for edge in ((0, 0, margin, page.height), (page.width - margin, 0, *page.size)):
            darkest, _ = page.crop(edge).getextrema()
            assert darkest > 200  # type: ignore[operator]


def test_a_finding_longer_than_a_page_runs_on_to_the_next() -> None:
    sheet = samples.sheet(DocumentKind.RESULT)
    problems = copy.deepcopy(sheet.content["problems"])
    problems[0]["note"] = "".join(f"第{no}段事实。" for no in range(600))
    sheet = with_content(sheet, problems=problems)

    found = page_texts(PRESS.draw(sheet).pdf)
    text = re.sub(r"\s+", "", "".join(found))

    assert len(found) > 3
    cut = [no for no in range(600) if f"第{no}段事实。" not in text]
    assert len(cut) < len(found)  # only where one page ends and its foot is read in between


def test_the_code_on_the_paper_leads_to_the_verification_page() -> None:
    sheet = replace(samples.sheet(DocumentKind.RESULT), sample=False)
    *_, last = PRESS.pictures(sheet, dots_per_inch=200)

    found = zxingcpp.read_barcodes(Image.open(BytesIO(last)))

    assert {code.text for code in found} == {sheet.address, sheet.rating}


def test_only_samples_say_that_they_are_samples() -> None:
    sheet = samples.sheet(DocumentKind.RESULT)

    assert "样本" in "".join(pages(DocumentKind.RESULT))
    assert "样本" not in text_of(PRESS.draw(replace(sheet, sample=False)).pdf)


def test_the_file_is_archival_and_says_what_it_is() -> None:
    reader = PdfReader(BytesIO(drawn(DocumentKind.RESULT).pdf))

    assert reader.metadata is not None
    assert reader.metadata.title == "行政检查结果告知书 鲁历下市监检告〔2026〕0127号"
    assert reader.xmp_metadata is not None
    assert str(reader.root_object["/Lang"]).lower().startswith("zh")
    assert "/StructTreeRoot" in reader.root_object


def test_missing_fonts_are_a_clear_refusal(tmp_path: Any) -> None:
    with pytest.raises(NotSetUp):
        font_folder(tmp_path)
