"""Which files the data folder holds, and how one is replaced so that a crash leaves old or new."""

import os
from pathlib import Path

from fieldapp.errors import LocalFault

STORE = "store.db"
KEYS = "keys.json"


def replace_file(path: Path, data: bytes) -> None:
    """Write beside, sync, rename. Raises `LocalFault`, and then the old file stands."""
    beside = path.with_name(path.name + ".new")
    try:
        beside.touch(0o600)
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise LocalFault("A file cannot be written.", path=path.name) from error


def sync_folder(folder: Path) -> None:
    """Make a rename or removal in `folder` last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store_files(folder: Path) -> tuple[Path, ...]:
    """The database with the files SQLite keeps beside it, whether they exist or not."""
    return tuple(folder / f"{STORE}{suffix}" for suffix in ("", "-wal", "-shm", "-journal"))
