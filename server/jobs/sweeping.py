"""Finding what should have been done and was not: the net below every queue and every worker.

A wake-up can be lost with Redis, a worker can be killed; the rows stay.
"""

import logging
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime, timedelta

from server.database import Aim
from server.job_names import JobName
from server.jobs import registry, stamping
from server.principal import SYSTEM
from server.services import (
    documents,
    draws,
    holds,
    import_runs,
    merge_searches,
    notices,
    outbox,
    portal_sign_in,
    ratings,
    telling,
    webhooks,
)
from server.work import Parts, Work, open_work

log = logging.getLogger(__name__)
AT_ONCE = 500
AT_ONCE_DUE = timedelta(0)
Found = list[tuple[JobName, dict[str, str]]]


Look = Callable[[Work, datetime], Iterable[dict[str, str]]]
"""What one kind of job waits for, since that moment or longer."""


def _each(name: str, ids: Iterable[str]) -> list[dict[str, str]]:
    return [{name: id_} for id_ in ids]


LOOKS: Mapping[JobName, Look] = {
    JobName.SEND_SIGN_IN_CODE: lambda work, since: _each(
        "sign_in", portal_sign_in.unhandled(work, since, AT_ONCE)
    ),
    JobName.SEND_MESSAGE: lambda work, since: _each("message", outbox.due(work, since, AT_ONCE)),
    JobName.ESCALATE_NOTICE: lambda work, _: _each("notice", notices.to_escalate(work, AT_ONCE)),
    JobName.MAKE_CALL: lambda work, since: _each("call", webhooks.due(work, since, AT_ONCE)),
    JobName.DRAW_DOCUMENT: lambda work, since: _each(
        "document", documents.undrawn(work, since, AT_ONCE)
    ),
    JobName.TELL_RESULT: lambda work, _: _each("visit", telling.untold(work, AT_ONCE)),
    JobName.RUN_IMPORT: lambda work, _: _each("run", import_runs.due(work, AT_ONCE)),
    JobName.VOID_DRAW: lambda work, _: _each("draw", draws.overdue(work, AT_ONCE)),
    JobName.STAMP_VISIT: lambda work, since: _each("visit", stamping.due(work, since, AT_ONCE)),
    JobName.EXPIRE_HOLD: lambda work, since: [
        {"visit": visit, "device": device} for visit, device in holds.due(work, since, AT_ONCE)
    ],
    JobName.CLOSE_QUARTER: lambda work, _: [
        {"agency": agency, "quarter": quarter} for agency, quarter in ratings.due(work, AT_ONCE)
    ],
    JobName.FIND_MERGES: lambda work, since: _each(
        "search", merge_searches.waiting(work, since, AT_ONCE)
    ),
}


def overdue(parts: Parts, by: timedelta, names: Container[JobName] = LOOKS) -> Found:
    """Jobs of these kinds that have been due for at least `by`, the longest waiting first."""
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        since = work.now - by
        return [
            (name, ids)
            for name, look in LOOKS.items()
            if name in names
            for ids in look(work, since)
        ]


def sweep(parts: Parts) -> int:
    """Wake workers for what they should have done by now; returns how many jobs that is."""
    found = overdue(parts, parts.settings.sweep_every)
    if found:
        parts.wake(found)
    return len(found)


def drain(parts: Parts) -> int:
    """Do everything that is due here and now, once each; returns how many jobs were done.

    A job that breaks is logged and left to its claim; the others are done all the same.
    """
    done = 0
    for name, ids in overdue(parts, AT_ONCE_DUE):
        try:
            registry.run(parts, name, ids)
        except Exception:  # the edge of a job: one that breaks must not stop the others
            log.exception("job %s failed: %s", name, ids)
        else:
            done += 1
    return done
