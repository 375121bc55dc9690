"""What must hold afterwards, read from the databases of both sides and from nothing else."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from server.database import Aim
from server.documents.kinds import DocumentKind
from server.models import (
    ChainHead,
    Device,
    Document,
    EvidenceFile,
    EvidenceState,
    Hold,
    LedgerEntry,
    Quarantine,
    TraceEvent,
)
from server.principal import SYSTEM
from server.services import audit, rebuild
from server.storage.objects import object_store
from server.work import Work, open_work
from shared import chain
from shared.canonical import parse_object
from tests.system.hardship.place import Place, Team
from tests.system.simulation.checks import scope_of

SYNCS = 50


def faults(place: Place) -> list[str]:
    """Everything that does not hold, in sentences."""
    with open_work(place.parts, SYSTEM, aim=Aim.READ) as work:
        found = [*_of_the_server(work), *(f for team in place.teams for f in _of_team(work, team))]
    return [*found, *(f for team in place.teams for f in _scope_of_team(place, team))]


def events(place: Place) -> int:
    """How many events lie on the tablets."""
    return sum(len(_held(team)) for team in place.teams)


def _held(team: Team) -> dict[str, tuple[str, bytes]]:
    rows = team.session.desk.held.store.rows("SELECT id, visit_id, raw FROM event")
    return {id_: (visit, bytes(raw)) for id_, visit, raw in rows}


def _of_team(work: Work, team: Team) -> Iterator[str]:
    device = work.session.get_one(Device, team.device_id)
    held = _held(team)
    there = work.session.execute(
        select(TraceEvent.id, TraceEvent.canonical)
        .where(TraceEvent.device_id == device.id)
        .order_by(TraceEvent.visit_id, TraceEvent.seq)
    ).all()
    if sorted(id_ for id_, _ in there) != sorted(held):
        yield f"{team.name} holds {len(held)} events, the server {len(there)}"
    changed = [id_ for id_, raw in there if id_ in held and bytes(raw) != held[id_][1]]
    yield from (f"{team.name} {id_} is another at the server" for id_ in changed)
    if (device.last_device_seq, device.missing_seqs) != (len(held), []):
        yield f"{team.name} made {len(held)}, the server counts {device.last_device_seq}"
    yield from _chains(work, device, [parse_object(raw) for _, raw in there])
    yield from _told(work, team, {visit for visit, _ in held.values()})
    yield from _files(work, team)
    if not team.is_done():
        yield f"{team.name} does not know that all is taken in"


def _scope_of_team(place: Place, team: Team) -> list[str]:
    """What differs after a sync. A running server may change it meanwhile: then after another."""
    for _ in range(SYNCS):
        team.sync()
        stored = team.session.desk.held.reference.objects()
        there = {(o.kind, o.id): (o.version, o.data) for o in stored}
        with open_work(place.parts, SYSTEM, aim=Aim.READ) as work:
            wanted = scope_of(work, team.device_id)
        differ = [key for key in {*there, *wanted} if there.get(key) != wanted.get(key)]
        if not differ:
            break
    return [f"{team.name} has another {key} than the server" for key in differ]


def _chains(work: Work, device: Device, events: list[dict[str, Any]]) -> Iterator[str]:
    visits: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        visits[event["visit_id"]].append(event)
    for visit, links in visits.items():
        yield from (f"{visit}: {fault}" for fault in chain.verify_chain(links, device.public_key))
        head = work.session.get(ChainHead, (visit, device.id))
        if head is None or (head.seq, head.hash) != (links[-1]["seq"], links[-1]["hash"]):
            yield f"{visit}: the head is another"


def _told(work: Work, team: Team, visits: set[str]) -> Iterator[str]:
    """Each visit that ended has one result, no more."""
    for visit in sorted(visits):
        ended = team.kinds(visit)[-1] == "sealed"
        made = work.session.scalars(
            select(Document.id).where(
                Document.visit_id == visit, Document.kind == DocumentKind.RESULT
            )
        ).all()
        if len(made) != int(ended):
            yield f"{visit} has {len(made)} results"


def _files(work: Work, team: Team) -> Iterator[str]:
    store = object_store(work.settings)
    for id_, sha256 in team.files.items():
        row = work.session.get(EvidenceFile, id_)
        if row is None or (row.state, row.sha256) != (EvidenceState.BYTES_COMPLETE, sha256):
            yield f"{team.name} {id_} is {row.state if row else 'not there'}"
        else:
            store.get(row.storage_key or "")


def _of_the_server(work: Work) -> Iterator[str]:
    visits = rebuild.visit_ids(work, limit=100_000)
    for found in rebuild.differences(work, visits):
        yield f"{found.visit_id} {found.where}: {found.stored!r} != {found.folded!r}"
    unledgered = rebuild.unledgered(work)
    if unledgered:
        yield f"{unledgered} events the ledger does not know"
    said = Counter(work.session.scalars(select(LedgerEntry.status)))
    if set(said) - {"applied"}:
        yield f"the ledger says {dict(said)}"
    for row in work.session.scalars(select(Quarantine)):
        yield f"set apart: {row.event_id} {row.code} {row.detail}"
    waiting = select(Hold).where(Hold.released_at.is_(None))
    yield from (f"{hold.event_id} waits" for hold in work.session.scalars(waiting))
    yield from (f"audit entry {seq}" for seq in audit.verify(work.session))
