"""`mingcha nightly`: what the change of day brings, now; a running server does it by itself."""

import os

import click

from server import assembly
from server.config import Settings
from server.jobs import nightly


@click.command()
def command() -> None:
    """Move what tablets hold with the day; forget what has expired. 每日数据范围更新与清理."""
    done = nightly.turn(assembly.assemble(Settings.from_env(os.environ)))
    click.echo(f"tasks moved: {done.tasks_moved}")
    click.echo(f"months of events made: {', '.join(done.months_made) or '-'}")
    click.echo(f"uploads forgotten: {done.uploads_forgotten}")
    click.echo(f"plans closed: {done.plans_closed}")
    for kind, count in done.forgotten.items():
        click.echo(f"{kind} forgotten: {count}")
    made = done.anchor
    click.echo(f"anchor: {made['day']} {made['root']}" if made else "anchor: made before")
