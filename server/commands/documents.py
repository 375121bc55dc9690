"""`mingcha documents`: look at the documents without a database."""

import os
from pathlib import Path

import click

from server.clock import SystemClock
from server.config import Settings
from server.documents import sample_visits, samples
from server.documents.authority import make
from server.documents.issuing import issue
from server.documents.press import press_of
from server.documents.sealing import opened


@click.group()
def command() -> None:
    """Official documents. 检查文书."""


@command.command("samples")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def write_samples(folder: Path) -> None:
    """Write a sample of every document into FOLDER, sealed by an authority made for this run.

    生成各类文书样张.
    """
    press = press_of(Settings.from_env(os.environ))
    now = SystemClock().now()
    sealer = opened(make(os.urandom, now).seal)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, name in samples.every():
        path = folder / f"{kind}-{name}.pdf"
        sheet = samples.sheet(kind, sample_visits.CASES[name])
        path.write_bytes(issue(press, sealer, sheet, now))
        click.echo(str(path))
