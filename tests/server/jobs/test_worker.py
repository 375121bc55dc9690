"""Real workers in processes of their own, real Redis, real mail; and the worker is killed.

Issue: a notice not sent because the worker died must never happen.
"""

import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from rq import Worker
from rq.job import Job
from rq.utils import utcparse

from server.clock import SystemClock
from server.job_names import JobName
from server.jobs import sweeping, wiring
from server.jobs.queueing import FORGOTTEN_AFTER_S, LONG_S, Bell, Queues, queues, run
from server.models import DeliveryTry, NoticeState, OutboxMessage, OutboxState
from server.principal import SYSTEM
from server.work import Due, Parts, open_work
from tests.hanging import HangingMailbox, hanging_mailbox
from tests.server.telling import Scene, scene
from tests.servers import LOOPBACK, free_port

pytestmark = pytest.mark.redis
LEASE_S = 600
"""Far above what a send takes, however slow the machine; the test itself lets it run out."""


@pytest.fixture
def mailbox() -> Iterator[HangingMailbox]:
    with hanging_mailbox() as box:
        yield box


@pytest.fixture
def town(parts: Parts, redis_url: str, mailbox: HangingMailbox) -> Scene:
    settings = replace(
        parts.settings,
        redis_url=redis_url,
        smtp_url=f"smtp://{mailbox.host}:{mailbox.port}",
        outbox_lease=timedelta(seconds=LEASE_S),
        sweep_every=timedelta(0),
    )
    made = scene(wiring.with_bell(replace(parts, settings=settings, clock=SystemClock())))
    made.contact(phone="")
    return made


@contextmanager
def worker(town: Scene) -> Iterator[subprocess.Popen[bytes]]:
    """A `mingcha worker`, killed at the end with whatever it is doing."""
    settings = town.parts.settings
    environment = {
        **os.environ,
        "MINGCHA_DATA_DIR": str(settings.data_dir),
        "MINGCHA_PUBLIC_URL": settings.public_url,
        "MINGCHA_REDIS_URL": settings.redis_url or "",
        "MINGCHA_SMTP_URL": settings.smtp_url,
        "MINGCHA_OUTBOX_LEASE_SECONDS": str(LEASE_S),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from server.cli import main; main()", "worker"],
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def wait_for(what: Callable[[], object], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def listening(town: Scene) -> bool:
    """Whether a worker has looked into every queue and waits for the next job."""
    with redis.Redis.from_url(town.parts.settings.redis_url or "") as client:
        return any(worker.get_state() == "idle" for worker in Worker.all(client))


def state(town: Scene) -> str:
    (row,) = town.messages()
    return row.state


def tries(town: Scene) -> list[str]:
    with open_work(town.parts, SYSTEM) as work:
        found = work.session.query(DeliveryTry).order_by(DeliveryTry.no)
        return [one.outcome for one in found]


def test_a_worker_sends_what_a_commit_rang_for(town: Scene, mailbox: HangingMailbox) -> None:
    with worker(town):
        document = town.told()
        wait_for(lambda: state(town) == OutboxState.SENT)

    assert len(mailbox.messages) == 1
    assert town.notice(document).state == NoticeState.SENT


def test_no_message_waits_for_drawings(town: Scene, mailbox: HangingMailbox) -> None:
    jobs, bell = queues(town.parts.settings), Bell(queues(town.parts.settings))
    for no in range(30):
        bell.wake([("draw_document", {"document": f"nothing-{no}"})])
    town.told()
    mailbox.hangs = True
    with worker(town):
        wait_for(lambda: mailbox.reached)
        assert jobs.later.count >= 30  # not one of them was begun
        mailbox.hangs = False
        wait_for(lambda: jobs.later.count == 0)


def test_a_notice_is_sent_though_the_worker_was_killed_in_the_middle_of_sending(
    town: Scene, mailbox: HangingMailbox
) -> None:
    mailbox.hangs = True
    with worker(town) as first:
        document = town.told()
        wait_for(lambda: mailbox.reached)  # the mail server has it and has not answered yet
        kill(first)
    assert state(town) == OutboxState.SENDING  # nobody has noticed …
    mailbox.hangs = False
    with open_work(town.parts, SYSTEM) as work:
        work.session.query(OutboxMessage).one().claimed_until = work.now

    with worker(town):  # … but the sweeper will, now that the claim has run out
        wait_for(lambda: sweeping.sweep(town.parts) is None or state(town) == OutboxState.SENT)

    (row,) = town.messages()
    assert tries(town) == ["lost", "taken"]
    assert town.notice(document).state == NoticeState.SENT
    assert len(mailbox.reached) == 2
    assert all(f"Message-ID: <{row.message_id}>" in mail for mail in mailbox.reached)
    assert {mail["Message-ID"] for mail in mailbox.messages} == {f"<{row.message_id}>"}


def test_a_notice_is_sent_though_redis_forgot_everything(
    town: Scene, mailbox: HangingMailbox
) -> None:
    town.told()
    with redis.Redis.from_url(town.parts.settings.redis_url or "") as client:
        client.flushall()

    with worker(town):
        wait_for(lambda: listening(town))
        assert mailbox.messages == []
        assert sweeping.sweep(town.parts) > 0
        wait_for(lambda: state(town) == OutboxState.SENT)


def test_a_commit_succeeds_though_redis_is_away(town: Scene) -> None:
    settings = replace(town.parts.settings, redis_url=f"redis://{LOOPBACK}:{free_port()}/0")
    away = replace(town.parts, settings=settings, wake=Bell(queues(settings)).wake)

    document = replace(town, parts=away).told()

    assert town.notice(document).state == NoticeState.QUEUED
    assert state(town) == OutboxState.WAITING


def test_what_lies_in_redis_is_names_and_ids_alone(town: Scene) -> None:
    document = town.told()
    (row,) = town.messages()
    with redis.Redis.from_url(town.parts.settings.redis_url or "") as client:
        kept = b"".join(b"".join(client.hgetall(key).values()) for key in client.keys("rq:job:*"))

    assert row.id.encode() in kept or b"send_message" in kept
    for secret in (b"shop@example.test", b"/n/", (document.number or "").encode()):
        assert secret not in kept


def drawings(*numbers: int) -> list[Due]:
    return [("draw_document", {"document": str(no)}) for no in numbers]


def test_the_bell_rings_no_more_while_workers_are_far_behind(
    town: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.jobs.queueing.BEHIND", 3)
    jobs = queues(town.parts.settings)
    bell, other = Bell(jobs), Bell(jobs)
    for no in range(10):
        bell.wake(drawings(no))
    bell.wake([("send_message", {"message": "1"})])  # nobody's message waits for drawings
    assert (jobs.soon.count, jobs.later.count) == (1, 3)

    jobs.later.empty()  # whatever it was told last time
    bell.wake(drawings(1, 2))
    other.wake(drawings(3))
    other.wake([*drawings(4, 5), ("send_message", {"message": "2"})])

    assert (jobs.soon.count, jobs.later.count) == (2, 3)


def test_a_job_rung_for_is_what_rq_itself_would_have_put_there(town: Scene) -> None:
    """In every field that RQ keeps, and in what it makes of them again."""
    jobs = queues(town.parts.settings)
    due: list[Due] = [
        ("draw_document", {"document": "1"}),
        ("run_import", {"run": "2" * 100}),
        ("send_message", {"message": "一"}),
        ("close_quarter", {"agency": "a", "quarter": "2026Q3"}),
        ("tell_result", {}),
    ]
    for name, ids in due:
        jobs.of(name).enqueue(
            run,
            name,
            dict(ids),
            result_ttl=0,
            failure_ttl=FORGOTTEN_AFTER_S,
            job_timeout=LONG_S if name == JobName.RUN_IMPORT else None,
        )
    by_rq = kept(jobs)
    jobs.soon.empty()
    jobs.later.empty()
    Bell(jobs).wake(due)

    assert kept(jobs) == by_rq
    assert len(by_rq) == len(due)
    job = jobs.later.jobs[0]
    assert (job.func_name, job.args, job.get_status()) == (
        "server.jobs.queueing.run",
        ["draw_document", {"document": "1"}],
        "queued",
    )


def kept(jobs: Queues) -> list[dict[bytes, bytes]]:
    """What lies in Redis of every job in its order, but for when it was put there."""
    found = []
    for queue in jobs.in_order:
        for job_id in queue.job_ids:
            fields = queue.connection.hgetall(Job.key_for(job_id))
            for moment in (b"created_at", b"enqueued_at"):
                assert utcparse(fields.pop(moment).decode())
            found.append({**fields, b"data": zlib.decompress(fields[b"data"])})
    return found
