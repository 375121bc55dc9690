"""Making a data folder unreadable for good. The key goes first; the rest is only tidying.

It asks nothing: whether to wipe is decided by `sync.orders`, by a verified order alone.
"""

import os
from pathlib import Path

from fieldapp.errors import LocalFault
from fieldapp.ports.keystore import KeyStore
from fieldapp.store.files import KEYS, store_files, sync_folder


def wipe(folder: Path, keystore: KeyStore) -> None:
    """Destroy the keys, then remove the store's files. Safe to repeat after a crash.

    Raises `LocalFault` when something could not be removed; the keys are gone even then.
    """
    keystore.forget()
    keys = folder / KEYS
    try:
        if keys.exists():
            _overwrite(keys)
        for path in (keys, keys.with_name(KEYS + ".new"), *store_files(folder)):
            path.unlink(missing_ok=True)
        sync_folder(folder)
    except OSError as error:
        raise LocalFault("Not everything could be removed.", reason=str(error)) from error


def _overwrite(path: Path) -> None:
    """Write over the wraps in place; on flash this may miss, so the store is not relied upon."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
