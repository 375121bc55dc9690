"""Whole objects kept under the hash of their bytes. One that was stored is never changed.

Anything read is checked against its name, so a rotten disk is noticed and nothing false goes out.
"""

import logging
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from server.config import Settings
from shared.errors import NotFound

log = logging.getLogger(__name__)
KEY = re.compile(r"([a-z]{1,40})/([0-9a-f]{64})", re.ASCII)


class ObjectStore(Protocol):
    def put(self, folder: str, data: bytes) -> str:
        """Keep `data` for good and return its key; the same bytes again are the same key."""
        ...

    def adopt(self, folder: str, part: Path, digest: str) -> str:
        """Keep a whole file, whose bytes hash to `digest` and lie on disk.

        `part` stays: if the transaction that asks fails, it goes on from there.
        """
        ...

    def get(self, key: str) -> bytes:
        """What was put under `key`; `NotFound` if it is not there or no longer whole."""
        ...


class FileStore:
    """Objects as files below one folder, two levels deep so that no folder grows too large."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, folder: str, data: bytes) -> str:
        key = f"{folder}/{sha256(data).hexdigest()}"
        path = self._path(key)
        if path.exists() and path.stat().st_size == len(data):
            return key
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.part")
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
        return key

    def adopt(self, folder: str, part: Path, digest: str) -> str:
        key = f"{folder}/{digest}"
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            os.link(part, path)
        except FileExistsError:
            return key
        _sync_folder(path.parent)
        return key

    def get(self, key: str) -> bytes:
        try:
            data = self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound("No such object.", key=key) from None
        if sha256(data).hexdigest() != key.rpartition("/")[2]:
            log.error("object %s is damaged", key)
            raise NotFound("The object is damaged.", key=key)
        return data

    def _path(self, key: str) -> Path:
        found = KEY.fullmatch(key)
        if found is None:
            raise NotFound("Not a key.", key=key)
        folder, digest = found.groups()
        return self._root / folder / digest[:2] / digest[2:4] / digest


def object_store(settings: Settings) -> ObjectStore:
    """The store of this server: files below its data folder."""
    return FileStore(settings.data_dir / "objects")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
