"""The keys of this server: made once at set-up, read at start, never printed or logged.

One file per key under DATA_DIR/secrets, mode 0600. Of field and signing keys several may live;
the newest by name is used for what is new, the others still open and verify what is old. A signing
key is named after the day (UTC) it signs from, so that it can be announced before it is used.
"""

import os
import shutil
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from server.refusals import KeysExposed, NotSetUp
from shared import base64url, crypto

Chance = Callable[[int], bytes]
KEY_BYTES = 32
RECOVERY_PRIVATE = "recovery-private-MOVE-OFFLINE.key"
RECOVERY_NOTICE = (
    "recovery-private-MOVE-OFFLINE.key opens every tablet's store.\n"
    "Move it to a medium kept in a safe, and delete it here: the server never needs it.\n"
    "recovery-private-MOVE-OFFLINE.key 可以打开所有平板的本地库。\n"
    "请移到离线介质并妥善保管,然后从本机删除:服务器运行不需要它。\n"
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Secrets:
    """Everything secret the running server needs. Its text form is kept empty on purpose."""

    flask: bytes
    blind_index: bytes
    cursor: bytes
    field_keys: Mapping[str, bytes]
    signing_seeds: Mapping[str, bytes]
    signing_kid: str
    """The platform key new things are signed with: as it was when this process started."""
    recovery_public: str

    @property
    def field_kid(self) -> str:
        """The field-encryption key new values are sealed with."""
        return max(self.field_keys)

    def signing_key(self) -> crypto.SigningKey:
        """The private half of `signing_kid`."""
        return _signing_key(self.signing_seeds[self.signing_kid])


@lru_cache(maxsize=4)
def _signing_key(seed: bytes) -> crypto.SigningKey:
    """Made once: finding its public half costs as much as signing."""
    return crypto.SigningKey.from_seed(seed)


def ensure(folder: Path, chance: Chance, now: datetime) -> Secrets:
    """Make the keys if there is none in `folder`, leave them if there are, and read them all.

    All are made or none: of a folder from which one was lost, the rest is no other set of keys.
    """
    if not _is_made(folder):
        draft = folder.with_name(f".{folder.name}-{chance(4).hex()}")
        _make(draft, chance, now)
        _move_in(draft, folder)
    return load(folder, now)


def load(folder: Path, now: datetime) -> Secrets:
    """Read the keys; `NotSetUp` if one is missing."""
    try:
        seeds = _read_all(folder / "signing")
        return Secrets(
            flask=read_key(folder / "flask.key"),
            blind_index=read_key(folder / "blind-index.key"),
            cursor=read_key(folder / "cursor.key"),
            field_keys=_read_all(folder / "field"),
            signing_seeds=seeds,
            signing_kid=max((k for k in seeds if signs_from(k) <= now), default=min(seeds)),
            recovery_public=(folder / "recovery.pub").read_text().strip(),
        )
    except FileNotFoundError as missing:
        raise NotSetUp("A key is missing.", file=str(missing.filename)) from missing


def new_kid(kind: str, chance: Chance, now: datetime) -> str:
    """A key id that sorts by the day it was made."""
    return f"{kind[0]}{now:%Y%m%d}{chance(3).hex()}"


def signs_from(kid: str) -> datetime:
    """The moment from which a signing key of this name is used."""
    return datetime.strptime(kid[1:9], "%Y%m%d").replace(tzinfo=UTC)


def add_signing_key(folder: Path, chance: Chance, first_used: datetime) -> str:
    """Make another signing key, used from the day of `first_used` (UTC) on; returns its name."""
    kid = new_kid("signing", chance, first_used)
    write_key(folder / "signing" / f"{kid}.key", chance(KEY_BYTES))
    return kid


def _is_made(folder: Path) -> bool:
    return any(folder.rglob("*.key"))


def _make(folder: Path, chance: Chance, now: datetime) -> None:
    for each in (folder, folder / "field", folder / "signing"):
        each.mkdir(parents=True, mode=0o700)
    for name in ("flask.key", "blind-index.key", "cursor.key"):
        write_key(folder / name, chance(KEY_BYTES))
    for kind in ("field", "signing"):
        write_key(folder / kind / f"{new_kid(kind, chance, now)}.key", chance(KEY_BYTES))
    seed = chance(KEY_BYTES)
    write_key(folder / RECOVERY_PRIVATE, seed)
    _write(folder / "RECOVERY.txt", RECOVERY_NOTICE)
    _write(folder / "recovery.pub", crypto.sealing_public(seed) + "\n")


def _move_in(draft: Path, folder: Path) -> None:
    try:
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft)
        if not _is_made(folder):
            raise
        # Another process made them at this very moment: those count.


def write_key(path: Path, key: bytes) -> None:
    """Write a new key that only this user can read; `FileExistsError` if there is one."""
    _write(path, base64url.encode(key) + "\n")


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path) -> bytes:
    """The key of a file; `KeysExposed` if anybody on this machine can read it."""
    if path.stat().st_mode & stat.S_IROTH:
        raise KeysExposed("Everybody on this machine can read a key.", file=str(path))
    return base64url.decode(path.read_text().strip())


def _read_all(folder: Path) -> dict[str, bytes]:
    keys = {path.stem: read_key(path) for path in sorted(folder.glob("*.key"))}
    if not keys:
        raise NotSetUp("A key is missing.", file=str(folder))
    return keys
