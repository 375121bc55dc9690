"""The small county of tests/world.py with a tablet, and a visit it has made."""

from datetime import timedelta

import pytest

from server.clock import SetClock
from server.principal import SYSTEM
from server.services import contacts
from server.services.contacts import ContactDraft
from server.work import Parts, open_work
from tests.server import sync_world
from tests.server.sync_world import Pad
from tests.server.telling import EMAIL, PHONE, with_problems
from tests.world import NOON, USCC

AFTERNOON = NOON + timedelta(hours=2)


def plant(parts: Parts) -> None:
    """Agency, officers, an enterprise with a confirmed contact, a task, a tablet in use."""
    sync_world.plant(parts)
    sync_world.enrolled(parts)
    with open_work(parts, SYSTEM) as work:
        draft = ContactDraft(
            name="林小满", capacity="店长", phone=PHONE, email=EMAIL, language="zh"
        )
        row = contacts.add(work, USCC, draft)
        work.session.flush()
        contacts.confirm(work, row.id, "paper")


def push_visit(parts: Parts) -> Pad:
    """A visit with two problems and a photo, sealed and pushed; the photo is still on the way."""
    pad = sync_world.pad(parts)
    with_problems(pad)
    sync_world.push(parts, pad.events)
    return pad


@pytest.fixture
def planted(parts: Parts, clock: SetClock) -> Parts:
    clock.moment = AFTERNOON
    plant(parts)
    return parts


@pytest.fixture
def visit(planted: Parts) -> Pad:
    return push_visit(planted)


@pytest.fixture
def irregular(planted: Parts) -> Pad:
    """A visit on which only one officer showed a credential, sealed and pushed."""
    pad = sync_world.pad(planted)
    pad.open()
    pad.scan()
    pad.show("officer-wang")
    pad.serve()
    for point in ("p1", "p2", "p3"):
        pad.answer(point)
    pad.read_out()
    pad.sign()
    pad.tell()
    pad.leave()
    pad.seal()
    sync_world.push(planted, pad.events)
    return pad
