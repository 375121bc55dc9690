"""`mingcha keys`: which keys sign for the platform, and a new one announced before it is used.

Tablets get the new key in a set that the present one signs; a server signs with the new one when
it is started after the day it was announced for. The old one stays good for what it signed.
"""

import os
from datetime import timedelta

import click

from server import assembly, secrets
from server.config import Settings
from server.principal import SYSTEM
from server.services import key_checks, platform_keys
from server.work import Parts, open_work
from shared.errors import Conflict


@click.group()
def command() -> None:
    """Show and renew the platform's signing keys. 平台签名密钥."""


@command.command("list")
def show() -> None:
    """Every key there is, and since when it signs."""
    parts = _parts()
    for kid in sorted(parts.secrets.signing_seeds):
        mark = "  signs" if kid == parts.secrets.signing_kid else ""
        click.echo(f"{kid}  from {secrets.signs_from(kid).date()}{mark}")


@command.command()
@click.option(
    "--in-days",
    default=7,
    show_default=True,
    type=click.IntRange(1, 90),
    help="How long tablets have to hear of it first.",
)
def rotate(in_days: int) -> None:
    """Make the next signing key and announce it to every tablet."""
    parts = _parts()
    pending = max(parts.secrets.signing_seeds)
    if pending != parts.secrets.signing_kid:
        raise Conflict("A key is announced already and not used yet.", kid=pending)
    first_used = parts.clock.now() + timedelta(days=in_days)
    folder = parts.settings.secrets_dir
    secrets.add_signing_key(folder, parts.chance, first_used)
    parts.engine.dispose()
    parts = _parts()
    with open_work(parts, SYSTEM) as work:
        key_checks.require(work)
        made = platform_keys.announce(work)
    click.echo(f"{made.kid} is announced. Restart servers and workers after {made.valid_from}.")
    click.echo(f"Back up {folder} now.")


def _parts() -> Parts:
    return assembly.assemble(Settings.from_env(os.environ))
