"""`mingcha import KIND FILE`: bring in a list from CSV or XLSX; `mingcha import template KIND`."""

import hashlib
import os
import sys
from pathlib import Path

import click
from sqlalchemy import select

from server import assembly
from server.config import Settings
from server.database import Aim
from server.models import ImportRun, ImportState, Person
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import import_runs
from server.services.import_runs import Order
from server.services.imports import templates
from server.services.imports.columns import day, moment
from server.services.imports.every_kind import KINDS
from server.work import Parts, open_work
from shared.errors import BadInput
from shared.roles import Role

PIECE = 1 << 20


@click.command(name="import")
@click.argument("kind")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Check everything, store nothing. 只检查。")
@click.option(
    "--skip-bad", is_flag=True, help="Leave bad rows out instead of refusing all. 跳过错行。"
)
@click.option(
    "--source", default="", help="Where rows are from that do not say so; else the file's name."
)
@click.option("--as-of", default="", help="As of which day (2026-03-31); else today.")
@click.option(
    "--agency",
    "agency_id",
    default=None,
    help="For which agency: plans, officers, items, checklists, visits.",
)
@click.option("--by", "username", default=None, help="Whose drafts imported plans are.")
def command(
    *,
    kind: str,
    file: str,
    dry_run: bool,
    skip_bad: bool,
    source: str,
    as_of: str,
    agency_id: str | None,
    username: str | None,
) -> None:
    """Import a list; exit 1 if rows are bad. 从 CSV 或 XLSX 导入名单.

    KIND is plans, enterprises, premises, facts, officers, items, checklists, holidays or visits;
    with KIND "template", FILE is one of these and its empty CSV is written out.
    """
    if kind == "template":
        sys.stdout.buffer.write(templates.csv(import_runs.kind_named(file)))
        return
    path = Path(file)
    if not path.is_file():
        raise click.BadParameter(f"{file}: no such file", param_hint="FILE")
    parts = assembly.assemble(Settings.from_env(os.environ))
    who = _who(parts, kind, username)
    order = Order(
        kind=kind,
        filename=path.name,
        source=source or path.name[-60:],
        as_of=moment(day(as_of)) if as_of else parts.clock.now(),
        dry_run=dry_run,
        skip_bad=skip_bad,
    )
    with open_work(parts, who) as work:
        agency = agency_id or who.agency_id
        run_id = import_runs.note(work, order, _sha256(path), agency_id=agency).id
    import_runs.bring_in_file(parts, run_id, path, _progress)
    click.echo("", err=True)
    if not _report(parts, run_id):
        sys.exit(1)


def _who(parts: Parts, kind: str, username: str | None) -> Principal:
    """The platform itself; for plans the planner whose drafts they are to be."""
    if kind != "plans":
        return SYSTEM
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        found = select(Person).where(Person.username == (username or ""))
        person = work.session.scalars(found).one_or_none()
    if person is None or Role.PLANNER not in person.roles:
        raise BadInput("Plans need --by, the username of a planner.", errors={"/by": "Required."})
    return Principal(
        kind=PrincipalKind.PERSON,
        id=person.id,
        roles=frozenset({Role.PLANNER}),
        name=person.name,
        agency_id=person.agency_id,
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _progress(state: ImportState, count: int) -> None:
    word = "检查 checked" if state == ImportState.CHECKING else "入库 stored"
    click.echo(f"\r{word} {count:>9,}", nl=False, err=True)


def _report(parts: Parts, run_id: str) -> bool:
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        row = work.session.get_one(ImportRun, run_id)
        for fault in import_runs.faults(work, run_id, limit=None):
            where = f"第 {fault.row} 行" + (f"，{fault.column}" if fault.column else "")
            click.echo(f"{where}：{fault.text_zh}。 Row {fault.row}: {fault.text_en}.")
    if row.why:
        click.echo(row.why)
    click.echo(
        f"{KINDS[row.kind].title.zh}：{row.rows} 行，错误 {row.bad} 行，入库 {row.published}，"
        f"无变化 {row.unchanged}。 {row.state}: {row.rows} rows, {row.bad} bad, "
        f"{row.published} stored, {row.unchanged} unchanged."
    )
    return row.state in (ImportState.DONE, ImportState.CHECKED)
