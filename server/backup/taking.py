"""Taking a backup while the server runs: rows of one moment first, then every object they name.

Everything is written beside the target and moved there at the end, so what bears the name of a
backup is whole. One that was broken off is gone on with: objects that arrived are not read again.
"""

import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from server.backup import manifest, tables
from server.backup.manifest import DATABASE, OBJECT_LIST, OBJECTS, Manifest
from server.database import Aim
from server.principal import SYSTEM
from server.refusals import BackupUnfit
from server.secrets import RECOVERY_PRIVATE
from server.services import audit, epochs
from server.storage.objects import KEY
from server.work import Parts, open_work
from shared import rfc3339

PARTIAL = ".partial"


def take(
    parts: Parts, target: Path, *, keys_to: Path | None = None, previous: Path | None = None
) -> Manifest:
    """Write a backup to the new folder `target`.

    Args:
        parts: The server's own.
        target: Must not exist; its parent must.
        keys_to: A folder outside `target` that gets the secrets; without it nothing secret leaves.
        previous: An older backup on the same disk: objects it has are linked, not copied.
    """
    if target.exists():
        raise BackupUnfit("There is something there already.", target=str(target))
    if keys_to is not None and keys_to.resolve().is_relative_to(target.resolve()):
        raise BackupUnfit("The keys must lie apart from the backup.", keys=str(keys_to))
    draft = target.with_name(target.name + PARTIAL)
    shutil.rmtree(draft / DATABASE, ignore_errors=True)
    draft.mkdir(mode=0o700, exist_ok=True)
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        epoch, made_at = epochs.current(work), rfc3339.write(work.now)
    revision, files = tables.dump(parts.engine, draft / DATABASE)
    count, size = _objects(parts.settings.data_dir / OBJECTS, draft, previous)
    made = Manifest(
        made_at=made_at,
        engine=parts.engine.dialect.name,
        revision=revision,
        epoch=epoch,
        version=version("mingcha"),
        files={
            str(path.relative_to(draft)): manifest.facts_of(path)
            for path in (*files, draft / OBJECT_LIST)
        },
        objects=count,
        object_bytes=size,
    )
    manifest.write(draft, made, parts.secrets)
    if keys_to is not None:
        keep_keys(parts.settings.secrets_dir, keys_to)
    draft.rename(target)
    _sync(target.parent)
    with open_work(parts, SYSTEM) as work:
        audit.write(work, "backup.taken", "epoch", epoch, objects=count, keys=keys_to is not None)
    return made


def keep_keys(secrets: Path, target: Path) -> None:
    """Copy the secrets, without the private recovery key: that one belongs in a safe."""
    ignored = shutil.ignore_patterns(RECOVERY_PRIVATE)
    shutil.copytree(secrets, target, ignore=ignored, copy_function=shutil.copy2)
    for path in (target, *target.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _objects(source: Path, draft: Path, previous: Path | None) -> tuple[int, int]:
    """Copy what the rows may name, and list it. Objects never change: one that is there stays."""
    count = size = 0
    with (draft / OBJECT_LIST).open("w", encoding="ascii") as listed:
        for path in _walk(source):
            place = path.relative_to(source)
            to = draft / OBJECTS / place
            length = path.stat().st_size
            if not to.exists() or to.stat().st_size != length:
                to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                older = previous / OBJECTS / place if previous else None
                if older is not None and older.exists():
                    os.link(older, to)
                else:
                    _copy(path, to)
            listed.write(f"{place.parts[0]}/{path.name}\n")
            count, size = count + 1, size + length
        listed.flush()
        os.fsync(listed.fileno())
    return count, size


def _walk(folder: Path) -> Iterator[Path]:
    """Every object, never a part file; nothing of a large tree is held in memory."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        kind = Path(parent).relative_to(folder).parts[:1]
        for name in sorted(names):
            if kind and KEY.fullmatch(f"{kind[0]}/{name}"):
                yield Path(parent) / name


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    with source.open("rb") as reading, part.open("wb") as writing:
        shutil.copyfileobj(reading, writing, manifest.BLOCK)
        writing.flush()
        os.fsync(writing.fileno())
    part.replace(target)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
