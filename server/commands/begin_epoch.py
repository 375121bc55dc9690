"""`mingcha begin-epoch`: after a restore, tablets begin again and offer everything they have."""

import os

import click

from server import assembly, own_database
from server.config import Settings
from server.principal import SYSTEM
from server.services import audit, epochs, key_checks
from server.work import Parts, open_work


@click.command()
@click.option("--reason", required=True, help="Which backup was restored, and why.")
def command(reason: str) -> None:
    """Tell this server that its database was restored. 数据库恢复后开始新纪元."""
    click.echo(begin(assembly.assemble(Settings.from_env(os.environ)), reason))


def begin(parts: Parts, reason: str) -> str:
    """Begin a new epoch and make it this server's own; returns its id."""
    with open_work(parts, SYSTEM) as work:
        key_checks.require(work)
        own_database.forget_transactions(work)
        epoch = epochs.begin(work, reason)
        audit.write(work, "epoch.began", "epoch", epoch, reason=reason)
    own_database.note(parts, epoch)
    return epoch
