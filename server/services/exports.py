"""Lists as files: an agency's plans, tasks, visits, and the enterprises of its region.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, so that
nothing a stranger typed is ever run by whoever opens the file. Rows go out as they are read; the
file is never in memory.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from sqlalchemy import Select, select

from server.models import Agency, Enterprise, Plan, Task, Visit
from server.services import audit
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import NotFound
from shared.localtime import local_minute
from shared.regions import significant
from shared.roles import Role
from shared.text import Text

AT_ONCE = 2000
LAST_ROW = 1_048_576
DANGEROUS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # and their full-width forms
READERS = (Role.PLANNER, Role.HEAD, Role.AGENCY_ADMIN)
Cells = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A list: its headings, and the query whose columns stand below them."""

    title: Text
    headings: tuple[str, ...]
    query: Callable[[Agency], Select[*tuple[Any, ...]]]


def _plans(agency: Agency) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Plan.no,
            Plan.title,
            Plan.kind,
            Plan.trigger,
            Plan.status,
            Plan.year,
            Plan.window_from,
            Plan.window_to,
            Plan.version,
            Plan.filed_at,
            Plan.visit_type,
        )
        .where(Plan.agency_id == agency.id, Plan.amends_id.is_(None))
        .order_by(Plan.id)
    )


def _tasks(agency: Agency) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Task.no,
            Task.plan_no,
            Task.uscc,
            Enterprise.name,
            Task.kind,
            Task.trigger,
            Task.status,
            Task.window_from,
            Task.window_to,
            Task.counts,
            Task.visit_type,
        )
        .join(Enterprise, Enterprise.uscc == Task.uscc)
        .where(Task.agency_id == agency.id)
        .order_by(Task.id)
    )


def _visits(agency: Agency) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Visit.id,
            Visit.uscc,
            Enterprise.name,
            Visit.stage,
            Visit.outcome,
            Visit.opened_at,
            Visit.left_at,
            Visit.sealed_at,
            Visit.irregular,
            Visit.ruling,
            Visit.offsite,
        )
        .outerjoin(Enterprise, Enterprise.uscc == Visit.uscc)
        .where(Visit.agency_id == agency.id)
        .order_by(Visit.id)
    )


def _enterprises(agency: Agency) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enterprise.uscc,
            Enterprise.name,
            Enterprise.region,
            Enterprise.address,
            Enterprise.legal_rep,
            Enterprise.industry,
            Enterprise.grade,
            Enterprise.status,
            Enterprise.source,
            Enterprise.as_of,
        )
        .where(Enterprise.region.startswith(significant(agency.region)))
        .order_by(Enterprise.uscc)
    )


LISTS: Mapping[str, List] = {
    "plans": List(
        title=Text("检查计划", "Plans"),
        headings=(
            "备案编号",
            "名称",
            "检查类别",
            "检查来源",
            "状态",
            "年度",
            "检查开始",
            "检查结束",
            "版本",
            "备案时间",
            "到访性质",
        ),
        query=_plans,
    ),
    "tasks": List(
        title=Text("检查任务", "Tasks"),
        headings=(
            "任务编号",
            "计划编号",
            "统一社会信用代码",
            "企业",
            "检查类别",
            "检查来源",
            "状态",
            "检查开始",
            "检查结束",
            "计入频次",
            "到访性质",
        ),
        query=_tasks,
    ),
    "visits": List(
        title=Text("入企检查", "Visits"),
        headings=(
            "检查编号",
            "统一社会信用代码",
            "企业",
            "进度",
            "结论",
            "开始",
            "离企",
            "封存",
            "不合规",
            "裁定",
            "非现场检查",
        ),
        query=_visits,
    ),
    "enterprises": List(
        title=Text("企业", "Enterprises"),
        headings=(
            "统一社会信用代码",
            "名称",
            "区划代码",
            "地址",
            "法定代表人",
            "行业",
            "风险等级",
            "状态",
            "来源",
            "数据日期",
        ),
        query=_enterprises,
    ),
}


def begun(work: Work, name: str, ending: str) -> List:
    """Note that somebody takes a list away; `NotFound` for a list or an ending that is none."""
    require_role(work.who, *READERS)
    if name not in LISTS or ending not in ("csv", "xlsx"):
        raise NotFound("No such list.")
    audit.write(work, "list.exported", "list", name, ending=ending)
    return LISTS[name]


def rows(work: Work, wanted: List) -> Iterator[Cells]:
    """The heading and every row of the agency of who asks, as text."""
    agency = one(work.session.get(Agency, work.who.agency_id or ""))
    yield wanted.headings
    found = work.session.execute(wanted.query(agency).execution_options(yield_per=AT_ONCE))
    for row in found:
        yield [_cell(value) for value in row]


def as_csv(told: Iterator[Cells]) -> Iterator[bytes]:
    """A CSV in UTF-8 with its mark, a piece at a time."""
    yield b"\xef\xbb\xbf"
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for n, cells in enumerate(told, start=1):
        writer.writerow([harmless(cell) for cell in cells])
        if n % AT_ONCE == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def as_xlsx(told: Iterator[Cells]) -> Iterator[bytes]:
    """A workbook, from disk; what a sheet cannot hold goes on the next one."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    heading: Cells = ()
    for n, cells in enumerate(told):
        heading = heading or cells
        if n and n % (LAST_ROW - 1) == 0:
            sheet = book.create_sheet()
            sheet.append([harmless(cell) for cell in heading])
        sheet.append([harmless(cell) for cell in cells])
    with closing(tempfile.TemporaryFile()) as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(1 << 16):
            yield piece


def harmless(cell: str) -> str:
    """`cell` so that no spreadsheet takes it for a formula."""
    kept = "".join(c for c in cell if c.isprintable() or c in "\t\r\n")
    return f"'{kept}" if kept.lstrip(" ").startswith(DANGEROUS) else kept


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return local_minute(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
