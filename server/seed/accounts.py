"""The demo accounts: made with random secrets when a county is seeded, and read back to show them.

The file is for a machine of demonstration; it is marked so, and nobody but its owner may read it.
A server that was not seeded as a demonstration has no such file and no such account.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import pyotp

from shared import rfc3339
from shared.errors import NotFound

FILE = "demo-accounts.json"
WARNING = "演示账号，仅供本机试用。Demo accounts of this machine, for trying out only."


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`otpauth` is empty for those who need no time code."""

    username: str
    name: str
    agency: str
    roles: tuple[str, ...]
    password: str
    otpauth: str = ""

    def code(self, at: datetime) -> str:
        """The time code at a moment; empty for those who need none."""
        if not self.otpauth:
            return ""
        return pyotp.TOTP(pyotp.parse_uri(self.otpauth).secret).at(at)


def write(folder: Path, accounts: Iterable[Account], made_at: datetime) -> Path:
    """Write the accounts where only this user can read them; returns the file."""
    path = folder / FILE
    said = {
        "demo": WARNING,
        "made_at": rfc3339.write(made_at),
        "accounts": [asdict(account) for account in accounts],
    }
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(said, file, ensure_ascii=False, indent=1)
    return path


def read(folder: Path) -> tuple[Account, ...]:
    """The accounts of a seeded folder; `NotFound` when it was not seeded as a demonstration."""
    path = folder / FILE
    if not path.exists():
        raise NotFound("There are no demo accounts here.", file=str(path))
    said = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Account(**{**account, "roles": tuple(account["roles"])}) for account in said["accounts"]
    )


def named(accounts: Iterable[Account], username: str) -> Account:
    """The account of a user name; `NotFound` without one."""
    for account in accounts:
        if account.username == username:
            return account
    raise NotFound("No such demo account.", username=username)
