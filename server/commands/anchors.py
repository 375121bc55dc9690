"""`mingcha anchors`: close the day, check every anchor, or prove that something lies under one."""

import os
import sys
from pathlib import Path

import click

from server import assembly
from server.config import Settings
from server.database import Aim
from server.principal import SYSTEM
from server.services import anchors
from server.work import open_work
from shared.anchors import receipt_leaf
from shared.canonical import canonical, parse_object


@click.group(name="anchors")
def command() -> None:
    """The daily anchors of receipts and audit log. 每日锚定."""


@command.command()
def close() -> None:
    """Anchor yesterday, if it was not; `mingcha nightly` does it too. 生成昨日锚定."""
    with open_work(assembly.assemble(Settings.from_env(os.environ)), SYSTEM) as work:
        made = anchors.close_day(work)
    click.echo(f"{made['day']} {made['root']}" if made else "made before")


@command.command()
def check() -> None:
    """Compare audit log and anchors with what was published. Exit 1 if they differ. 核对锚定."""
    parts = assembly.assemble(Settings.from_env(os.environ))
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        faults = list(anchors.verify(work))
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(faults)} faults")
    if faults:
        sys.exit(1)


@command.command()
@click.argument("receipt", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def prove(receipt: Path) -> None:
    """Print the proof that a receipt (a JSON file) lies under an anchor. 给出包含证明."""
    leaf = receipt_leaf(parse_object(receipt.read_bytes()))
    parts = assembly.assemble(Settings.from_env(os.environ))
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        click.echo(canonical(anchors.prove(work, leaf.hex())).decode())
