"""Workers share what comes evenly, and what one leaves to another that stands still it takes."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from server.sharing import ABSENT, Loads
from tests.servers import LOOPBACK, free_port
from tests.system.test_killed_server import MINGCHA, kill, wait_for

WORKERS = 2
CONNECTIONS = 12
ESTABLISHED = "01"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    process = subprocess.Popen(
        [*MINGCHA, "serve", "--port", str(port), "--workers", str(WORKERS)],
        env={**os.environ, "MINGCHA_DATA_DIR": str(tmp_path)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield port, process
    finally:
        kill(process)


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    there = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(one) for one in there.split()]


def held(pid: int, port: int) -> int:
    """How many connections to the port a process holds."""
    lines = [one.split() for one in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    at_port = {
        f"socket:[{line[9]}]"
        for line in lines
        if line[1].endswith(f":{port:04X}") and line[3] == ESTABLISHED
    }
    mine = 0
    for one in Path(f"/proc/{pid}/fd").iterdir():
        try:
            mine += str(one.readlink()) in at_port
        except OSError:
            continue
    return mine


def shares(process: subprocess.Popen[bytes], port: int) -> list[int]:
    return [held(pid, port) for pid in workers_of(process)]


def ask_half(port: int) -> socket.socket:
    """A connection with a request that its worker waits for the rest of."""
    made = socket.create_connection((LOOPBACK, port))
    made.sendall(b"GET / HTTP/1.1\r\n")
    return made


def until(there: Callable[[], bool]) -> None:
    """Wait for it; a test that waits for ever is ended by the runner."""
    while not there():
        time.sleep(0.02)


def until_both_work(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until each worker has taken something, and let go of it."""
    until(lambda: len(workers_of(process)) == WORKERS)
    with ExitStack() as open_:
        while 0 in shares(process, port):
            open_.enter_context(ask_half(port))
            time.sleep(0.2)
    until(lambda: sum(shares(process, port)) == 0)


def test_each_worker_has_as_much_in_hand_as_the_other(
    server: tuple[int, subprocess.Popen[bytes]],
) -> None:
    port, process = server
    until_both_work(process, port)
    with ExitStack() as open_:
        for number in range(1, CONNECTIONS + 1):
            open_.enter_context(ask_half(port))
            while sum(shares(process, port)) < number:
                time.sleep(0.02)
        assert shares(process, port) == [CONNECTIONS // WORKERS] * WORKERS


def test_a_worker_that_stands_still_is_not_waited_for(
    server: tuple[int, subprocess.Popen[bytes]],
) -> None:
    port, process = server
    until_both_work(process, port)
    still, _ = workers_of(process)
    os.kill(still, signal.SIGSTOP)
    try:
        with ask_half(port):  # so that the other has more to do than nothing
            for _ in range(5):
                connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
                connection.request("GET", "/api/v1/health")
                assert connection.getresponse().status == 200
                connection.close()
    finally:
        os.kill(still, signal.SIGCONT)


def test_who_has_less_is_known_and_who_is_away_has_nothing_left_to_him() -> None:
    loads = Loads(2)
    assert [loads.free_place({None, *range(n)}) for n in (0, 2, 4)] == [0, 2, None]
    assert not loads.is_another_freer(0)
    loads.note(0, 2)
    loads.note(1, 2)
    assert not loads.is_another_freer(0)
    loads.note(1, 1)
    assert loads.is_another_freer(0)
    assert not loads.is_another_freer(1)
    loads.note(1, ABSENT)
    assert not loads.is_another_freer(0)
    loads.note(0, 1000)
    assert not loads.is_another_freer(0)
