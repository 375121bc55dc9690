"""What the change of day brings: scopes move, catalogues follow, what has expired is forgotten.

Every part may be run twice; a day is turned once, by whichever process comes first.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select

from server.database import Aim
from server.models import Agency
from server.principal import SYSTEM
from server.services import (
    anchors,
    announcements,
    catalogue_publishing,
    day_turns,
    partitions,
    plan_ending,
    rectification_deadlines,
    result_changes,
    retention,
    scope_moves,
    uploads,
)
from server.work import Parts, Work, open_work
from shared.localtime import local_day

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What a night's work did. `anchor` is None where the day had one before."""

    tasks_moved: int
    months_made: tuple[str, ...]
    uploads_forgotten: int
    plans_closed: int
    announced: int
    deadlines: int
    results: int
    forgotten: Counter[str]
    anchor: dict[str, Any] | None


def turn_if_due(parts: Parts) -> bool:
    """Turn the day if nobody has; for the thread that looks after what is due."""
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        day = day_turns.due(work)
    if day is None:
        return False
    with open_work(parts, SYSTEM) as work:
        mine = day_turns.claim(work, day)
    if mine:
        done = turn(parts)
        log.info("turned %s: %s tasks moved, forgotten %s", day, done.tasks_moved, done.forgotten)
    return mine


def turn(parts: Parts) -> Turned:
    """Do the night's work now, in many short transactions, and note that today has had it."""
    today = local_day(parts.clock.now())
    moved = _all(parts, lambda work: scope_moves.move(work, today))
    _publish_catalogues(parts)
    with open_work(parts, SYSTEM) as work:
        months = tuple(partitions.make_ahead(work))
    with open_work(parts, SYSTEM) as work:
        dropped = uploads.forget_expired(work)
    closed = _all(parts, plan_ending.close_ended)
    announced = _announce(parts)
    deadlines = _all(parts, rectification_deadlines.come_due)
    results = _all(parts, result_changes.come_due)
    forgotten = _forget(parts)
    with open_work(parts, SYSTEM) as work:
        made = anchors.close_day(work)
    with open_work(parts, SYSTEM) as work:
        day_turns.end(work, today)
    return Turned(
        tasks_moved=moved,
        months_made=months,
        uploads_forgotten=dropped,
        plans_closed=closed,
        announced=announced,
        deadlines=deadlines,
        results=results,
        forgotten=forgotten,
        anchor=made,
    )


def _all(parts: Parts, do: Callable[[Work], int]) -> int:
    """How many `do` did in all, some in each transaction, until none is left."""
    total = 0
    while True:
        with open_work(parts, SYSTEM) as work:
            done = do(work)
        if not done:
            return total
        total += done


def _forget(parts: Parts) -> Counter[str]:
    """A transaction for some rows of each kind, until none of them is left."""
    total: Counter[str] = Counter()
    while True:
        with open_work(parts, SYSTEM) as work:
            gone = retention.forget_expired(work)
        total.update(gone)
        if max(gone.values()) < retention.AT_ONCE:
            return total


def _announce(parts: Parts) -> int:
    """Tell enterprises of inspections whose day to be announced has come, agency by agency."""
    with open_work(parts, SYSTEM) as work:
        agencies = list(work.session.scalars(select(Agency.id).order_by(Agency.id)))
    return sum(_all(parts, partial(announcements.come_due, agency_id=id_)) for id_ in agencies)


def _publish_catalogues(parts: Parts) -> None:
    """Forms and items begin and end on a day, and parameters come into force on one."""
    with open_work(parts, SYSTEM) as work:
        agencies = list(work.session.scalars(select(Agency.id).order_by(Agency.id)))
    for agency_id in agencies:
        with open_work(parts, SYSTEM) as work:
            catalogue_publishing.publish_catalogue(work, work.session.get_one(Agency, agency_id))
