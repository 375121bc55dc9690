"""The platform's signing keys as everybody knows them: rows, and the signed key set sent out.

The private half is in the secrets folder; a new key enters a set signed by one already trusted.
"""

from typing import Any

from sqlalchemy import func, select

from server import secrets
from server.models import KeySetVersion, PlatformKey
from server.services import audit
from server.services.publishing import EVERYBODY, publish
from server.work import Work
from shared import crypto, keyset
from shared.errors import NotFound

OBJECT_ID = "platform"


def ensure(work: Work) -> dict[str, Any]:
    """The newest signed key set; made, or made anew, when a key of the folder is not in it."""
    work.session.flush()
    known = set(work.session.scalars(select(PlatformKey.kid)))
    new = [kid for kid in sorted(work.secrets.signing_seeds) if kid not in known]
    if not new:
        return key_set(work)
    for kid in new:
        public = crypto.SigningKey.from_seed(work.secrets.signing_seeds[kid]).public
        begins = max(work.now, secrets.signs_from(kid))
        work.session.add(PlatformKey(kid=kid, public=public, valid_from=begins))
    # The first set is signed by one of its own; each that follows by one already trusted.
    signs = work.secrets.signing_kid
    trusted = known & set(work.secrets.signing_seeds)
    return _make(work, signs if signs in trusted or not trusted else max(trusted))


def announce(work: Work) -> PlatformKey:
    """Tell everybody of the newest key of the folder, which is not used yet."""
    ensure(work)
    newest = max(work.secrets.signing_seeds)
    row = work.session.get_one(PlatformKey, newest)
    audit.write(work, "platform_key.announced", "platform_key", newest)
    return row


def key_set(work: Work) -> dict[str, Any]:
    """The newest signed key set; `NotFound` before `ensure`."""
    found = work.session.scalar(
        select(KeySetVersion.signed_object).order_by(KeySetVersion.version.desc()).limit(1)
    )
    if found is None:
        raise NotFound("There is no key set yet.")
    return found


def issue_above(work: Work, skip: int) -> dict[str, Any]:
    """The same keys as a newer set, above any that a forgotten life of this database gave out."""
    return _make(work, work.secrets.signing_kid, skip=skip)


def _make(work: Work, signer: str, *, skip: int = 0) -> dict[str, Any]:
    work.session.flush()
    version = (work.session.scalar(select(func.max(KeySetVersion.version))) or 0) + 1 + skip
    rows = work.session.scalars(select(PlatformKey).order_by(PlatformKey.kid))
    made = keyset.make(
        version=version,
        keys=[
            keyset.PlatformKey(
                kid=row.kid,
                public=row.public,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                revoked_at=row.revoked_at,
            )
            for row in rows
        ],
        recovery=work.secrets.recovery_public,
        issued_at=work.now,
        key=crypto.SigningKey.from_seed(work.secrets.signing_seeds[signer]),
        kid=signer,
    )
    work.session.add(KeySetVersion(version=version, signed_object=made, made_at=work.now))
    publish(work, "key_set", OBJECT_ID, made, {EVERYBODY})
    return made
