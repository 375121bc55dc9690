"""`mingcha demo-code`: the time code of a demo account, for those with no authenticator at hand."""

import os

import click

from server.clock import SystemClock
from server.config import Settings
from server.seed import accounts


@click.command()
@click.argument("username")
def command(username: str) -> None:
    """Print the time code of demo account USERNAME. 显示演示账号的动态码."""
    known = accounts.read(Settings.from_env(os.environ).data_dir)
    code = accounts.named(known, username).code(SystemClock().now())
    click.echo(code or "这个账号不用动态码。This account needs no time code.")
