"""The same push twice in one moment, and clients that go away in the middle of a pull."""

import http.client
import json
import os
import random
import socket
import struct
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from server.models import DeviceToken
from server.principal import SYSTEM
from server.services import bearer, publishing
from server.services.bearer import Bearer
from server.services.publishing import agency_scope
from server.work import open_work
from tests.server import sync_world
from tests.server.factories import add
from tests.servers import LOOPBACK
from tests.system.hardship import counting
from tests.system.hardship.place import Place, Team, place
from tests.world import objects

pytestmark = [pytest.mark.torture, pytest.mark.postgres]
CLIENTS = 50
PAGE_ROWS, ROW_LENGTH = 500, 1500


def token(found: Place, team: Team) -> str:
    """A bearer token for requests that are not the tablet's own."""
    secret, kept = bearer.make(Bearer.DEVICE, os.urandom)
    now = datetime.now(UTC)  # noqa: TID251 -- the server's process has the real clock
    life = now + timedelta(hours=1)
    row = DeviceToken(token_hash=kept, device_id=team.device_id, issued_at=now, expires_at=life)
    add(found.parts, [row])
    return secret


def push(found: Place, secret: str, body: bytes) -> list[str]:
    connection = http.client.HTTPConnection(LOOPBACK, found.port, timeout=60)
    try:
        connection.request(
            "POST",
            "/api/v1/sync/push",
            body,
            {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        )
        reply = connection.getresponse()
        assert reply.status == 200, reply.read()
        return [answer["status"] for answer in json.loads(reply.read())["results"]]
    finally:
        connection.close()


def test_of_two_identical_pushes_at_once_one_is_applied(tmp_path: Path, postgres_url: str) -> None:
    with (
        place(tmp_path, teams=4, visits=8, database=postgres_url) as found,
        found.serving(workers=2, threads=4),
        ThreadPoolExecutor(2) as two,
    ):
        found.enrol()
        for team in found.teams:
            secret = token(found, team)
            for _ in team.tasks:
                team.visit(photo=False)
            offers = team.session.desk.held.outbox.to_offer(limit=1000, max_bytes=10**9)
            for first in range(0, len(offers), 7):
                raws = [offer.raw for offer in offers[first : first + 7]]
                body = b'{"batch":[' + b",".join(raws) + b"]}"
                both = two.map(lambda _, b=body, s=secret: push(found, s, b), range(2))
                said = [Counter(statuses) for statuses in both]
                assert sorted(said, key=lambda one: one["applied"]) == [
                    Counter(duplicate=len(raws)),
                    Counter(applied=len(raws)),
                ]
            team.bring()
        assert counting.faults(found) == []


def drop_a_pull(found: Place, secret: str, chance: random.Random) -> int:
    """Ask for a page of some megabytes, read a little, and reset; how much was read."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(60)
        client.connect((LOOPBACK, found.port))
        client.sendall(
            b"GET /api/v1/sync/pull HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + secret.encode()
            + b"\r\n\r\n"
        )
        read, wanted = 0, chance.randrange(1, 50_000)
        while read < wanted and (data := client.recv(4096)):
            read += len(data)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return read


def test_clients_that_drop_a_pull_hold_nothing_up(
    tmp_path: Path, postgres_url: str, seed: int
) -> None:
    with (
        place(tmp_path, teams=5, visits=1, database=postgres_url) as found,
        found.serving(threads=8) as served,
        ThreadPoolExecutor(CLIENTS) as together,
    ):
        found.enrol()
        item = next(dict(each.data) for each in objects() if each.kind == "item")
        with open_work(found.parts, SYSTEM) as work:
            for number in range(PAGE_ROWS):
                data = {**item, "id": f"item-{number + 2}", "name": "检" * ROW_LENGTH}
                publishing.publish(work, "item", data["id"], data, {agency_scope(sync_world.HOME)})
        secrets = [token(found, team) for team in found.teams]
        read = together.map(
            lambda n: drop_a_pull(found, secrets[n % 5], random.Random(f"{seed}/{n}")),
            range(CLIENTS),
        )
        assert all(read)
        served.wait()
        for team in found.teams:
            team.visit(photo=False)
            team.bring()
        assert _open_transactions(found) == 0
        assert counting.faults(found) == []


def _open_transactions(found: Place) -> int:
    with found.parts.engine.connect() as connection:
        count: int = connection.scalar(
            text("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")
        )
        return count
