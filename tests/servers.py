"""Private servers on loopback for tests and the demonstration: PostgreSQL, Redis, mail, Chromium.

Each is started by its own binary in a folder of its own, and dies with the process that asked for
it. Whatever the distribution runs by itself does not matter.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import redis
from aiosmtpd.controller import Controller
from psycopg import sql

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LOOPBACK = "127.0.0.1"
PATIENCE = 120.0
INITDB_OPTIONS = (
    *("--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"),
    "--no-sync",
)
HASTE = ("fsync", "synchronous_commit", "full_page_writes")
REDIS_OPTIONS = ("--bind", LOOPBACK, "--save", "", "--appendonly", "no")
PATIENCE_MS = 30_000
"""Far above what a page takes: only what never comes meets it."""

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Missing(Exception):
    """A binary that `make setup-test` would have installed is not there."""


def find(name: str, *folders: Path) -> Path:
    """Where a binary is. Debian keeps PostgreSQL's out of the path, one folder per version."""
    found = shutil.which(name)
    candidates = [Path(found)] if found else [f / name for f in folders if (f / name).exists()]
    if not candidates:
        raise Missing(f"{name} is missing: run make setup-test")
    return candidates[0]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return listener.getsockname()[1]


def wait_until(ready: Callable[[], object], what: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{what} ended with {process.returncode} before it was ready")
        try:
            ready()
        except (OSError, psycopg.OperationalError, redis.ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"{what} was not ready in {PATIENCE:.0f} s")


def end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass
class Cluster:
    """A running PostgreSQL of our own; every database in it is thrown away with it."""

    port: int
    _begin: Callable[[], subprocess.Popen[bytes]]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        # It dies with the thread that started it (setpriv --pdeathsig), so that is one that stays.
        self._starter = ThreadPoolExecutor(1, "PostgreSQL's parent")
        self.process = self._started()
        wait_until(lambda: self.connect().close(), "PostgreSQL", self.process)

    def end(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server: SIGINT as one should, SIGQUIT at once, SIGKILL as a machine does."""
        end(self.process, how)

    def close(self) -> None:
        """End it for good."""
        self.end()
        self._starter.shutdown()

    def begin_again(self) -> None:
        """Start it on the data it left. It waits for the last processes of the one before."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.process = self._started()
            try:
                wait_until(lambda: self.connect().close(), "PostgreSQL", self.process)
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def _started(self) -> subprocess.Popen[bytes]:
        return self._starter.submit(self._begin).result()

    def backends(self) -> list[int]:
        """The processes that serve connections, by their ids."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return [pid for (pid,) in rows]

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@{LOOPBACK}:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=LOOPBACK, port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def create_database(self, template: str = "template1") -> str:
        """Make a fresh database, perhaps a copy of one already migrated. Returns its name."""
        name = f"mingcha_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return name

    def drop_database(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Cluster]:
    """Start a PostgreSQL cluster that is thrown away. Root steps down, as it insists on.

    It waits for no disk, unless it is `durable`: what is measured must commit as in earnest.
    """
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    initdb = find("initdb", *newest_first).resolve()
    server = initdb.with_name("postgres")
    folder = Path(tempfile.mkdtemp(prefix="mingcha-postgres-"))
    lower: list[str | Path] = [find("setpriv"), "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        lower += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    data, port = folder / "data", free_port()
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "64MB",
        "timezone": "UTC",
        **({} if durable else dict.fromkeys(HASTE, "off")),
    }
    try:
        subprocess.run(
            [*lower, initdb, "-D", data, *INITDB_OPTIONS],
            cwd=folder,
            check=True,
            capture_output=True,
        )

        def begin() -> subprocess.Popen[bytes]:
            with (folder / "log").open("ab") as log:
                return subprocess.Popen(
                    [*lower, server, "-D", data, *(f"--{k}={v}" for k, v in settings.items())],
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

        cluster = Cluster(port, begin)
        try:
            yield cluster
        finally:
            cluster.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis_server() -> Iterator[str]:
    """Start a Redis that writes nothing to disk. Yields its address."""
    binary, port = find("redis-server"), free_port()
    with tempfile.TemporaryDirectory(prefix="mingcha-redis-") as folder:
        process = subprocess.Popen(
            [find("setpriv"), "--pdeathsig", "TERM", binary, "--port", str(port), *REDIS_OPTIONS],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"redis://{LOOPBACK}:{port}/0"

        def ping() -> None:
            with redis.Redis.from_url(url) as client:
                client.ping()

        try:
            wait_until(ping, "Redis", process)
            yield url
        finally:
            end(process, signal.SIGTERM)


@dataclass
class Mailbox:
    """What the mail server took, and what it should say to the next sender."""

    host: str
    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    reply: str = "250 Message accepted for delivery"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.reply.startswith("2"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
        return self.reply


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    """Start a real mail server in a thread. Set `reply` to "451 …" or "550 …" to be difficult."""
    mailbox = Mailbox(LOOPBACK, free_port())
    controller = Controller(
        mailbox, hostname=mailbox.host, port=mailbox.port, ready_timeout=PATIENCE
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium with a new, empty profile. Nothing is downloaded."""
    from playwright.sync_api import expect, sync_playwright

    executable = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(executable).exists():
        raise Missing("chromium is missing: run make setup-test")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            browser.close()
