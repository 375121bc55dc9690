"""What a backup says of itself: `backup.json`, written last and signed: half a backup is none.

A signed object (docs/protocol.md §2) of `typ` `backup`. Objects are not listed in it one by one:
`objects.txt` is, and each object is named by its own hash.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from server.refusals import BackupUnfit
from server.secrets import Secrets
from shared import crypto, signed
from shared.canonical import canonical, parse_object
from shared.errors import BadInput

TYP = "backup"
NAME = "backup.json"
DATABASE = "database"
OBJECTS = "objects"
OBJECT_LIST = "objects.txt"
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One backup. `files` is path → {sha256, size}; sizes are bytes, `made_at` RFC 3339 UTC."""

    made_at: str
    engine: str
    revision: str
    epoch: str
    version: str
    files: Mapping[str, Mapping[str, Any]]
    objects: int
    object_bytes: int


def write(folder: Path, manifest: Manifest, secrets: Secrets) -> None:
    """Sign the manifest and put it in its place, durable."""
    body = {"typ": TYP, **{name: getattr(manifest, name) for name in Manifest.__slots__}}
    obj = signed.sign(body, secrets.signing_key(), secrets.signing_kid)
    write_durably(folder / NAME, canonical(obj))


def read(folder: Path, secrets: Secrets) -> Manifest:
    """The manifest of a whole backup of this server; `BackupUnfit` for anything else."""
    try:
        obj = parse_object((folder / NAME).read_bytes(), max_bytes=64 * BLOCK)
        seed = secrets.signing_seeds[str(obj.get("kid"))]
        if obj.get("typ") != TYP or not signed.holds(obj, crypto.SigningKey.from_seed(seed).public):
            raise BackupUnfit("The backup's signature does not hold.")
        return Manifest(**{name: obj[name] for name in Manifest.__slots__})
    except FileNotFoundError:
        raise BackupUnfit("Not a backup, or one that was not finished.") from None
    except KeyError as missing:
        raise BackupUnfit("Signed by another server's key.", missing=str(missing)) from None
    except BadInput as error:
        raise BackupUnfit("The manifest cannot be read.") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Return if every listed file is there as it was written; `BackupUnfit`."""
    for name, facts in manifest.files.items():
        path = folder / name
        if not path.is_file() or facts_of(path) != facts:
            raise BackupUnfit("A file of the backup is not what was written.", file=name)


def facts_of(path: Path) -> dict[str, Any]:
    """SHA-256 and size of a file of any length."""
    found, size = sha256(), 0
    for block in blocks(path):
        found.update(block)
        size += len(block)
    return {"sha256": found.hexdigest(), "size": size}


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
