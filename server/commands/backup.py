"""`mingcha backup TO`: the database and the evidence in a new folder, while the server runs."""

import os
from pathlib import Path

import click

from server import assembly
from server.backup import taking
from server.config import Settings


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--keys-to",
    type=click.Path(path_type=Path),
    help="A new folder elsewhere for the secrets: with them and the backup, everything opens.",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="An older backup on the same disk; what it has is linked instead of copied.",
)
def command(target: Path, keys_to: Path | None, previous: Path | None) -> None:
    """Take a backup. Broken off, it leaves TO.partial and goes on from there. 备份."""
    parts = assembly.assemble(Settings.from_env(os.environ))
    made = taking.take(parts, target, keys_to=keys_to, previous=previous)
    click.echo(f"{target}: {made.objects} objects, {made.object_bytes} bytes, epoch {made.epoch}")
