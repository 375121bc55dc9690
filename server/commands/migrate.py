"""`mingcha migrate`: make the keys that are missing and bring the tables up to date."""

import os

import click

from server import assembly, founding
from server.config import Settings


@click.command()
def command() -> None:
    """Set up keys and tables. Safe to repeat. 初始化密钥与数据表."""
    parts = assembly.set_up(Settings.from_env(os.environ))
    founding.found(parts)
    click.echo("Tables are up to date.")
