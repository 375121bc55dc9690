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
from server.documents.kinds import OF_A_VISIT, DocumentKind
from server.documents.press import Press, font_folder
from server.documents.sheet import Party, Sheet
from server.refusals import NotSetUp
from shared.canonical import canonical
from shared.content.hashing import content_hash
from tests.server.documents.reading import attachment, page_texts, text_of

PRESS = Press(font_folder(None))
ALL = [(kind, name) for kind in DocumentKind for name in sample_visits.CASES]


def with_content(sheet: Sheet, **changes: Any) -> Sheet:
    content = {**copy.deepcopy(sheet.content), **changes}
    return replace(sheet, content=content, content_hash=content_hash(content))


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_document_prints_its_number_hash_and_pages(kind: DocumentKind, name: str) -> None:
    sheet = samples.sheet(kind, sample_visits.CASES[name])
    pages = page_texts(PRESS.draw(sheet).pdf)

    for no, page in enumerate(pages, start=1):
        plain = re.sub(r"\s+", "", page)
        assert f"第{no}页共{len(pages)}页" in plain
        assert sheet.number in plain
    text = re.sub(r"\s+", "", "".join(pages))
    assert sheet.content_hash in text
    if kind in OF_A_VISIT:
        assert "现场临时编号：T-07-128" in text
    assert sheet.content["agency"]["name"] in text
    assert sheet.content["enterprise"]["name"] in text
    assert sheet.content["enterprise"]["uscc"] in text
    for officer in sheet.content["officers"]:
        assert officer["name"] in text
        assert officer["certificate_no"] in text


@pytest.mark.parametrize("kind", DocumentKind)
def test_the_attached_content_is_what_was_signed(kind: DocumentKind) -> None:
    sheet = samples.sheet(kind)
    attached = attachment(PRESS.draw(sheet).pdf)

    assert sha256(attached).hexdigest() == sheet.content_hash
    assert attached == canonical(sheet.content)


def test_the_result_prints_findings_bases_deadline_guidance_and_remedies() -> None:
    sheet = samples.sheet(DocumentKind.RESULT)
    text = text_of(PRESS.draw(sheet).pdf)

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


def test_a_result_with_one_finding_fits_on_one_sheet() -> None:
    (page,) = page_texts(PRESS.draw(samples.sheet(DocumentKind.RESULT, sample_visits.ONE)).pdf)

    assert "发现轻微问题" in page
    assert "核验本文书" in page


@pytest.mark.parametrize("case", sample_visits.CASES)
@pytest.mark.parametrize("kind", [DocumentKind.RESULT, DocumentKind.APPROVAL])
def test_signatures_seal_and_code_stay_on_one_page_with_some_text(
    kind: DocumentKind, case: str
) -> None:
    drawn = PRESS.draw(samples.sheet(kind, sample_visits.CASES[case]))
    pages = page_texts(drawn.pdf)
    together = ["核验本文书", "2026年11月20日"]
    together += (
        ["负责人：秦立新"] if kind is DocumentKind.APPROVAL else ["收件人签收", "现场检查笔录"]
    )

    assert drawn.place is not None
    assert drawn.place.page == len(pages)
    assert all(said in re.sub(r"\s+", "", pages[-1]) for said in together)


def test_a_clean_result_says_so_on_one_page_and_asks_for_nothing() -> None:
    pages = page_texts(PRESS.draw(samples.sheet(DocumentKind.RESULT, sample_visits.CLEAN)).pdf)

    assert len(pages) == 1
    assert "未发现问题" in pages[0]
    assert "整改" not in pages[0]


def test_a_provisional_deadline_says_that_it_is_one() -> None:
    sheet = replace(samples.sheet(DocumentKind.RESULT), rectify_provisional=True)

    assert "放假安排公布后以其为准" in text_of(PRESS.draw(sheet).pdf)


def test_the_notice_prints_rights_duties_prohibitions_and_frequency() -> None:
    sheet = samples.sheet(DocumentKind.NOTICE)
    text = text_of(PRESS.draw(sheet).pdf)

    for line in (*sheet.content["rights"], *sheet.content["duties"]):
        assert line in text
    for group in sheet.content["prohibitions"]:
        assert group["title"] in text
        assert all(leaf in text for leaf in group["must_not"])
    assert "2026年度本机关第2次（年度上限4次）" in text
    assert "12345" in text


def test_the_record_prints_answers_evidence_statement_and_corrections() -> None:
    sheet = samples.sheet(DocumentKind.RECORD)
    text = text_of(PRESS.draw(sheet).pdf)

    for answer in sheet.content["answers"]:
        assert answer["title"] in text
    for item in sheet.content["evidence"]:
        assert item["sha256"][:16] in text
    assert sheet.content["statement"] in text
    assert "录入笔误" in text
    assert "以上笔录经当事人阅看" in text


def test_a_refused_record_names_reason_and_witness_and_no_signature() -> None:
    text = text_of(PRESS.draw(samples.sheet(DocumentKind.RECORD, sample_visits.REFUSED)).pdf)

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
    sheet = samples.sheet(DocumentKind.RECORD)

    assert PRESS.draw(sheet).pdf == PRESS.draw(copy.deepcopy(sheet)).pdf


def test_a_moment_between_two_seconds_is_no_obstacle() -> None:
    sheet = samples.sheet(DocumentKind.RESULT)
    between = replace(sheet, made_at=sheet.made_at.replace(microsecond=123456))

    assert PRESS.draw(between).pdf == PRESS.draw(sheet).pdf


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
    for one in content["officers"]:
        one["unit"] = "行政执法支队" * 8
    sheet = replace(sheet, content=content, content_hash=content_hash(content))

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

    pages = page_texts(PRESS.draw(sheet).pdf)
    text = re.sub(r"\s+", "", "".join(pages))

    assert len(pages) > 3
    cut = [no for no in range(600) if f"第{no}段事实。" not in text]
    assert len(cut) < len(pages)  # only where one page ends and its foot is read in between


def test_the_code_on_the_paper_leads_to_the_verification_page() -> None:
    sheet = replace(samples.sheet(DocumentKind.RESULT), sample=False)
    *_, last = PRESS.pictures(sheet, dots_per_inch=200)

    found = zxingcpp.read_barcodes(Image.open(BytesIO(last)))

    assert [code.text for code in found] == [sheet.address]


def test_only_samples_say_that_they_are_samples() -> None:
    sheet = samples.sheet(DocumentKind.RESULT)

    assert "样本" in text_of(PRESS.draw(sheet).pdf)
    assert "样本" not in text_of(PRESS.draw(replace(sheet, sample=False)).pdf)


def test_the_file_is_archival_and_says_what_it_is() -> None:
    reader = PdfReader(BytesIO(PRESS.draw(samples.sheet(DocumentKind.RESULT)).pdf))

    assert reader.metadata is not None
    assert reader.metadata.title == "行政检查结果告知书 鲁历下市监检告〔2026〕0127号"
    assert reader.xmp_metadata is not None
    assert str(reader.root_object["/Lang"]).lower().startswith("zh")
    assert "/StructTreeRoot" in reader.root_object


def test_missing_fonts_are_a_clear_refusal(tmp_path: Any) -> None:
    with pytest.raises(NotSetUp):
        font_folder(tmp_path)
