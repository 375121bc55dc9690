"""Fixtures of the server's tests: a migrated database of its own, a clock that stands."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import assembly, edge, founding
from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.limits import limiter
from server.work import Parts
from tests.server import lending
from tests.server.factories import County, make_county
from tests.server.whole import Whole, copied, happened

NOW = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)  # nine o'clock in Jinan, a Wednesday
SETTINGS = {"MINGCHA_PUBLIC_URL": "http://mingcha.test", "MINGCHA_RATE_LIMITS": "off"}


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with keys and tables, copied for each test, which is quicker."""
    folder = tmp_path_factory.mktemp("migrated")
    new_year = SetClock(datetime(2026, 1, 1, tzinfo=UTC))
    settings = Settings.from_env({"MINGCHA_DATA_DIR": str(folder)})
    parts = assembly.set_up(settings, clock=new_year)
    founding.found(parts)
    parts.engine.dispose()
    return folder


@pytest.fixture
def settings(migrated: Path, tmp_path: Path) -> Settings:
    """Settings over a fresh copy of the migrated folder, without rate limits."""
    folder = tmp_path / "data"
    shutil.copytree(migrated, folder)
    return Settings.from_env({"MINGCHA_DATA_DIR": str(folder), **SETTINGS})


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def parts(settings: Settings, clock: SetClock) -> Iterator[Parts]:
    made = assembly.assemble(settings, clock=clock)
    made = replace(made, engine=lending.lend(settings.database_url))
    yield made
    lending.take_back(made.engine)


@pytest.fixture(scope="session")
def lendable(migrated: Path) -> Flask:
    """One app for every test: putting one together costs more than most tests do with it."""
    settings = Settings.from_env({"MINGCHA_DATA_DIR": str(migrated), **SETTINGS})
    parts = assembly.assemble(settings)
    app = create_app(parts)
    parts.engine.dispose()
    return app


@pytest.fixture
def app(lendable: Flask, parts: Parts) -> Iterator[Flask]:
    """The app over the test's own parts. Who adds to it or configures it needs `own_app`."""
    if parts.secrets.flask != lendable.secret_key:  # keys of another kind: cookies would not fit
        yield create_app(parts)
        return
    limiter.enabled = False  # the one limiter of the process obeys whichever app came last
    before = _shape(lendable)
    lendable.extensions[edge.EXTENSION] = parts
    yield lendable
    assert _shape(lendable) == before, "a test that changes the app must take own_app"


@pytest.fixture
def own_app(parts: Parts) -> Flask:
    """An app of the test's own, to add to."""
    return create_app(parts)


def _shape(app: Flask) -> tuple[dict[str, object], list[str]]:
    return dict(app.config), sorted(app.view_functions)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def county(parts: Parts) -> County:
    """Two agencies with everybody and everything a plan needs (tests/server/factories.py)."""
    return make_county(parts)


@pytest.fixture(scope="module")
def whole(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """A county in which one inspection happened, for one module to look at (whole.py)."""
    with happened(migrated, tmp_path_factory.mktemp("whole") / "data") as county:
        yield county


@pytest.fixture
def fresh(whole: Whole, tmp_path: Path) -> Iterator[Whole]:
    """The same county once more, for one test to change."""
    with copied(whole, tmp_path / "fresh") as county:
        yield county
