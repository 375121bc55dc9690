"""Whether the keys of the secrets folder are those this database was made with.

A lost key must never be replaced in silence: what is sealed would not open again, nobody would be
found by a blind index, and no tablet would trust what is signed. So the database remembers a keyed
hash of each key. The key that signs cookies is not among them: without it people sign in anew.
"""

import hashlib
import hmac
from collections.abc import Iterator

from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from server.models import KeyCheck
from server.refusals import ForeignKeys
from server.secrets import Secrets
from server.work import Work

PURPOSE = b"mingcha key check "
SIGNING = "signing/"


def are_noted(engine: Engine) -> bool:
    """Whether this database was made with keys already, so that none may be made for it."""
    if not inspect(engine).has_table(KeyCheck.__tablename__):
        return False
    with Session(engine) as session:
        return session.scalar(select(KeyCheck.name).limit(1)) is not None


def require(work: Work) -> None:
    """Return if every key this database needs is here; note those that are new. `ForeignKeys`.

    Old signing keys may have been put away: one that is known must be left to sign the next with.
    """
    here = dict(_digests(work.secrets))
    rows = work.session.execute(select(KeyCheck.name, KeyCheck.digest))
    known: dict[str, str] = dict(rows.all())  # type: ignore[arg-type]
    for name, digest in known.items():
        if here.get(name, digest) != digest:
            raise ForeignKeys("A key of another server.", key=name)
        if name not in here and not name.startswith(SIGNING):
            raise ForeignKeys("A key is missing.", key=name)
    signing = {name for name in known if name.startswith(SIGNING)}
    if signing and signing.isdisjoint(here):
        raise ForeignKeys("No signing key that is known to tablets.")
    work.session.add_all(
        KeyCheck(name=name, digest=digest, noted_at=work.now)
        for name, digest in here.items()
        if name not in known
    )


def _digests(secrets: Secrets) -> Iterator[tuple[str, str]]:
    yield _digest("blind-index", secrets.blind_index)
    yield _digest("cursor", secrets.cursor)
    for kid, key in secrets.field_keys.items():
        yield _digest(f"field/{kid}", key)
    for kid, seed in secrets.signing_seeds.items():
        yield _digest(f"{SIGNING}{kid}", seed)


def _digest(name: str, key: bytes) -> tuple[str, str]:
    return name, hmac.new(key, PURPOSE + name.encode(), hashlib.sha256).hexdigest()
