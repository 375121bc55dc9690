"""`mingcha export-case`: a visit's case file, checked before it is handed out."""

import os
import sys
from pathlib import Path

import click

from server import assembly
from server.commands.case_report import show
from server.config import Settings
from server.principal import SYSTEM
from server.services import case_export
from server.work import open_work


@click.command()
@click.argument("visit_id")
@click.option(
    "--to", "target", type=click.Path(path_type=Path, dir_okay=False), default=Path("case.zip")
)
def command(visit_id: str, target: Path) -> None:
    """Write a visit's case file. Exit 1 if something in it does not hold. 导出卷宗."""
    parts = assembly.assemble(Settings.from_env(os.environ))
    with open_work(parts, SYSTEM) as work:
        exported = case_export.of_visit(work, visit_id)
    target.write_bytes(exported.archive)
    show(exported.report)
    click.echo(str(target))
    if not exported.report.holds:
        sys.exit(1)
