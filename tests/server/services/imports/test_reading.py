"""Files that cannot be read, or were made to hurt, are refused with the reason, before anything."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from server.services.imports import reading
from server.services.imports.faults import BadFile
from tests.server.services.imports.files import csv_file, rewritten, usccs, xlsx_file

ROW = [usccs(1)[0], "某店", "370104", "", "", "", "", "", "", ""]
SHEET = "xl/worksheets/sheet1.xml"


def refused(path: Path) -> str:
    with pytest.raises(BadFile) as wrong:
        list(reading.rows(path))
    return wrong.value.told.zh


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return xlsx_file(tmp_path / "a.xlsx", "enterprises", [ROW])


def test_csv_and_xlsx_give_the_same_rows(tmp_path: Path, book: Path) -> None:
    plain = list(reading.rows(csv_file(tmp_path / "a.csv", "enterprises", [ROW])))
    gb = list(reading.rows(csv_file(tmp_path / "g.csv", "enterprises", [ROW], "gb18030")))
    assert [(n, [c for c in cells if c]) for n, cells in reading.rows(book)] == [
        (n, [c for c in cells if c]) for n, cells in plain
    ]
    assert gb == plain


def test_a_merged_cell_is_named(book: Path) -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>'
    assert "A2:B2" in refused(rewritten(book, SHEET, b"</sheetData>", merged))


def test_a_formula_is_named(book: Path) -> None:
    with zipfile.ZipFile(book) as whole:
        data = whole.read(SHEET)
    start = data.index(b'<c r="C2"')
    cell = data[start : data.index(b">", start) + 1]
    assert "C2" in refused(rewritten(book, SHEET, cell, cell + b"<f>1+1</f>"))


def test_a_row_no_sheet_has_is_refused(book: Path) -> None:
    assert "行号" in refused(rewritten(book, SHEET, b'<row r="2"', b'<row r="1000000000"'))


def test_a_claim_of_a_billion_rows_is_not_believed(book: Path) -> None:
    with zipfile.ZipFile(book) as whole:
        data = whole.read(SHEET)
    start = data.index(b"<dimension")
    old = data[start : data.index(b"/>", start) + 2]
    claimed = rewritten(book, SHEET, old, b'<dimension ref="A1:XFD1000000000"/>')
    assert len(list(reading.rows(claimed))) == 2


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, book: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            data = source.read(name)
            out.writestr(name, data + b" " * 50_000_000 if name == SHEET else data)
    assert "过大" in refused(bomb)


def test_entities_are_refused(book: Path) -> None:
    lol = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'
    assert "实体" in refused(rewritten(book, SHEET, b"<worksheet", lol))


def test_several_sheets_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("二")
    book.save(tmp_path / "two.xlsx")
    assert "2 张" in refused(tmp_path / "two.xlsx")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "空的"),
        (b"PK\x03\x04nonsense", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版"),
        (b"a,b\n\x00,c", "空字节"),
        ('甲,乙\n"没有关,丙\n'.encode(), "引号"),
        (b"a,b\n\xff\xff\xff\xff,c", "编码"),
        (b"a,b\n" + b"x" * 200_000, "过长"),
    ],
)
def test_what_is_no_list_is_said_to_be_none(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert why in refused(path)
