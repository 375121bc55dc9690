"""`mingcha sweep`: find what was left undone, once. For a timer, or for a person who wonders."""

import os

import click

from server import assembly
from server.config import Settings
from server.database import Aim
from server.jobs import sweeping, wiring
from server.principal import SYSTEM
from server.services import outbox
from server.work import open_work


@click.command()
def command() -> None:
    """Wake or do what is overdue, and say what waits and what is dead. 补发到期未办事项."""
    parts = assembly.assemble(Settings.from_env(os.environ))
    if parts.settings.redis_url:
        found = sweeping.sweep(wiring.with_bell(parts))
        click.echo(f"woken: {found}")
    else:
        click.echo(f"done: {sweeping.drain(parts)}")
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        for state, count in outbox.counts(work).items():
            click.echo(f"{state}: {count}")
