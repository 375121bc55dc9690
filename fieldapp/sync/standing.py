"""How the tablet stands with its server: what waits, when it last spoke, what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldapp.errors import RefusedByServer
from fieldapp.store.holdings import Holdings
from fieldapp.store.outbox import OutboxState
from fieldapp.sync.policy import Wait
from shared import rfc3339
from shared.errors import DomainError

LAST_ROUND = "last_round"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """How this tablet stands with its server; times are RFC 3339 or empty.

    `update` is the version of the program that the server wants, if this one is older.
    """

    update: str
    counts: Mapping[OutboxState, int]
    files_left: int
    bytes_left: int
    tried_at: str
    done_at: str
    problem: str
    evidence_waits: Wait | None
    files_refused: int
    lease_until: str
    retired: bool


def sync_state(held: Holdings) -> SyncState:
    last = held.facts.get(LAST_ROUND) or {}
    files, left = held.evidence.undelivered()
    until = held.identities.lease_until()
    return SyncState(
        update=held.identities.update_wanted(),
        counts=held.outbox.counts(),
        files_left=files,
        bytes_left=left,
        tried_at=last.get("tried_at", ""),
        done_at=last.get("done_at", ""),
        problem=last.get("problem", ""),
        evidence_waits=_wait(last.get("waits")),
        files_refused=held.evidence.refused(),
        lease_until="" if until is None else rfc3339.write(until),
        retired=held.identities.retired(),
    )


def remember_round(
    held: Holdings, problem: DomainError | None, *, waits: Wait | None = None
) -> None:
    """Note how a round ended, and why evidence was kept back, for a screen to show later."""
    now = rfc3339.write(held.timekeeper.now())
    last = dict(held.facts.get(LAST_ROUND) or {})
    last |= {"problem": "" if problem is None else code_of(problem), "tried_at": now}
    last["waits"] = "" if waits is None else waits.value
    if problem is None:
        last["done_at"] = now
    with held.store.transaction() as tx:
        held.facts.put(tx, LAST_ROUND, last)


def _wait(code: object) -> Wait | None:
    return next((wait for wait in Wait if wait.value == code), None)


def code_of(problem: DomainError) -> str:
    """The stable code to show: the server's own where it gave one."""
    if isinstance(problem, RefusedByServer) and problem.reason:
        return problem.reason
    return problem.code
