"""Files to import, as clerks and enemies make them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from server.models import ImportFault, ImportRun
from server.principal import SYSTEM, Principal
from server.services import import_runs
from server.services.import_runs import Order
from server.services.imports import running
from server.services.imports.every_kind import KINDS
from server.services.imports.templates import headings
from server.work import Parts, open_work

Rows = Sequence[Sequence[str]]


def usccs(count: int) -> list[str]:
    """Codes that hold, made from numbers."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = [pow(3, place, 31) for place in range(17)]
    found = []
    for n in range(count):
        body = f"91370100{n:09d}"
        total = sum(alphabet.index(c) * w for c, w in zip(body, weights, strict=True))
        found.append(body + alphabet[(31 - total % 31) % 31])
    return found


def csv_file(path: Path, kind: str, rows: Rows, encoding: str = "utf-8-sig") -> Path:
    out = io.StringIO()
    csv.writer(out).writerows([headings(KINDS[kind]), *rows])
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def xlsx_file(path: Path, kind: str, rows: Rows) -> Path:
    book = openpyxl.Workbook()
    for row in (headings(KINDS[kind]), *rows):
        book.active.append(list(row))
    book.save(path)
    return path


def rewritten(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The same workbook with something else in a part of it."""
    changed = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data, data[:2000]
                data = data.replace(old, new, 1)
            target.writestr(name, data, zipfile.ZIP_DEFLATED)
    return changed


def brought(
    parts: Parts,
    path: Path,
    kind: str,
    *,
    agency: str | None = None,
    who: Principal = SYSTEM,
    dry_run: bool = False,
    skip_bad: bool = False,
) -> tuple[ImportRun, list[tuple[int, str, str]]]:
    """Import a file; the run as it ended, and its faults as (row, column, why)."""
    order = Order(
        kind=kind,
        filename=path.name,
        source="市场监管局名录",
        as_of=parts.clock.now(),
        dry_run=dry_run,
        skip_bad=skip_bad,
    )
    with open_work(parts, who) as work:
        run_id = import_runs.note(work, order, "0" * 64, agency_id=agency).id
    running.run(parts, run_id, path)
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(ImportRun, run_id)
        faults: Sequence[ImportFault] = import_runs.faults(work, run_id, limit=None)
        return row, [(f.row, f.column, f.text_zh) for f in faults]
