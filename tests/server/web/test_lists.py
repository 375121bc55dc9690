"""Lists in and out at the console: templates, an upload with its faults, harmless files."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from server.job_names import JobName
from server.jobs import registry
from server.models import Enterprise
from server.services import exports
from server.work import Parts
from tests.server.factories import LONG_AGO, County, add
from tests.server.services.imports.files import csv_file
from tests.server.web.browsing import Browser, Page, signed_in


def sent(person: Browser, path: Path, kind: str, **more: str) -> Page:
    person.get("/console/imports/")
    return person.post(
        "/console/imports/", kind=kind, file=(io.BytesIO(path.read_bytes()), path.name), **more
    )


def run_of(page: Page) -> str:
    return page.reply.request.path.rpartition("/")[2]


def test_a_list_is_uploaded_checked_by_the_job_and_its_bad_rows_are_shown(
    app: Flask, parts: Parts, county: County, tmp_path: Path
) -> None:
    bad = ["SJ-9", "冷链检查", "", "没有的法", "第一条", "2027", "2026-06-01", "", "", ""]
    admin = signed_in(app, parts, county.admin)
    page = sent(admin, csv_file(tmp_path / "事项.csv", "items", [bad]), "items")
    assert "文件已收到" in page.text
    assert "every 2s" in page.source
    registry.run(parts, JobName.RUN_IMPORT, {"run": run_of(page)})
    page = admin.get(f"/console/imports/{run_of(page)}")
    assert "有 1 行错误，没有入库任何数据。" in page.text
    assert "2 依据名称 没有登记：没有的法 第一条" in page.text
    assert "every 2s" not in page.source
    told = admin.get(f"/console/imports/{run_of(page)}/faults.csv").reply.data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(told)))
    assert rows[1][:3] == ["2", "依据名称", "没有登记：没有的法 第一条"]
    other = signed_in(app, parts, county.other_admin)
    assert other.get(f"/console/imports/{run_of(page)}/faults.csv").status == 404
    assert "有错行，未入库" in admin.get("/console/imports/").text


def test_what_is_no_file_and_what_is_another_roles_kind_is_refused(
    app: Flask, parts: Parts, county: County, tmp_path: Path
) -> None:
    planner = signed_in(app, parts, county.planner)
    planner.get("/console/imports/")
    page = planner.post("/console/imports/", kind="plans")
    assert (page.status, "没有导入" in page.text) == (422, True)
    path = csv_file(tmp_path / "a.csv", "officers", [])
    assert sent(planner, path, "officers").status == 403
    assert sent(planner, path, "nothing").status == 422
    assert sent(planner, path, "plans", as_of="2999-01-01").status == 422


def test_a_template_can_be_filled_in_and_imported(app: Flask, parts: Parts, county: County) -> None:
    admin = signed_in(app, parts, county.admin)
    told = admin.get("/console/imports/template/items.csv").reply.data.decode("utf-8-sig")
    assert told.startswith("*事项编码,*事项名称,检查标准")
    book = openpyxl.load_workbook(
        io.BytesIO(admin.get("/console/imports/template/items.xlsx").reply.data)
    )
    assert [cell.value for cell in book.active[1]] == told.strip().split(",")
    assert admin.get("/console/imports/template/items.doc").status == 404
    assert admin.get("/console/imports/template/secrets.csv").status == 404


@pytest.mark.parametrize("name", exports.LISTS)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_lists_go_out_without_formulas_and_without_what_is_not_ours(
    app: Flask, parts: Parts, county: County, name: str, ending: str
) -> None:
    evil = ["=1+1", "+SUM(A1)", "-2", "@x", "\t=1", " =HYPERLINK()", "\uff1d1"]
    far = Enterprise(uscc="F" * 18, name="外地", region="370202", as_of=LONG_AGO)
    here = [
        Enterprise(uscc=f"{n:018}", name=text, region="370104", as_of=LONG_AGO)
        for n, text in enumerate(evil)
    ]
    add(parts, [far, *here])
    head = signed_in(app, parts, county.head)
    page = head.post(f"/console/exports/{name}.{ending}")
    assert page.status == 200
    if ending == "csv":
        rows = list(csv.reader(io.StringIO(page.reply.data.decode("utf-8-sig"))))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(page.reply.data)).active
        rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert tuple(rows[0]) == exports.LISTS[name].headings
    assert not [
        cell
        for row in rows
        for cell in row
        if cell.lstrip(" ")[:1] in tuple("=+-@\t\uff1d") and cell
    ]
    assert "外地" not in str(rows)
    if name == "enterprises":
        assert {f"'{text}" for text in evil} <= {row[1] for row in rows}
