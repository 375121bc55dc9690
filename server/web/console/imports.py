"""Lists brought in from CSV and XLSX: templates, an upload, and what became of each."""

from collections.abc import Iterator
from datetime import date, datetime
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Reply

from server import edge
from server.access import roles
from server.database import Aim
from server.principal import Principal
from server.sentences import sentence
from server.services import exports, import_runs
from server.services.import_runs import Order
from server.services.imports import templates
from server.services.imports.columns import moment
from server.services.imports.every_kind import KINDS
from server.web.console import frame
from server.web.downloads import CSV, XLSX, attached, streamed
from server.web.language import said
from server.work import Parts, Work, open_work
from shared.errors import BadInput, NotFound

LARGEST = 64 * 1024 * 1024

blueprint = Blueprint("console_imports", __name__, url_prefix="/console/imports")


@blueprint.get("/")
@roles(*frame.IMPORTS)
def show() -> str:
    """The form, and the newest imports."""
    with edge.reading() as work:
        return _page(work)


@blueprint.post("/")
@roles(*frame.IMPORTS)
def upload() -> Reply | tuple[str, int]:
    """Take a file in; a job reads it."""
    request.max_content_length = LARGEST
    try:
        sent = _sent()
        with edge.working() as work:
            order = Order(
                kind=request.form.get("kind", ""),
                filename=sent.filename or "",
                source=request.form.get("source", "").strip()
                or _printable(sent.filename or "")[-60:],
                as_of=_as_of(work),
                dry_run="dry_run" in request.form,
                skip_bad="skip_bad" in request.form,
            )
            row = import_runs.upload(work, order, sent.stream.read())
    except BadInput as refused:
        with edge.reading() as work:
            page = _page(work, problem=said(sentence(refused.code)))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("文件已收到，正在检查。"))
    return redirect(url_for("console_imports.one", run_id=row.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<run_id>")
@roles(*frame.IMPORTS)
def one(run_id: str) -> str:
    """What became of an import, row by row where rows are bad."""
    with edge.reading() as work:
        row = import_runs.get(work, run_id)
        found = import_runs.faults(work, run_id, import_runs.SHOWN_FAULTS + 1)
        return frame.page(
            work,
            "console/import.html",
            run=row,
            kind=KINDS[row.kind],
            faults=found[: import_runs.SHOWN_FAULTS],
            more=len(found) > import_runs.SHOWN_FAULTS,
            is_open=row.finished_at is None,
        )


@blueprint.get("/<run_id>/faults.csv")
@roles(*frame.IMPORTS)
def faults(run_id: str) -> Response:
    """Every bad row with its reason, however many: the page shows the first of them."""
    with edge.reading() as work:
        import_runs.get(work, run_id)
    return streamed(_fault_pieces(edge.parts(), edge.who(), run_id), CSV, "faults.csv")


def _fault_pieces(parts: Parts, who: Principal, run_id: str) -> Iterator[bytes]:
    with open_work(parts, who, aim=Aim.READ) as work:
        yield from exports.as_csv(import_runs.fault_cells(work, run_id))


@blueprint.get("/template/<kind>.<ending>")
@roles(*frame.IMPORTS)
def template(kind: str, ending: str) -> Response:
    """An empty file of a kind."""
    found = KINDS.get(kind)
    if found is None or ending not in ("csv", "xlsx"):
        raise NotFound("No such template.")
    if ending == "csv":
        return attached(templates.csv(found), CSV, f"{kind}.csv")
    return attached(templates.xlsx(found), XLSX, f"{kind}.xlsx")


def _sent() -> FileStorage:
    found = request.files.get("file")
    if found is None or not found.filename:
        raise BadInput("No file was chosen.", errors={"/file": "Required."})
    return found


def _printable(name: str) -> str:
    return "".join(c for c in name if c.isprintable()) or "—"


def _page(work: Work, *, problem: str = "") -> str:
    return frame.page(
        work,
        "console/imports.html",
        kinds=import_runs.kinds_for(work),
        runs=import_runs.recent(work),
        lists=exports.LISTS if work.who.is_any(exports.READERS) else {},
        every=KINDS,
        problem=problem,
        filled=request.form,
    )


def _as_of(work: Work) -> datetime:
    told = request.form.get("as_of", "").strip()
    if not told:
        return work.now
    try:
        return moment(date.fromisoformat(told).isoformat())
    except ValueError:
        raise BadInput("Not a day.", errors={"/as_of": "YYYY-MM-DD"}) from None
