"""What can be wrong with a row, in words a clerk can act on; and with a file as a whole."""

from dataclasses import dataclass

from shared.errors import BadInput
from shared.text import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the row as a spreadsheet counts it (the heading is 1), the heading, why."""

    row: int
    column: str
    text: Text


class BadFile(BadInput):
    """A file that cannot be read as a list at all; `told` says why, for people."""

    code = "bad_import_file"

    def __init__(self, told: Text) -> None:
        super().__init__(told.en)
        self.told = told


MISSING = Text("不能为空", "Must not be empty")
TOO_LONG = Text("超过 {most} 个字", "Longer than {most} characters")
NOT_A_DAY = Text("不是日期，应写成 2026-03-31", "Not a day; write 2026-03-31")
NOT_A_NUMBER = Text("不是数字", "Not a number")
OUT_OF_RANGE = Text("应在 {least} 到 {most} 之间", "Must be from {least} to {most}")
NOT_A_WORD = Text("只能填：{words}", "One of: {words}")
NOT_A_USCC = Text(
    "统一社会信用代码不正确（校验码不符或格式不对）", "Not a valid unified social credit code"
)
NOT_A_REGION = Text("不是行政区划代码", "Not a region code")
TWICE = Text("与第 {row} 行重复", "The same as row {row}")
UNKNOWN = Text("没有登记：{what}", "Not registered: {what}")
FORMULA = Text("单元格是公式，请先粘贴为数值", "The cell is a formula; paste its value first")
CONTROL = Text("含有不可见的控制字符", "Holds control characters")
