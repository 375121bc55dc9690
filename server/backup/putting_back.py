"""Making a server of a backup: objects first, then all rows and a new epoch in one transaction.

The backup is checked whole before anything is touched, the target must be empty, and until the
last step is done the data folder says so: a server does not start over half a restore, and the
same command goes on where it was broken off.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from alembic import command
from sqlalchemy.engine import make_url

from server import assembly, database_schema, own_database, secrets
from server.backup import manifest, rules, tables, taking
from server.backup.manifest import DATABASE, OBJECT_LIST, OBJECTS, Manifest
from server.backup.rules import SKIPPED_NUMBERS, Restored
from server.clock import Clock, SystemClock
from server.config import Settings
from server.database import make_engine
from server.principal import SYSTEM
from server.refusals import BackupUnfit
from server.storage.objects import KEY
from server.work import Parts, open_work

UNDER_WAY = "restore-under-way"


def put_back(
    settings: Settings,
    source: Path,
    *,
    reason: str,
    keys_from: Path | None = None,
    skip_numbers: int = SKIPPED_NUMBERS,
    clock: Clock | None = None,
) -> Restored:
    """Restore `source` into the empty database and data folder of `settings`; `BackupUnfit`."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if keys_from is not None and not settings.secrets_dir.exists():
        taking.keep_keys(keys_from, settings.secrets_dir)
    now = (clock or SystemClock()).now()
    told = manifest.read(source, secrets.load(settings.secrets_dir, now))
    _require_fit(settings, told)
    manifest.check_files(source, told)
    _copy_objects(source, settings.data_dir / OBJECTS, told)
    own = _own_copy(settings, source) if told.engine == "sqlite" else settings
    parts = assembly.assemble(own, clock=clock)
    try:
        if told.engine != "sqlite":
            own_database.note(parts, UNDER_WAY)
            _load(parts, source, told)
        database_schema.upgrade(parts)
        with open_work(parts, SYSTEM) as work:
            restored = rules.apply(work, reason=reason, skip_numbers=skip_numbers)
    finally:
        parts.engine.dispose()
    if told.engine == "sqlite":
        _move_in(own, settings)
    own_database.note(parts, restored.epoch)
    return restored


def _require_fit(settings: Settings, told: Manifest) -> None:
    """An empty target of the same engine, or one in which this very thing was broken off."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != told.engine:
        raise BackupUnfit("A backup of another kind of database.", engine=told.engine)
    if told.engine == "sqlite" and not Path(url.database or "").exists():
        return
    epoch = settings.data_dir / own_database.FILE
    if epoch.exists() and epoch.read_text("utf-8").strip() == UNDER_WAY:
        return
    engine = make_engine(settings.database_url)
    try:
        if not tables.is_empty(engine):
            raise BackupUnfit("There is a server's database already: give it an empty one.")
    finally:
        engine.dispose()


def _own_copy(settings: Settings, source: Path) -> Settings:
    """Settings over a copy of the SQLite file, beside the place where it belongs."""
    path = Path(make_url(settings.database_url).database or "")
    draft = path.with_name(path.name + ".restoring")
    for old in path.parent.glob(draft.name + "*"):
        old.unlink()
    shutil.copyfile(source / DATABASE / tables.SQLITE, draft)
    return replace(settings, database_url=f"sqlite:///{draft}")


def _move_in(own: Settings, settings: Settings) -> None:
    """Give the finished file its name; SQLite has put its log away when the last one left."""
    draft = Path(make_url(own.database_url).database or "")
    target = Path(make_url(settings.database_url).database or "")
    for log in ("-wal", "-shm"):  # of an empty database that was there
        target.with_name(target.name + log).unlink(missing_ok=True)
    draft.replace(target)


def _load(parts: Parts, source: Path, told: Manifest) -> None:
    command.upgrade(database_schema.config(parts.settings.database_url), told.revision)
    with open_work(parts, SYSTEM) as work:
        tables.load(work.session, source / DATABASE)


def _copy_objects(source: Path, target: Path, told: Manifest) -> None:
    """Every listed object, checked against its name on the way; else `BackupUnfit`."""
    count = 0
    for key in _listed(source / OBJECT_LIST):
        kind, digest = key.split("/")
        place = Path(kind) / digest[:2] / digest[2:4] / digest
        if not (target / place).exists():
            _copy_checked(source / OBJECTS / place, target / place, digest)
        count += 1
    if count != told.objects:
        raise BackupUnfit("The list of objects is not whole.", listed=count, told=told.objects)


def _listed(path: Path) -> Iterator[str]:
    with path.open(encoding="ascii") as file:
        for line in file:
            if not KEY.fullmatch(line.rstrip("\n")):
                raise BackupUnfit("Not the name of an object.", line=line[:80])
            yield line.rstrip("\n")


def _copy_checked(source: Path, target: Path, digest: str) -> None:
    found = sha256()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            for block in manifest.blocks(source):
                found.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        raise BackupUnfit("An object is missing from the backup.", object=digest) from None
    if found.hexdigest() != digest:
        part.unlink()
        raise BackupUnfit("An object of the backup is damaged.", object=digest)
    part.replace(target)
