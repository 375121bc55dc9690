"""Imports as people start and see them: a file is taken in, and a job does the rest.

What is uploaded is kept sealed, as evidence of what was brought in; whoever may not see the run
may not know of it.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select

from server.job_names import JobName
from server.models import ImportFault, ImportRun, ImportState
from server.principal import SYSTEM
from server.services import audit, typed_words
from server.services.exports import Cells
from server.services.imports import running
from server.services.imports.every_kind import KINDS
from server.services.imports.kinds import Kind
from server.services.imports.running import Progress
from server.services.scoping import one, require_role
from server.storage.objects import object_store
from server.work import Parts, Work, open_work
from shared import crypto
from shared.errors import BadInput, NotFound
from shared.roles import Role

FOLDER = "imports"
NONCE_BYTES = 12
LONGEST_SOURCE = 60
STANDS_STILL = timedelta(minutes=5)
UNDER_WAY = (ImportState.CHECKING, ImportState.PUBLISHING)
SHOWN_FAULTS = 200
FAULTS_AT_ONCE = 5000
WRITERS = (Role.PLANNER, Role.AGENCY_ADMIN, Role.PLATFORM_ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants brought in; `as_of` is what rows hold for that do not say it."""

    kind: str
    filename: str
    source: str
    as_of: datetime
    dry_run: bool = False
    skip_bad: bool = False


def kinds_for(work: Work) -> list[Kind]:
    """The kinds who asks may import."""
    return [kind for kind in KINDS.values() if work.who.is_any(kind.roles)]


def kind_named(name: str) -> Kind:
    """A kind; `BadInput` for a word that is none."""
    kind = KINDS.get(name)
    if kind is None:
        raise BadInput("No such kind of list.", errors={"/kind": "、".join(KINDS)})
    return kind


def upload(work: Work, order: Order, data: bytes) -> ImportRun:
    """Take a file in; a job reads it."""
    row = note(work, order, hashlib.sha256(data).hexdigest(), agency_id=work.who.agency_id)
    kid = work.secrets.field_kid
    nonce = work.chance(NONCE_BYTES)
    box = crypto.seal(work.secrets.field_keys[kid], nonce, data, _bound(row.id))
    sealed = kid.encode() + b"\n" + nonce + box
    row.file_key = object_store(work.settings).put(FOLDER, sealed)
    work.after_commit(JobName.RUN_IMPORT, run=row.id)
    return row


def note(work: Work, order: Order, sha256: str, *, agency_id: str | None) -> ImportRun:
    """Write an import down that is about to begin."""
    kind = kind_named(order.kind)
    require_role(work.who, *kind.roles)
    typed_words.require(source=(order.source, LONGEST_SOURCE))
    if order.as_of > work.now:
        raise BadInput("Nothing is known as of tomorrow.", errors={"/as_of": "future"})
    row = ImportRun(
        id=work.ids(),
        kind=kind.name,
        agency_id=agency_id,
        by_id=work.who.id,
        filename="".join(c for c in order.filename if c.isprintable())[-200:] or "—",
        file_sha256=sha256,
        source=order.source,
        as_of=order.as_of,
        dry_run=order.dry_run,
        skip_bad=order.skip_bad,
        state=ImportState.WAITING,
        created_at=work.now,
        alive_at=work.now,
    )
    work.session.add(row)
    audit.write(work, "import.begun", "import_run", row.id, kind=kind.name, file=sha256)
    return row


def due(work: Work, limit: int) -> Sequence[str]:
    """Uploads that wait, or whose job stands still."""
    still = work.now - STANDS_STILL
    waiting = or_(
        ImportRun.state == ImportState.WAITING,
        ImportRun.state.in_(UNDER_WAY) & (ImportRun.alive_at < still),
    )
    found = select(ImportRun.id).where(waiting, ImportRun.file_key.isnot(None))
    return work.session.scalars(found.order_by(ImportRun.created_at).limit(limit)).all()


def bring_in(parts: Parts, run_id: str) -> None:
    """The job: read an upload and do with it what its run says. Safe to repeat."""
    with open_work(parts, SYSTEM) as work:
        row = work.session.get(ImportRun, run_id, with_for_update=True)
        if row is None or row.file_key is None or not _is_due(work, row):
            return
        row.state, row.alive_at = ImportState.CHECKING, work.now
        data = _opened(work, row)
    with tempfile.NamedTemporaryFile(prefix="mingcha-upload-") as file:
        file.write(data)
        file.flush()
        del data
        running.run(parts, run_id, Path(file.name))


def bring_in_file(parts: Parts, run_id: str, path: Path, progress: Progress) -> None:
    """The same for a file that lies on disk, at once."""
    running.run(parts, run_id, path, progress)


def get(work: Work, run_id: str) -> ImportRun:
    """An import that who asks may know of."""
    row = one(work.session.get(ImportRun, run_id))
    if not _knows(work, row):
        raise NotFound("No such import.")
    return row


def recent(work: Work, limit: int = 50) -> Sequence[ImportRun]:
    """The newest imports that who asks may know of."""
    mine = ImportRun.agency_id == work.who.agency_id
    if work.who.agency_id is None:
        mine = ImportRun.kind.in_([kind.name for kind in kinds_for(work)])
    return work.session.scalars(
        select(ImportRun)
        .where(mine)
        .order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
        .limit(limit)
    ).all()


def fault_cells(work: Work, run_id: str) -> Iterator[Cells]:
    """Every fault of an import that who asks may know of, below headings, read as it is written."""
    row = get(work, run_id)
    found = select(
        ImportFault.row, ImportFault.column, ImportFault.text_zh, ImportFault.text_en
    ).where(ImportFault.run_id == row.id)
    rows = work.session.execute(
        found.order_by(ImportFault.n), execution_options={"yield_per": FAULTS_AT_ONCE}
    )
    yield ("行", "列", "原因", "Reason")
    for number, column, zh, en in rows:
        yield (str(number), column, zh, en)


def faults(work: Work, run_id: str, limit: int | None = SHOWN_FAULTS) -> Sequence[ImportFault]:
    """What was wrong, in the order of the rows; all of it without a limit."""
    rows = select(ImportFault).where(ImportFault.run_id == run_id).order_by(ImportFault.n)
    return work.session.scalars(rows.limit(limit)).all()


def _knows(work: Work, row: ImportRun) -> bool:
    if row.agency_id is not None and row.agency_id == work.who.agency_id:
        return work.who.is_any(WRITERS)
    platform = (Role.PLATFORM_ADMIN, Role.SYSTEM)
    return work.who.is_any(platform) and work.who.is_any(KINDS[row.kind].roles)


def _is_due(work: Work, row: ImportRun) -> bool:
    if row.state == ImportState.WAITING:
        return True
    return row.state in UNDER_WAY and row.alive_at < work.now - STANDS_STILL


def _opened(work: Work, row: ImportRun) -> bytes:
    sealed = object_store(work.settings).get(row.file_key or "")
    kid, _, rest = sealed.partition(b"\n")
    key = work.secrets.field_keys[kid.decode()]
    return crypto.open_(key, rest[:NONCE_BYTES], rest[NONCE_BYTES:], _bound(row.id))


def _bound(run_id: str) -> bytes:
    return f"import\0{run_id}".encode()
