"""The load: a process of its own that sends prepared requests and times every answer.

Everything is made beforehand, so that nothing but sockets is measured: a job is what each client
sends, one after the other. The floor, bare psycopg, runs here too, for it must cost the same.
It imports nothing of the project, so that it is up at once.
"""

import hashlib
import json
import pickle
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

PATIENCE = 120.0
PLACE = b"{location}"
"""In an address: what the newest reply with a `Location` said."""
CURSOR = b"{cursor}"
"""In an address: what the newest reply to such a request said, `cursors` of the job at first."""
MAKE_FLOOR = (
    "CREATE TABLE IF NOT EXISTS floor (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), body bytea)"
)


@dataclass(frozen=True)
class Step:
    """A request as bytes; `kind` is what its time is counted under."""

    data: bytes
    kind: str = ""


@dataclass(frozen=True)
class Job:
    """What each client sends. `afresh` opens a connection for every step, as tablets do.

    With `every` (seconds) the clients take turns, each step at its hour, from which it is counted
    though it went out late. `cursors` are what each client begins with. With `floor` (a connection
    string) the records of `rows` go into a bare table instead.
    """

    port: int = 0
    clients: Sequence[Sequence[Step]] = ()
    afresh: bool = False
    every: float = 0.0
    cursors: Sequence[bytes] = ()
    floor: str = ""
    rows: Sequence[Sequence[Sequence[bytes]]] = ()


@dataclass
class Answers:
    """Seconds from the first request to the last answer, and of each request; then the replies.

    `due` and `answered`: the hour of each step that had one, and when its answer came, by its kind
    and this machine's monotonic clock.
    """

    seconds: float = 0.0
    times: list[tuple[str, float]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    tags: list[bytes] = field(default_factory=list)
    due: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    calibration_s: float = 0.0


class Wire:
    """One connection of HTTP/1.1, with as little as will do."""

    def __init__(self, port: int, cursor: bytes = b"") -> None:
        self._port = port
        self._cursor = cursor
        self._socket: socket.socket | None = None
        self._location = b""
        self.tag = b""

    def ask(self, data: bytes) -> tuple[int, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        follows = CURSOR in data
        self._socket.sendall(
            data.replace(PLACE, self._location, 1).replace(CURSOR, self._cursor, 1)
        )
        head, rest = self._head(self._socket)
        lines = head.split(b"\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(b":") for line in lines[1:])}
        self._location = headers.get(b"location", self._location)
        self.tag = headers.get(b"etag", b"")
        wanted = int(headers.get(b"content-length", b"0"))
        parts, got = [rest], len(rest)
        while got < wanted:
            parts.append(self._socket.recv(1 << 18))
            if not parts[-1]:
                raise ConnectionError("cut in the middle of a reply")
            got += len(parts[-1])
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        body = b"".join(parts)
        if follows and b'"cursor":' in body:
            self._cursor = str(json.loads(body)["cursor"]).encode()
        return int(lines[0].split()[1]), body

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @staticmethod
    def _head(connection: socket.socket) -> tuple[bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(1 << 16)
            if not more:
                raise ConnectionError("no reply")
            data += more
        head, _, rest = data.partition(b"\r\n\r\n")
        return head, rest


def request(
    method: str, path: str, headers: dict[str, str], body: bytes = b"", kind: str = ""
) -> Step:
    """A request as it goes over the wire."""
    told = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    head = "\r\n".join(f"{name}: {value}" for name, value in told.items())
    return Step(f"{method} {path} HTTP/1.1\r\n{head}\r\n\r\n".encode() + body, kind)


def calibrate() -> float:
    """Seconds of a fixed piece of work: what the machine is worth at this moment."""
    value = {"a": [{"b": number, "c": "明察" * 20} for number in range(200)]}
    start = time.perf_counter()
    for _ in range(60):
        hashlib.sha256(json.dumps(json.loads(json.dumps(value))).encode()).digest()
    return time.perf_counter() - start


def _sending(job: Job, number: int, began: float, found: Answers) -> None:
    wire = Wire(job.port, job.cursors[number] if job.cursors else b"")
    for turn, step in enumerate(job.clients[number]):
        if job.every:
            due = began + job.every * (turn * len(job.clients) + number)
            found.due[step.kind] = due
            time.sleep(max(due - time.monotonic(), 0))
        start = time.perf_counter()
        status, body = wire.ask(step.data)
        found.times.append((step.kind, time.perf_counter() - start))
        if job.every:
            found.answered[step.kind] = time.monotonic()
        found.statuses.append(status)
        found.bodies.append(body)
        found.tags.append(wire.tag)
        if job.afresh:
            wire.close()
    wire.close()


def _inserting(job: Job, batches: Sequence[Sequence[bytes]], found: Answers) -> None:
    with psycopg.connect(job.floor) as connection, connection.cursor() as cursor:
        for batch in batches:
            start = time.perf_counter()
            cursor.executemany("INSERT INTO floor (body) VALUES (%s)", [(row,) for row in batch])
            connection.commit()
            found.times.append(("", time.perf_counter() - start))


def run(job: Job) -> Answers:
    """All clients at once."""
    whole = Answers(calibration_s=calibrate())
    work: list[tuple[Callable[[], None], Answers]] = []
    if job.floor:
        with psycopg.connect(job.floor, autocommit=True) as connection:
            connection.execute(MAKE_FLOOR)
        for batches in job.rows:
            mine = Answers()
            work.append((lambda b=batches, m=mine: _inserting(job, b, m), mine))  # type: ignore[misc]
    began = time.monotonic()
    for number in range(len(job.clients)):
        mine = Answers()
        work.append((lambda n=number, m=mine: _sending(job, n, began, m), mine))  # type: ignore[misc]
    threads = [threading.Thread(target=do) for do, _ in work]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole.seconds = time.perf_counter() - start
    for _, mine in work:
        whole.times += mine.times
        whole.statuses += mine.statuses
        whole.bodies += mine.bodies
        whole.tags += mine.tags
        whole.due |= mine.due
        whole.answered |= mine.answered
    return whole


def main(job: str, answers: str) -> None:
    """Do the job that lies in one file, and put what came of it into another."""
    asked = pickle.loads(Path(job).read_bytes())  # noqa: S301 -- our own, of a moment ago
    Path(answers).write_bytes(pickle.dumps(run(asked)))
