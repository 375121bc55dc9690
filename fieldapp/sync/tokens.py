"""Getting a bearer token, and learning the server's time with it."""

from collections.abc import Mapping
from typing import Any

from fieldapp.errors import RefusedByServer
from fieldapp.ports.randomness import Randomness
from fieldapp.store.holdings import Holdings
from fieldapp.sync import assertion
from fieldapp.sync.client import ServerClient
from fieldapp.sync.replies import Reply, expect, problem_of
from fieldapp.sync.terms import keep_terms

PATH = "/auth/device-token"
CLOCK_REASONS = frozenset({"assertion_expired", "assertion_not_yet_valid"})
"""Refusals that a wrong clock explains; the problem then carries `server_time`."""


def fetch(client: ServerClient, held: Holdings, randomness: Randomness) -> None:
    """Give `client` a fresh token.

    A tablet whose clock is off is told the server's time by the refusal and tries once more.
    """
    client.use_token("")
    try:
        reply = _ask(client, held, randomness)
    except RefusedByServer as error:
        if error.reason not in CLOCK_REASONS or not _set_clock(held, problem_of(error)):
            raise
        reply = _ask(client, held, randomness)
    with held.store.transaction() as tx:
        keep_terms(tx, held, reply.body)
    client.use_token(expect(reply.body, "access_token", str))


def _ask(client: ServerClient, held: Holdings, randomness: Randomness) -> Reply:
    identity = held.identities.get()
    proof = assertion.make(
        device_id=identity.device_id,
        audience=client.server,
        key=identity.key,
        jti=randomness.uuid7(),
        now=held.timekeeper.now(),
    )
    return client.post(PATH, {"grant_type": assertion.GRANT_TYPE, "assertion": proof})


def _set_clock(held: Holdings, problem: Mapping[str, Any]) -> bool:
    if "server_time" not in problem:
        return False
    with held.store.transaction() as tx:
        keep_terms(tx, held, {"server_time": problem["server_time"]})
    return True
