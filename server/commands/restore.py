"""`mingcha restore FROM`: a server of a backup, in an empty database and data folder."""

import os
from pathlib import Path

import click

from server.backup import putting_back
from server.backup.rules import SKIPPED_NUMBERS
from server.config import Settings


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--reason", required=True, help="Why, for the audit log.")
@click.option(
    "--keys-from",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder that --keys-to made, if this server has no secrets yet.",
)
@click.option(
    "--skip-numbers",
    type=click.IntRange(min=1),
    default=SKIPPED_NUMBERS,
    show_default=True,
    help="How far every series of numbers goes on above the backup.",
)
def command(source: Path, reason: str, keys_from: Path | None, skip_numbers: int) -> None:
    """Restore a backup and begin a new epoch. 从备份恢复."""
    done = putting_back.put_back(
        Settings.from_env(os.environ),
        source,
        reason=reason,
        keys_from=keys_from,
        skip_numbers=skip_numbers,
    )
    click.echo(f"epoch {done.epoch}: {done.series} series skip {skip_numbers} numbers, ", nl=False)
    click.echo(f"{done.letters} letters wait for a person")
