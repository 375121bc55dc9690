"""Finding what should have been done and was not: the net below every queue and every worker.

A wake-up can be lost with Redis, a worker can be killed; the rows stay.
"""

import logging
from datetime import timedelta

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
from server.work import Parts, open_work

log = logging.getLogger(__name__)
AT_ONCE = 500
AT_ONCE_DUE = timedelta(0)
Found = list[tuple[JobName, dict[str, str]]]


def overdue(parts: Parts, by: timedelta) -> Found:
    """Jobs that have been due for at least `by`, those that waited longest first."""
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        asked = portal_sign_in.unhandled(work, work.now - by, AT_ONCE)
        quarters = ratings.due(work, AT_ONCE)
        messages = outbox.due(work, work.now - by, AT_ONCE)
        unsigned = notices.to_escalate(work, AT_ONCE)
        calls = webhooks.due(work, work.now - by, AT_ONCE)
        undrawn = documents.undrawn(work, work.now - by, AT_ONCE)
        waiting = holds.due(work, work.now - by, AT_ONCE)
        unstamped = stamping.due(work, work.now - by, AT_ONCE)
        untold = telling.untold(work, AT_ONCE)
        uploads = import_runs.due(work, AT_ONCE)
        late_draws = draws.overdue(work, AT_ONCE)
        searches = merge_searches.waiting(work, work.now - by, AT_ONCE)
    return [
        *((JobName.SEND_SIGN_IN_CODE, {"sign_in": id_}) for id_ in asked),
        *((JobName.SEND_MESSAGE, {"message": id_}) for id_ in messages),
        *((JobName.ESCALATE_NOTICE, {"notice": id_}) for id_ in unsigned),
        *((JobName.MAKE_CALL, {"call": id_}) for id_ in calls),
        *((JobName.DRAW_DOCUMENT, {"document": id_}) for id_ in undrawn),
        *((JobName.TELL_RESULT, {"visit": id_}) for id_ in untold),
        *((JobName.RUN_IMPORT, {"run": id_}) for id_ in uploads),
        *((JobName.VOID_DRAW, {"draw": id_}) for id_ in late_draws),
        *((JobName.STAMP_VISIT, {"visit": id_}) for id_ in unstamped),
        *((JobName.EXPIRE_HOLD, {"visit": v, "device": d}) for v, d in waiting),
        *((JobName.CLOSE_QUARTER, {"agency": a, "quarter": q}) for a, q in quarters),
        *((JobName.FIND_MERGES, {"search": id_}) for id_ in searches),
    ]


def sweep(parts: Parts) -> int:
    """Wake workers for what they should have done by now; returns how many jobs that is."""
    found = overdue(parts, parts.settings.sweep_every)
    for name, ids in found:
        parts.wake(name, ids)
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
