"""Columns of a list: what a heading is called, and how its cells become values. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from server.services.imports import faults
from server.services.imports.faults import BadFile, Fault
from shared import uscc
from shared.errors import BadInput
from shared.localtime import beginning_of
from shared.regions import significant
from shared.text import Text

Read = Callable[[str], Any]
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?", re.ASCII)


class Wrong(ValueError):
    """A cell that cannot be meant; `told` says why."""

    def __init__(self, told: Text) -> None:
        super().__init__(told.en)
        self.told = told


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `field` is its name in the code, `heading` in the file, `en` in the docs."""

    field: str
    heading: str
    en: str
    read: Read
    required: bool = True
    default: Any = ""


def text(most: int) -> Read:
    def read(cell: str) -> str:
        if len(cell) > most:
            raise Wrong(faults.TOO_LONG.filled(most=most))
        if not cell.isprintable():
            raise Wrong(faults.CONTROL)
        return cell

    return read


def prose(most: int) -> Read:
    """A text of several lines."""

    def read(cell: str) -> str:
        lines = cell.splitlines()
        if len(cell) > most:
            raise Wrong(faults.TOO_LONG.filled(most=most))
        if not all(line.isprintable() for line in lines):
            raise Wrong(faults.CONTROL)
        return "\n".join(lines)

    return read


def whole(least: int, most: int) -> Read:
    def read(cell: str) -> int:
        number = cell.removesuffix(".0")
        if not number.isascii() or not number.isdecimal() or len(number) > 9:
            raise Wrong(faults.NOT_A_NUMBER)
        if not least <= int(number) <= most:
            raise Wrong(faults.OUT_OF_RANGE.filled(least=least, most=most))
        return int(number)

    return read


def decimal(least: float, most: float) -> Read:
    def read(cell: str) -> float:
        try:
            number = float(cell)
        except ValueError:
            raise Wrong(faults.NOT_A_NUMBER) from None
        if not least <= number <= most:
            raise Wrong(faults.OUT_OF_RANGE.filled(least=least, most=most))
        return number

    return read


@lru_cache(maxsize=4096)
def day(cell: str) -> str:
    """A day in ISO form: what is staged is JSON. Of a million rows, days are few, so are places."""
    found = _DAY.fullmatch(cell)
    try:
        return date(*map(int, found.groups())).isoformat() if found else _not_a_day()
    except ValueError:
        raise Wrong(faults.NOT_A_DAY) from None


def word(words: Mapping[str, str]) -> Read:
    """One of a few words: as the page says them, or by their code."""
    told = "、".join(words)

    def read(cell: str) -> str:
        if cell in words:
            return words[cell]
        if cell in words.values():
            return cell
        raise Wrong(faults.NOT_A_WORD.filled(words=told))

    return read


def several(read_one: Read) -> Read:
    """Several in one cell, parted by 、 , ; or a line break."""

    def read(cell: str) -> list[Any]:
        return [read_one(part.strip()) for part in re.split(r"[、,，;；\n]", cell) if part.strip()]

    return read


def code(cell: str) -> str:
    """A unified social credit code, normalised and checked."""
    try:
        return uscc.require(cell)
    except BadInput:
        raise Wrong(faults.NOT_A_USCC) from None


@lru_cache(maxsize=4096)
def region(cell: str) -> str:
    try:
        significant(cell)
    except BadInput:
        raise Wrong(faults.NOT_A_REGION) from None
    return cell


@lru_cache(maxsize=4096)
def moment(iso_day: str) -> datetime:
    """The beginning of a local day."""
    return beginning_of(date.fromisoformat(iso_day))


SOURCE = Column(
    field="source",
    heading="来源",
    en="where the row is from",
    read=text(60),
    required=False,
    default=None,
)
AS_OF = Column(
    field="as_of", heading="数据日期", en="as of which day", read=day, required=False, default=None
)


class Table:
    """How the rows of one file are read: which cell is which column."""

    def __init__(self, columns: Sequence[Column], headings: Sequence[str]) -> None:
        wanted = (*columns, SOURCE, AS_OF)
        places = {_plain(heading): place for place, heading in enumerate(headings) if heading}
        missing = [c.heading for c in columns if c.required and _plain(c.heading) not in places]
        if missing:
            raise BadFile(
                Text("缺少列：{names}", "Columns are missing: {names}").filled(
                    names="、".join(missing)
                )
            )
        known = {_plain(c.heading) for c in wanted}
        strange = [heading for heading in headings if heading and _plain(heading) not in known]
        if strange:
            raise BadFile(
                Text("不认识的列：{names}", "Unknown columns: {names}").filled(
                    names="、".join(strange)
                )
            )
        filled = [heading for heading in headings if heading]
        if len({_plain(heading) for heading in filled}) < len(filled):
            raise BadFile(Text("有重复的列名", "A heading is there twice"))
        self._columns = [(c, places.get(_plain(c.heading))) for c in wanted]
        self._width = len(headings)

    def read(self, row: int, cells: Sequence[str]) -> tuple[dict[str, Any], list[Fault]]:
        """The values of a row by field, and what is wrong with it."""
        values: dict[str, Any] = {}
        wrong: list[Fault] = []
        for column, place in self._columns:
            cell = cells[place].strip() if place is not None and place < len(cells) else ""
            if not cell:
                if column.required:
                    wrong.append(Fault(row, column.heading, faults.MISSING))
                values[column.field] = column.default
                continue
            try:
                values[column.field] = column.read(cell)
            except Wrong as not_meant:
                wrong.append(Fault(row, column.heading, not_meant.told))
        if any(cell.strip() for cell in cells[self._width :]):
            wrong.append(Fault(row, "", Text("比表头多出了单元格", "More cells than headings")))
        return values, wrong


def _plain(heading: str) -> str:
    return heading.strip().removeprefix("*").removesuffix("*").strip()


def _not_a_day() -> str:
    raise Wrong(faults.NOT_A_DAY)
