"""Fixtures that every room's tests may use: private servers, a browser, and no outside world."""

from __future__ import annotations

import atexit
import gc
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from unittest import mock

import hypothesis
import pytest

from tests import temporary

# Before anything asks for a temporary folder.
temporary.keep_in_memory()

# Kivy reads these when it is first imported, so they must stand before any test module.
KIVY_HOME = tempfile.mkdtemp(prefix="mingcha-kivy-")
atexit.register(shutil.rmtree, KIVY_HOME, ignore_errors=True)
os.environ.update(
    KIVY_HOME=KIVY_HOME,
    KIVY_NO_ARGS="1",
    KIVY_NO_CONSOLELOG="1",
    KIVY_NO_FILELOG="1",
    KCFG_GRAPHICS_MAXFPS="0",
)
os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")

from fieldapp.store import opening  # noqa: E402
from tests import servers  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

T = TypeVar("T")

_AS_ON_A_TABLET = opening._SETTINGS
_LOCKED = "PRAGMA cipher_memory_security = ON"
_UNLOCKED = "PRAGMA cipher_memory_security = OFF"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests begin first, or one worker would finish them while the others have nothing left.

    The order is otherwise kept: pytest-randomly has shuffled before this.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session", autouse=True)
def _store_without_locked_memory() -> Iterator[None]:
    """Stores opened in this process lock no memory: no thief is about, and it takes long.

    Programs that a test starts lock it, and so does whoever asks for `locked_memory`.
    """
    light = tuple(_UNLOCKED if it == _LOCKED else it for it in opening._SETTINGS)
    with mock.patch.object(opening, "_SETTINGS", light):
        yield


@pytest.fixture
def locked_memory() -> Iterator[None]:
    """Stores opened from here on are opened as on a tablet."""
    with mock.patch.object(opening, "_SETTINGS", _AS_ON_A_TABLET):
        yield


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules are there to stay: no garbage run need look at them."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Nor need the last runs, which look five times at all that thousands of tests have left."""
    gc.freeze()


hypothesis.settings.register_profile("mingcha", deadline=None)
hypothesis.settings.load_profile("mingcha")


def refuse_the_outside_world(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = arguments[1][0]
    if host not in ("::1", "localhost") and not str(host).startswith("127."):
        raise ConnectionRefusedError(f"A test tried to reach {host}; only loopback is allowed")


sys.addaudithook(refuse_the_outside_world)


@contextmanager
def or_skip(server: AbstractContextManager[T]) -> Iterator[T]:
    """On a developer's machine a missing binary skips; in CI it fails, or nobody would notice."""
    try:
        running = server.__enter__()
    except servers.Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    try:
        yield running
    finally:
        server.__exit__(None, None, None)


@pytest.fixture
def seed(record_property: Callable[[str, object], None]) -> int:
    """Where a long run draws its moments from: another one each time, unless it is given."""
    given = os.environ.get("MINGCHA_TORTURE_SEED")
    drawn = int(given) if given else random.SystemRandom().randrange(2**32)
    record_property("seed", drawn)
    return drawn


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[servers.Cluster]:
    with or_skip(servers.postgres()) as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres_cluster: servers.Cluster) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    name = postgres_cluster.create_database()
    yield postgres_cluster.url(name)
    postgres_cluster.drop_database(name)


@pytest.fixture(scope="session")
def redis_process() -> Iterator[str]:
    with or_skip(servers.redis_server()) as url:
        yield url


@pytest.fixture
def redis_url(redis_process: str) -> str:
    """The address of a Redis that is empty when the test starts."""
    with servers.redis.Redis.from_url(redis_process) as client:
        client.flushall()
    return redis_process


@pytest.fixture
def smtp_server() -> Iterator[servers.Mailbox]:
    with servers.smtp_server() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one module: its event loop must not linger under other modules' tests."""
    with or_skip(servers.chromium()) as browser:
        yield browser
