"""Redis as the bell that wakes workers. It carries names and ids; the truth is in the tables.

When Redis is away the bell does not ring and the sweeper comes later; nothing fails for it.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import replace
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
QUEUE = "mingcha"
BEHIND = 2000
FORGOTTEN_AFTER_S = 3600
LONG_S = 3600  # a list of a million rows takes minutes


def connection(settings: Settings) -> redis.Redis:
    """Redis as the settings name it."""
    return redis.Redis.from_url(settings.redis_url or "", socket_connect_timeout=5)


def queue(settings: Settings) -> Queue:
    """The queue; jobs are JSON, so that nothing in Redis is ever executed as a pickle."""
    return Queue(QUEUE, connection=connection(settings), serializer=JSONSerializer)


class Bell:
    """Puts jobs into the queue. Rings no more while workers are far behind: the sweeper will."""

    def __init__(self, jobs: Queue) -> None:
        self._jobs = jobs

    def wake(self, name: str, ids: Mapping[str, str]) -> None:
        try:
            if self._jobs.count < BEHIND:
                self._jobs.enqueue(
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
    return replace(parts, wake=Bell(queue(parts.settings)).wake)
