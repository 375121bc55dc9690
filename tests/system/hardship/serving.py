"""The server as processes of its own, whose workers can be killed one by one."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers import LOOPBACK

MINGCHA = (sys.executable, "-c", "from server.cli import main; main()")
PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Served:
    """`mingcha serve`: a master and its workers."""

    process: subprocess.Popen[bytes]
    port: int

    def workers(self) -> list[int]:
        """The processes that answer, by their ids."""
        return children(self.process.pid)

    def kill_worker(self, number: int) -> bool:
        """Kill one of them, if there is any; the master starts another."""
        found = self.workers()
        if not found:
            return False
        with suppress(ProcessLookupError):
            os.kill(found[number % len(found)], signal.SIGKILL)
        return True

    def answers(self) -> bool:
        """Whether the server says that it is well."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=60)
        try:
            connection.request("GET", "/api/v1/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wait(self) -> None:
        """Return once it answers."""
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            assert self.process.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server did not come up"
            time.sleep(0.05)

    def kill(self) -> None:
        """End everything at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


def children(pid: int) -> list[int]:
    """The child processes of `pid`; none when it is gone."""
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    except OSError:
        return []
    return [int(child) for child in told.split()]


@contextmanager
def running(env: Mapping[str, str], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `mingcha` command in a process group of its own; killed whole when the block ends."""
    process = subprocess.Popen(
        [*MINGCHA, *command],
        env=dict(env),
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


@contextmanager
def serving(
    env: Mapping[str, str], port: int, *, workers: int = 1, threads: int = 8
) -> Iterator[Served]:
    """A real server that answers; killed with everything it started when the block ends."""
    told = ("--port", str(port), "--workers", str(workers), "--threads", str(threads))
    with running(env, "serve", *told) as process:
        served = Served(process, port)
        served.wait()
        yield served
