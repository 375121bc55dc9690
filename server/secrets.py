"""The keys of this server: made once at set-up, read at start, never printed or logged.

One file per key under DATA_DIR/secrets, mode 0600. Of field and signing keys several may live;
the newest by name is used for what is new, the others still open and verify what is old.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from server.refusals import NotSetUp
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
    recovery_public: str

    @property
    def field_kid(self) -> str:
        """The field-encryption key new values are sealed with."""
        return max(self.field_keys)

    @property
    def signing_kid(self) -> str:
        """The platform key new things are signed with."""
        return max(self.signing_seeds)

    def signing_key(self) -> crypto.SigningKey:
        """The private half of `signing_kid`."""
        return crypto.SigningKey.from_seed(self.signing_seeds[self.signing_kid])


def ensure(folder: Path, chance: Chance, now: datetime) -> Secrets:
    """Make what is missing in `folder`, leave what is there, and read it all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("flask.key", "blind-index.key", "cursor.key"):
        _write_once(folder / name, chance(KEY_BYTES))
    for kind in ("field", "signing"):
        (folder / kind).mkdir(exist_ok=True, mode=0o700)
        if not any((folder / kind).glob("*.key")):
            _write_once(folder / kind / f"{new_kid(kind, chance, now)}.key", chance(KEY_BYTES))
    if not (folder / "recovery.pub").exists():
        _make_recovery(folder, chance)
    return load(folder)


def load(folder: Path) -> Secrets:
    """Read the keys; `NotSetUp` if one is missing."""
    try:
        return Secrets(
            flask=read_key(folder / "flask.key"),
            blind_index=read_key(folder / "blind-index.key"),
            cursor=read_key(folder / "cursor.key"),
            field_keys=_read_all(folder / "field"),
            signing_seeds=_read_all(folder / "signing"),
            recovery_public=(folder / "recovery.pub").read_text().strip(),
        )
    except FileNotFoundError as missing:
        raise NotSetUp("A key is missing.", file=str(missing.filename)) from missing


def new_kid(kind: str, chance: Chance, now: datetime) -> str:
    """A key id that sorts by the day it was made."""
    return f"{kind[0]}{now:%Y%m%d}{chance(3).hex()}"


def _make_recovery(folder: Path, chance: Chance) -> None:
    seed = chance(KEY_BYTES)
    _write_once(folder / RECOVERY_PRIVATE, seed)
    (folder / "RECOVERY.txt").write_text(RECOVERY_NOTICE, encoding="utf-8")
    (folder / "recovery.pub").write_text(crypto.sealing_public(seed) + "\n")


def _write_once(path: Path, key: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # made before, or by another process at this moment: that one counts
    with os.fdopen(handle, "w") as file:
        file.write(base64url.encode(key) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path) -> bytes:
    """The 32 bytes of a key file."""
    return base64url.decode(path.read_text().strip())


def _read_all(folder: Path) -> dict[str, bytes]:
    keys = {path.stem: read_key(path) for path in sorted(folder.glob("*.key"))}
    if not keys:
        raise NotSetUp("A key is missing.", file=str(folder))
    return keys
