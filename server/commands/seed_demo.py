"""`mingcha seed-demo`: an empty database becomes the demo county."""

import os

import click

from server import assembly, founding
from server.config import Settings
from server.principal import SYSTEM
from server.seed import accounts
from server.seed.filling import Filled, fill
from server.work import Parts, open_work


@click.command()
def command() -> None:
    """Fill an EMPTY database with a demo county. 在空库中建立演示县."""
    parts = assembly.set_up(Settings.from_env(os.environ))
    filled = seed(parts)
    click.echo(
        f"演示县已建立：{filled.agencies} 个机关，{filled.officers} 名持证人员，"
        f"{filled.enterprises} 家企业。 Demo county seeded."
    )
    click.echo(f"账号 accounts: {parts.settings.data_dir / accounts.FILE}")


def seed(parts: Parts) -> Filled:
    """Found and fill the database of `parts`, write the accounts; `NotEmpty` if it is in use."""
    founding.found(parts)
    with open_work(parts, SYSTEM) as work:
        filled = fill(work)
        # Written before the commit: a county whose passwords nobody knows would be of no use.
        accounts.write(parts.settings.data_dir, filled.accounts, work.now)
    return filled
