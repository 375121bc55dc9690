"""`mingcha nightly`: what the change of day brings, for a timer shortly after midnight."""

import os
from collections import Counter

import click
from sqlalchemy import select

from server import assembly
from server.config import Settings
from server.models import Agency
from server.principal import SYSTEM
from server.services import (
    anchors,
    catalogue_publishing,
    partitions,
    plan_ending,
    retention,
    scope_moves,
    uploads,
)
from server.work import Parts, open_work
from shared.localtime import local_day


@click.command()
def command() -> None:
    """Move what tablets hold with the day; forget what has expired. 每日数据范围更新与清理."""
    parts = assembly.assemble(Settings.from_env(os.environ))
    click.echo(f"tasks moved: {_move(parts)}")
    _publish_catalogues(parts)
    with open_work(parts, SYSTEM) as work:
        click.echo(f"months of events made: {', '.join(partitions.make_ahead(work)) or '-'}")
    with open_work(parts, SYSTEM) as work:
        click.echo(f"uploads forgotten: {uploads.forget_expired(work)}")
    click.echo(f"plans closed: {_close(parts)}")
    for kind, count in _forget(parts).items():
        click.echo(f"{kind} forgotten: {count}")
    with open_work(parts, SYSTEM) as work:
        made = anchors.close_day(work)
    click.echo(f"anchor: {made['day']} {made['root']}" if made else "anchor: made before")


def _move(parts: Parts) -> int:
    total = 0
    while True:
        with open_work(parts, SYSTEM) as work:
            moved = scope_moves.move(work, local_day(work.now))
        if not moved:
            return total
        total += moved


def _close(parts: Parts) -> int:
    total = 0
    while True:
        with open_work(parts, SYSTEM) as work:
            closed = plan_ending.close_ended(work)
        total += closed
        if closed < plan_ending.AT_ONCE:
            return total


def _forget(parts: Parts) -> Counter[str]:
    """A transaction for some rows of each kind, until none of them is left."""
    total: Counter[str] = Counter()
    while True:
        with open_work(parts, SYSTEM) as work:
            gone = retention.forget_expired(work)
        total.update(gone)
        if max(gone.values()) < retention.AT_ONCE:
            return total


def _publish_catalogues(parts: Parts) -> None:
    """Forms and items begin and end on a day, and parameters come into force on one."""
    with open_work(parts, SYSTEM) as work:
        agencies = list(work.session.scalars(select(Agency.id).order_by(Agency.id)))
    for agency_id in agencies:
        with open_work(parts, SYSTEM) as work:
            catalogue_publishing.publish_catalogue(work, work.session.get_one(Agency, agency_id))
