"""A process killed at each step of sending a message: it goes out, under one id, and no other does.

The child is killed by itself (SIGKILL) exactly there; what comes after is a sweep, as in earnest.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_string

import pytest

from server.clock import SystemClock
from server.jobs import sweeping
from server.models import DeliveryTry, NoticeState, OutboxMessage, OutboxState
from server.principal import SYSTEM
from server.services.outbox import TryOutcome
from server.work import Parts, open_work
from tests.hanging import HangingMailbox, hanging_mailbox
from tests.server.telling import Scene, scene

pytestmark = pytest.mark.torture

CHILD = """
import os, signal, sys
from server import assembly
from server.config import Settings
from server.jobs import registry, sending
from server.services import delivery

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def then_die(do):
    def doing(*told):
        do(*told)
        told[0].session.flush() if do in (begin, settle) else None
        die()
    return doing

begin, settle, channel = delivery.begin, delivery.settle, sending.channel

class Dying:
    def __init__(self, *told):
        self.inner = channel(*told)
    def send(self, letter):
        self.inner.send(letter)
        die()

step, message = sys.argv[1:]
if step == "claiming":
    delivery.begin = then_die(begin)
elif step == "claimed":
    sending.channel = die
elif step == "taken over":
    sending.channel = Dying
elif step == "noting":
    delivery.settle = then_die(settle)
elif step == "noted":
    sending.log.info = die
registry.run(assembly.assemble(Settings.from_env(os.environ)), "send_message", {"message": message})
"""

STEPS = {
    "claiming": ([TryOutcome.TAKEN], 1),
    "claimed": ([TryOutcome.LOST, TryOutcome.TAKEN], 1),
    "taken over": ([TryOutcome.LOST, TryOutcome.TAKEN], 2),
    "noting": ([TryOutcome.LOST, TryOutcome.TAKEN], 2),
    "noted": ([TryOutcome.TAKEN], 1),
}
"""Where it is killed; what the proof of delivery says in the end, and how often it was sent."""


@pytest.fixture
def mailbox() -> Iterator[HangingMailbox]:
    with hanging_mailbox() as box:
        yield box


@pytest.fixture
def town(parts: Parts, mailbox: HangingMailbox) -> Scene:
    smtp = f"smtp://{mailbox.host}:{mailbox.port}"
    settings = replace(parts.settings, smtp_url=smtp)
    made = scene(replace(parts, settings=settings, clock=SystemClock()))
    made.contact(phone="")
    return made


def killed_at(step: str, town: Scene, message: str) -> None:
    settings = town.parts.settings
    environment = {
        **os.environ,
        "MINGCHA_DATA_DIR": str(settings.data_dir),
        "MINGCHA_PUBLIC_URL": settings.public_url,
        "MINGCHA_SMTP_URL": settings.smtp_url,
    }
    child = [sys.executable, "-c", CHILD, step, message]
    done = subprocess.run(child, env=environment, check=False, timeout=300)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", STEPS)
def test_killed_there_it_is_sent_under_one_id_and_nothing_else_is(
    town: Scene, mailbox: HangingMailbox, step: str
) -> None:
    outcomes, times = STEPS[step]
    document = town.told()
    (row,) = town.messages()
    killed_at(step, town, row.id)
    with open_work(town.parts, SYSTEM) as work:  # its claim runs out, if it had one
        kept = work.session.get_one(OutboxMessage, row.id)
        if kept.state == OutboxState.SENDING:
            kept.claimed_until = work.now
    for _ in range(2):
        sweeping.drain(town.parts)

    (row,) = town.messages()
    with open_work(town.parts, SYSTEM) as work:
        tries = work.session.query(DeliveryTry).order_by(DeliveryTry.no)
        assert [one.outcome for one in tries] == outcomes
    assert (row.state, town.notice(document).state) == (OutboxState.SENT, NoticeState.SENT)
    letters = [message_from_string(mail) for mail in mailbox.reached]
    assert [mail["Message-ID"] for mail in letters] == [f"<{row.message_id}>"] * times
    assert len({(mail["To"], mail["Subject"]) for mail in letters}) == 1
