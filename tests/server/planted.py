"""The county of sync_world.py with one enrolled tablet, two hours after its visit began."""

from datetime import timedelta

import pytest

from server.clock import SetClock
from server.work import Parts
from tests.server import sync_world
from tests.world import NOON

AFTERNOON = NOON + timedelta(hours=2)


@pytest.fixture
def planted(parts: Parts, clock: SetClock) -> Parts:
    """A server whose clock stands two hours after noon; `tablet-1` has Wang, Li and a helper."""
    clock.moment = AFTERNOON
    sync_world.plant(parts)
    sync_world.enrolled(parts)
    return parts
