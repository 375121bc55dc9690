"""keys.json: the store key, wrapped once per officer, and how often each has guessed wrong.

It holds no clear secret, no name and nothing by which a PIN could be checked but the wrap itself:
every guess costs a full Argon2id. Losing the file loses the store, but for the recovery copy.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fieldapp.errors import LocalFault, NotEnrolled
from fieldapp.store.files import KEYS, replace_file
from shared import base64url
from shared.crypto import SUITE, PinParams
from shared.errors import BadInput

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrap:
    """One officer's wrap of the store key. `sealed` is empty once it has been dropped.

    `failed_at_ms` and `failed_boot` are the monotonic reading of the last wrong try.
    """

    officer_id: str
    label: str
    salt: bytes
    nonce: bytes
    sealed: bytes = field(repr=False)
    params: PinParams
    failures: int = 0
    failed_at_ms: int = 0
    failed_boot: str = ""

    @property
    def dropped(self) -> bool:
        return not self.sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    recovery_key: str
    recovery: str = field(repr=False)
    wraps: tuple[Wrap, ...] = ()

    def wrap_of(self, officer_id: str) -> Wrap | None:
        return next((wrap for wrap in self.wraps if wrap.officer_id == officer_id), None)

    def with_wrap(self, wrap: Wrap) -> "KeyFile":
        """This file with `wrap` in the place of the same officer's, or added."""
        if self.wrap_of(wrap.officer_id) is None:
            return replace(self, wraps=(*self.wraps, wrap))
        found = (wrap if old.officer_id == wrap.officer_id else old for old in self.wraps)
        return replace(self, wraps=tuple(found))


def exists(folder: Path) -> bool:
    return (folder / KEYS).is_file()


def load(folder: Path) -> KeyFile:
    """Raises `NotEnrolled` when there is none, `LocalFault` when it cannot be read."""
    try:
        raw = (folder / KEYS).read_bytes()
    except FileNotFoundError as error:
        raise NotEnrolled("This tablet has no keys.") from error
    except OSError as error:
        raise LocalFault("The key file cannot be read.") from error
    try:
        return _from_object(json.loads(raw))
    except (ValueError, KeyError, TypeError, BadInput) as error:
        raise LocalFault("The key file is damaged.") from error


def save(folder: Path, keys: KeyFile) -> None:
    replace_file(folder / KEYS, json.dumps(_to_object(keys), indent=1).encode())


def _to_object(keys: KeyFile) -> dict[str, Any]:
    return {
        "v": VERSION,
        "suite": SUITE,
        "recovery": {"public": keys.recovery_key, "box": keys.recovery},
        "wraps": [
            {
                "officer_id": wrap.officer_id,
                "label": wrap.label,
                "salt": base64url.encode(wrap.salt),
                "nonce": base64url.encode(wrap.nonce),
                "sealed": base64url.encode(wrap.sealed),
                "params": wrap.params.as_object(),
                "failures": wrap.failures,
                "failed_at_ms": wrap.failed_at_ms,
                "failed_boot": wrap.failed_boot,
            }
            for wrap in keys.wraps
        ],
    }


def _from_object(stored: dict[str, Any]) -> KeyFile:
    if stored["v"] != VERSION or stored["suite"] != SUITE:
        raise BadInput("A key file of another version.")
    return KeyFile(
        recovery_key=stored["recovery"]["public"],
        recovery=stored["recovery"]["box"],
        wraps=tuple(
            Wrap(
                officer_id=wrap["officer_id"],
                label=wrap["label"],
                salt=base64url.decode(wrap["salt"]),
                nonce=base64url.decode(wrap["nonce"]),
                sealed=base64url.decode(wrap["sealed"]),
                params=PinParams.from_object(wrap["params"]),
                failures=wrap["failures"],
                failed_at_ms=wrap["failed_at_ms"],
                failed_boot=wrap["failed_boot"],
            )
            for wrap in stored["wraps"]
        ),
    )
