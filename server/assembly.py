"""The one place that puts a running server's parts together from its settings."""

import os

from server import secrets
from server.clock import Clock, SystemClock
from server.config import Settings
from server.database import make_engine
from server.documents import authority, sealing
from server.services import key_checks
from server.work import Parts


def assemble(settings: Settings, *, clock: Clock | None = None) -> Parts:
    """The parts of a server that is set up; `NotSetUp` when its keys are missing."""
    clock = clock or SystemClock()
    return Parts(
        settings=settings,
        secrets=secrets.load(settings.secrets_dir, clock.now()),
        engine=make_engine(settings.database_url),
        clock=clock,
    )


def set_up(settings: Settings, *, clock: Clock | None = None) -> Parts:
    """Make keys for a database that has none yet, then the parts. Safe to repeat.

    `NotSetUp` when the database was made with keys that are not there any more.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _has_keys(settings):
        secrets.ensure(settings.secrets_dir, os.urandom, (clock or SystemClock()).now())
    parts = assemble(settings, clock=clock)
    if settings.signing_p12 is None and settings.signing_pkcs11 is None:
        folder = settings.secrets_dir / sealing.FOLDER
        authority.ensure(folder, os.urandom, parts.clock.now())
    return parts


def _has_keys(settings: Settings) -> bool:
    engine = make_engine(settings.database_url)
    try:
        return key_checks.are_noted(engine)
    finally:
        engine.dispose()
