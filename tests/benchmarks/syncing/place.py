"""A county with many tablets on PostgreSQL, served by the real server in two processes.

PostgreSQL writes to disk for sure here, as in earnest; jobs are left to workers, of which there
are none: what a push costs is measured, not what is drawn and sent afterwards.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server import assembly, founding
from server.config import Settings
from server.models import DeviceToken
from server.services import bearer
from server.services.bearer import Bearer
from server.work import Parts
from tests import servers
from tests.benchmarks.syncing.load import Answers, Job, Step, request
from tests.server import sync_world
from tests.server.factories import add
from tests.server.sync_world import task_row
from tests.servers import LOOPBACK, free_port
from tests.system.test_killed_server import MINGCHA, kill, wait_for
from tests.world import TASK

ROOT = Path(__file__).parents[3]
SMALL = bool(os.environ.get("SMALL"))
WORKERS = 2
JSON = "application/json"
LOAD = "import sys; from tests.benchmarks.syncing.load import main; main(*sys.argv[1:])"


@dataclass(frozen=True)
class Place:
    """A founded server with `tablets`, each with a token for hours."""

    parts: Parts
    env: dict[str, str]
    tokens: dict[str, str]
    database: str

    @property
    def tablets(self) -> list[str]:
        return list(self.tokens)

    def step(
        self,
        tablet: str,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        kind: str = "",
        **headers: str,
    ) -> Step:
        """A request of one tablet; header names with `_` for `-`."""
        told = {"Authorization": f"Bearer {self.tokens[tablet]}"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        return request(method, path, told, body, kind)


@contextmanager
def place(folder: Path, *, tablets: int, visits: int, points: int) -> Iterator[Place]:
    """A county with so many tablets and so many tasks, `task-0` and so on, to visit."""
    with servers.postgres(durable=True) as cluster, servers.redis_server() as redis:
        database = cluster.url(cluster.create_database())
        env = {
            "MINGCHA_DATA_DIR": str(folder),
            "MINGCHA_DATABASE_URL": database,
            "MINGCHA_REDIS_URL": redis,
        }
        parts = assembly.set_up(Settings.from_env(env))
        founding.found(parts)
        tasks = [task_row(f"task-{number}") for number in range(visits)] or [task_row(TASK)]
        sync_world.plant(parts, *tasks, points=points)
        names = [f"tablet-{number + 1}" for number in range(tablets)]
        for name in names:
            sync_world.enrolled(parts, name)
        tokens = {name: _token(parts, name) for name in names}
        bare = database.replace("+psycopg", "")
        try:
            yield Place(parts=parts, env={**os.environ, **env}, tokens=tokens, database=bare)
        finally:
            parts.engine.dispose()


def _token(parts: Parts, tablet: str) -> str:
    secret, kept = bearer.make(Bearer.DEVICE, os.urandom)
    now = datetime.now(UTC)  # noqa: TID251 -- the server's process has the real clock
    row = DeviceToken(
        token_hash=kept, device_id=tablet, issued_at=now, expires_at=now + timedelta(hours=12)
    )
    add(parts, [row])
    return secret


@dataclass(frozen=True)
class Serving:
    """A running server: where, and what its processes have used."""

    port: int
    process: "subprocess.Popen[bytes]"

    def workers(self) -> list[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    def processor_s(self) -> float:
        """Seconds of processor the workers have used so far."""
        ticks = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident_mb(self) -> list[float]:
        """Megabytes in memory, of each worker."""
        page = os.sysconf("SC_PAGE_SIZE") / 1e6
        return [int(Path(f"/proc/{p}/statm").read_text().split()[1]) * page for p in self.workers()]


@contextmanager
def serving(found: Place, *, workers: int = WORKERS) -> Iterator[Serving]:
    """The real server; killed when the block ends."""
    port = free_port()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*MINGCHA, "serve", "--port", str(port), "--workers", str(workers), "--threads", "8"],
            env=found.env,
            start_new_session=True,
            stdout=said,
            stderr=said,
        )
        try:
            wait_for(port, process)
            yield Serving(port=port, process=process)
        finally:
            kill(process)


def loaded(job: Job) -> Answers:
    """What came of a job, done by a process of its own."""
    with tempfile.TemporaryDirectory(prefix="mingcha-load-") as folder:
        asked, answered = Path(folder) / "job", Path(folder) / "answers"
        asked.write_bytes(pickle.dumps(job))
        subprocess.run(
            [sys.executable, "-c", LOAD, str(asked), str(answered)], cwd=ROOT, check=True
        )
        found = pickle.loads(answered.read_bytes())  # noqa: S301 -- our own child's
        assert isinstance(found, Answers)
        return found


def warm(server: Serving, clients: Sequence[Sequence[Step]]) -> None:
    """Let both workers import, compile and connect before anything is measured."""
    answers = loaded(Job(port=server.port, clients=clients, afresh=True))
    assert all(status < 400 for status in answers.statuses), answers.bodies[:1]


__all__ = ["LOOPBACK", "SMALL", "Place", "Serving", "loaded", "place", "serving", "warm"]
