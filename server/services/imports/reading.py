"""Rows of a CSV or XLSX file, one at a time, with memory that does not grow with the file.

An XLSX file is a zip of XML that others may have made to hurt: it is looked through as a stream
before a library opens it. Merged cells, formulas, entities, a part that unpacks to far more than
it weighs, or a row number no spreadsheet has, and it is refused with the reason.
"""

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from server.services.imports.faults import BadFile
from shared.text import Text

Row = tuple[int, Sequence[str]]
MOST_ROWS = 5_000_000
MOST_CELLS = 200
LONGEST_CELL = 32_767  # what a spreadsheet's cell may hold
MOST_UNPACKED = 1 << 30
MOST_RATIO = 200
RATIO_FROM = 1 << 20
MOST_PARTS = 2000
LAST_ROW = 1_048_576
PIECE = 1 << 16
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z0-9:]{1,30})"')
_FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,3}[0-9]{1,10})"[^>]*>\s*<(?:\w+:)?f[\s/>]')
_ROW = re.compile(rb'<(?:\w+:)?(?:row|c)\s[^>]*?r="[A-Z]{0,3}([0-9]{1,20})"')
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def rows(path: Path) -> Iterator[Row]:
    """The rows of a file that are not empty, counted as a spreadsheet counts; `BadFile`."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK\x03\x04"):
        return _of_xlsx(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFile(
            Text(
                "这是旧版或加密的 Excel 文件，请另存为 .xlsx",
                "An old or encrypted Excel file; save it as .xlsx",
            )
        )
    if not start:
        raise BadFile(Text("文件是空的", "The file is empty"))
    return _of_csv(path)


def _of_csv(path: Path) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL * 4)
    with path.open(encoding=_encoding(path), newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            for cells in reader:
                _require_narrow(reader.line_num, cells)
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
        except csv.Error as wrong:
            line = reader.line_num
            raise BadFile(
                Text(
                    "第 {line} 行不是规范的 CSV（引号没有配对，或单元格过长）",
                    "Line {line} is not CSV: a quote is open, or a cell too long",
                ).filled(line=line)
            ) from wrong
        except UnicodeDecodeError as wrong:
            raise BadFile(
                Text(
                    "第 {line} 行附近的编码不是 UTF-8 或 GB18030",
                    "Neither UTF-8 nor GB18030 near line {line}",
                ).filled(line=reader.line_num + 1)
            ) from wrong


def _encoding(path: Path) -> str:
    """UTF-8 if all of it is, else GB18030, which spreadsheets in China save as."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                if b"\x00" in piece:
                    raise BadFile(Text("文件里有空字节，不是 CSV", "Null bytes: this is no CSV"))
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _of_xlsx(path: Path) -> Iterator[Row]:
    _look_through(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as wrong:
        raise _not_a_book() from wrong
    with closing(book):
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(sheets) != 1:
            raise BadFile(
                Text(
                    "应只有一张可见的工作表，这里有 {n} 张",
                    "One visible sheet is expected, not {n}",
                ).filled(n=len(sheets))
            )
        sheet = sheets[0]
        sheet.reset_dimensions()  # what a file claims of its size is not believed
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            told = [_cell(value) for value in cells]
            if any(told):
                _require_narrow(number, told)
                yield number, told


def _look_through(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as whole:
            parts = whole.infolist()
            if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
                raise _bomb()
            for part in parts:
                if part.flag_bits & 1:
                    raise BadFile(Text("文件加了密码", "The file is locked by a password"))
                if part.filename.endswith((".xml", ".rels")):
                    _look_at(whole, part)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as wrong:
        raise _not_a_book() from wrong


def _look_at(whole: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    is_sheet = part.filename.startswith("xl/worksheets/")
    unpacked, kept = 0, b""
    with whole.open(part) as stream:
        while piece := stream.read(PIECE):
            unpacked += len(piece)
            if unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(part.compress_size, 1):
                raise _bomb()
            seen = kept + piece
            if _DOCTYPE.search(seen):
                raise BadFile(Text("文件里有实体声明，不接收", "Declares entities: not taken"))
            if is_sheet:
                _require_plain(seen)
            kept = seen[-512:]


def _require_plain(seen: bytes) -> None:
    if merged := _MERGED.search(seen):
        raise BadFile(
            Text(
                "有合并的单元格 {where}，请先取消合并",
                "Cells {where} are merged; unmerge them first",
            ).filled(where=merged[1].decode())
        )
    if formula := _FORMULA.search(seen):
        raise BadFile(
            Text(
                "单元格 {where} 是公式，请先粘贴为数值",
                "Cell {where} is a formula; paste its value first",
            ).filled(where=formula[1].decode())
        )
    if any(int(found) > LAST_ROW for found in _ROW.findall(seen)):
        raise BadFile(Text("行号超过了表格的上限", "A row number beyond what a sheet can have"))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            value.date().isoformat() if value.time() == value.time().min else value.isoformat(" ")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _require_narrow(row: int, cells: Sequence[str]) -> None:
    if row > MOST_ROWS:
        raise BadFile(
            Text("超过 {most} 行，请分成几个文件", "More than {most} rows; split the file").filled(
                most=MOST_ROWS
            )
        )
    if len(cells) > MOST_CELLS or any(len(cell) > LONGEST_CELL for cell in cells):
        raise BadFile(
            Text("第 {row} 行太宽或单元格过长", "Row {row} is too wide, or a cell too long").filled(
                row=row
            )
        )


def _bomb() -> BadFile:
    return BadFile(Text("文件展开后过大，不接收", "It unpacks to far too much: not taken"))


def _not_a_book() -> BadFile:
    return BadFile(Text("文件已损坏，或不是 .xlsx 工作簿", "Damaged, or not an .xlsx workbook"))
