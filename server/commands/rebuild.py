"""`mingcha rebuild`: prove that what people read of visits is what the ledger says."""

import os
import sys
from collections.abc import Callable, Collection

import click

from server import assembly
from server.config import Settings
from server.database import Aim
from server.principal import SYSTEM
from server.services import gaps, projection, rebuild
from server.work import Parts, open_work


@click.command()
@click.option("--as-of-now", is_flag=True, help="What today's reference data would say instead.")
@click.option("--store", is_flag=True, help="Write what differs anew: after an upgrade.")
def command(*, as_of_now: bool, store: bool) -> None:
    """Fold every visit again and compare; changes nothing by itself. 重算并核对全部检查记录."""
    parts = assembly.assemble(Settings.from_env(os.environ))
    if as_of_now:
        _say_what_would_differ(parts)
    elif _compare(parts, then=_store if store else _leave):
        sys.exit(1)


def _leave(_parts: Parts, _visit_ids: Collection[str]) -> None:
    """Leave the rows as they are."""


def _store(parts: Parts, visit_ids: Collection[str]) -> None:
    for visit_id in sorted(visit_ids):
        with open_work(parts, SYSTEM) as work:
            projection.store_again(work, visit_id)
        click.echo(f"{visit_id} stored again")


def _compare(parts: Parts, *, then: Callable[[Parts, Collection[str]], None]) -> int:
    visits = found = 0
    after = ""
    while True:
        with open_work(parts, SYSTEM, aim=Aim.READ) as work:
            ids = rebuild.visit_ids(work, after=after)
            differences = list(rebuild.differences(work, ids))
        for difference in differences:
            click.echo(
                f"{difference.visit_id} {difference.where}: "
                f"stored {difference.stored!r}, folded {difference.folded!r}"
            )
        then(parts, {d.visit_id for d in differences if not rebuild.is_invented(d)})
        found += len(differences)
        if not ids:
            break
        visits, after = visits + len(ids), ids[-1]
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        unledgered = rebuild.unledgered(work)
        gapped = gaps.differences(work)
    if unledgered:
        click.echo(f"{unledgered} events are not in the ledger")
    for tablet, stored, folded in gapped:
        click.echo(f"tablet {tablet} gap waits: stored {stored!r}, folded {folded!r}")
    found += unledgered + len(gapped)
    click.echo(f"{visits} visits, {found} differences")
    return found


def _say_what_would_differ(parts: Parts) -> None:
    after, found = "", 0
    while True:
        with open_work(parts, SYSTEM, aim=Aim.READ) as work:
            ids = rebuild.visit_ids(work, after=after)
            for judged in rebuild.judged_otherwise(work, ids):
                found += 1
                click.echo(f"{judged.visit_id}: {list(judged.then)} -> {list(judged.now)}")
        if not ids:
            break
        after = ids[-1]
    click.echo(f"{found} visits would be judged otherwise today")
