"""The one place that puts a running server's parts together from its settings."""

import os

from server import secrets
from server.clock import Clock, SystemClock
from server.config import Settings
from server.database import make_engine
from server.work import Parts


def assemble(settings: Settings, *, clock: Clock | None = None) -> Parts:
    """The parts of a server that is set up; `NotSetUp` when its keys are missing."""
    return Parts(
        settings=settings,
        secrets=secrets.load(settings.secrets_dir),
        engine=make_engine(settings.database_url),
        clock=clock or SystemClock(),
    )


def set_up(settings: Settings, *, clock: Clock | None = None) -> Parts:
    """Make the keys that are missing, then the parts. Safe to repeat; changes no key."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = (clock or SystemClock()).now()
    secrets.ensure(settings.secrets_dir, os.urandom, now)
    return assemble(settings, clock=clock)
