"""The server process alone, without Redis: it sends what was committed, also if it is killed."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server import assembly, founding
from server.clock import SystemClock
from server.config import Settings
from server.models import NoticeState
from tests.hanging import HangingMailbox, hanging_mailbox
from tests.server.telling import Scene, scene
from tests.servers import LOOPBACK, free_port


@pytest.fixture
def mailbox() -> Iterator[HangingMailbox]:
    with hanging_mailbox() as box:
        yield box


@pytest.fixture
def town(tmp_path: Path, mailbox: HangingMailbox) -> Iterator[Scene]:
    settings = Settings.from_env(
        {
            "MINGCHA_DATA_DIR": str(tmp_path / "data"),
            "MINGCHA_SMTP_URL": f"smtp://{mailbox.host}:{mailbox.port}",
        }
    )
    parts = assembly.set_up(settings, clock=SystemClock())
    founding.found(parts)
    made = scene(parts)
    made.contact(phone="")
    yield made
    parts.engine.dispose()


@contextmanager
def serving(town: Scene) -> Iterator[subprocess.Popen[bytes]]:
    """A real `mingcha serve`, ready to answer; killed with its workers at the end."""
    port = free_port()
    environment = {
        **os.environ,
        "MINGCHA_DATA_DIR": str(town.parts.settings.data_dir),
        "MINGCHA_SMTP_URL": town.parts.settings.smtp_url,
        "MINGCHA_OUTBOX_LEASE_SECONDS": "1",
        "MINGCHA_SWEEP_SECONDS": "0.2",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from server.cli import main; main()", "serve", "--port", str(port)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(lambda: answers(port))
        yield process
    finally:
        kill(process)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/api/v1/health", timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(what: Callable[[], object], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_the_server_sends_and_draws_by_itself(town: Scene, mailbox: HangingMailbox) -> None:
    objects = town.parts.settings.data_dir / "objects/documents"
    with serving(town):
        document = town.told()
        wait_for(lambda: town.notice(document).state == NoticeState.SENT)
        wait_for(lambda: len([file for file in objects.rglob("*") if file.is_file()]) == 4)

    assert len(mailbox.messages) == 1


def test_a_server_killed_while_sending_sends_when_it_is_back(
    town: Scene, mailbox: HangingMailbox
) -> None:
    mailbox.hangs = True
    with serving(town) as first:
        document = town.told()
        wait_for(lambda: mailbox.reached)
        kill(first)
    assert town.notice(document).state == NoticeState.QUEUED
    mailbox.hangs = False

    with serving(town):
        wait_for(lambda: town.notice(document).state == NoticeState.SENT)

    (message,) = town.messages()
    assert len(mailbox.reached) == 2
    assert all(f"Message-ID: <{message.message_id}>" in mail for mail in mailbox.reached)
