"""Redis as the bell that wakes workers. It carries names and ids; the truth is in the tables.

When Redis is away the bell does not ring and the sweeper comes later; nothing fails for it.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from server import assembly
from server.config import Settings
from server.job_names import JobName
from server.jobs import registry
from server.work import Parts

log = logging.getLogger(__name__)
SOON, LATER = "mingcha-soon", "mingcha"
AWAITED = frozenset({JobName.SEND_MESSAGE, JobName.SEND_SIGN_IN_CODE, JobName.MAKE_CALL})
"""Jobs whose end somebody waits for: no drawing goes before them."""
BEHIND = 2000
FORGOTTEN_AFTER_S = 3600
LONG_S = 3600  # a list of a million rows takes minutes


def connection(settings: Settings) -> redis.Redis:
    """Redis as the settings name it."""
    return redis.Redis.from_url(settings.redis_url or "", socket_connect_timeout=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """Where jobs lie, in the order workers look."""

    soon: Queue
    later: Queue

    @property
    def in_order(self) -> list[Queue]:
        return [self.soon, self.later]

    def of(self, name: str) -> Queue:
        return self.soon if name in AWAITED else self.later


def queues(settings: Settings) -> Queues:
    """The queues; jobs are JSON, so that nothing in Redis is ever executed as a pickle."""
    redis_ = connection(settings)
    soon, later = (Queue(name, redis_, serializer=JSONSerializer) for name in (SOON, LATER))
    return Queues(soon=soon, later=later)


class Bell:
    """Puts jobs into a queue. Rings no more while workers are far behind: the sweeper will."""

    def __init__(self, jobs: Queues) -> None:
        self._jobs = jobs

    def wake(self, name: str, ids: Mapping[str, str]) -> None:
        jobs = self._jobs.of(name)
        try:
            if jobs.count < BEHIND:
                jobs.enqueue(
                    run,
                    str(name),
                    dict(ids),
                    result_ttl=0,
                    failure_ttl=FORGOTTEN_AFTER_S,
                    job_timeout=LONG_S if name == JobName.RUN_IMPORT else None,
                )
        except redis.RedisError as away:
            log.warning("not woken: %s (%s)", name, type(away).__name__)


def run(name: str, ids: Mapping[str, str]) -> None:
    """What a worker calls."""
    registry.run(_parts(), name, ids)


@cache
def _parts() -> Parts:
    parts = assembly.assemble(Settings.from_env(os.environ))
    return replace(parts, wake=Bell(queues(parts.settings)).wake)
