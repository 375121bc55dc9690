"""Redis as the bell that wakes workers. It carries names and ids; the truth is in the tables.

When Redis is away the bell does not ring and the sweeper comes later; nothing fails for it.
"""

import logging
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any
from uuid import uuid4

import redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import get_call_string, now, utcformat

from server import assembly
from server.config import Settings
from server.job_names import JobName
from server.jobs import registry
from server.work import Due, Parts

log = logging.getLogger(__name__)
SOON, LATER = "mingcha-soon", "mingcha"
AWAITED = frozenset({JobName.SEND_MESSAGE, JobName.SEND_SIGN_IN_CODE, JobName.MAKE_CALL})
"""Jobs whose end somebody waits for: no drawing goes before them."""
BEHIND = 2000
FORGOTTEN_AFTER_S = 3600
LONG_S = 3600  # a list of a million rows takes minutes
LONGEST_TOLD = 75  # as RQ shortens what a worker's log says of a job


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
    """Puts jobs into queues. Rings no more while workers are far behind: the sweeper will.

    All jobs of a transaction are one word with Redis, which answers how many lie there then.
    """

    def __init__(self, jobs: Queues) -> None:
        self._jobs = jobs
        self._lying: dict[str, int] = {}

    def wake(self, jobs: Sequence[Due]) -> None:
        try:
            self._ring(jobs)
        except redis.RedisError as away:
            names = ", ".join(name for name, _ in jobs)
            log.warning("not woken: %s (%s)", names, type(away).__name__)

    def _ring(self, jobs: Sequence[Due]) -> None:
        lengths: dict[str, int] = {}  # by queue, which answer tells how many lie in it then
        with self._jobs.soon.connection.pipeline(transaction=False) as word:
            for queue in self._jobs.in_order:
                mine = [one for one in jobs if self._jobs.of(one[0]) is queue]
                if taken := mine[: self._room(queue, len(mine))]:
                    _put(word, queue, taken)
                    lengths[queue.name] = len(word) - 1
            told = word.execute()
        self._lying |= {name: told[place] for name, place in lengths.items()}

    def _room(self, queue: Queue, wanted: int) -> int:
        """How many of so many jobs may go in; the queue is asked where the last ring is too old."""
        if wanted and self._lying.get(queue.name, 0) + wanted > BEHIND:
            self._lying[queue.name] = queue.count
        return max(BEHIND - self._lying.get(queue.name, 0), 0)


def _put(word: Any, queue: Queue, jobs: Sequence[Due]) -> None:
    """Add to a word with Redis what `Queue.enqueue` says for each job."""
    moment, ids = utcformat(now()), [str(uuid4()) for _ in jobs]
    word.sadd(Queue.redis_queues_keys, queue.key)
    for id_, (name, told) in zip(ids, jobs, strict=True):
        given = (str(name), dict(told))
        call = JSONSerializer.dumps((_CALLED, None, given, {}))
        own = {
            b"created_at": moment,
            b"enqueued_at": moment,
            b"data": zlib.compress(call),
            b"description": get_call_string(_CALLED, given, {}, LONGEST_TOLD),
        }
        told_of_it = chain.from_iterable(own.items())
        word.execute_command("HSET", Job.key_for(id_), *_form(queue, given[0]), *told_of_it)
    word.rpush(queue.key, *ids)


@cache
def _form(queue: Queue, name: str) -> tuple[bytes, ...]:
    """What RQ keeps of a job beside its own: fields and values in turn, as Redis reads them.

    Asked of RQ once: putting it together is dear.
    """
    job = queue.create_job(
        run,
        result_ttl=0,
        failure_ttl=FORGOTTEN_AFTER_S,
        timeout=LONG_S if name == JobName.RUN_IMPORT else None,
    )
    encode = queue.connection.get_encoder().encode
    own = {"created_at", "enqueued_at", "data", "description"}
    shared = [item for item in job.to_dict().items() if item[0] not in own]
    return tuple(encode(part) for item in shared for part in item)


def run(name: str, ids: Mapping[str, str]) -> None:
    """What a worker calls."""
    registry.run(_parts(), name, ids)


_CALLED = f"{run.__module__}.{run.__qualname__}"


@cache
def _parts() -> Parts:
    parts = assembly.assemble(Settings.from_env(os.environ))
    return replace(parts, wake=Bell(queues(parts.settings)).wake)
