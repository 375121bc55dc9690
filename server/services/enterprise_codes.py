"""Door codes of enterprises: issued once for a premise, static, and called back when need be.

A tablet checks one with no network, by the key set and the revocations it holds. Nothing here
can be undone: a revoked code stays revoked and the premise is given another.
"""

from sqlalchemy import select

from server.models import EnterpriseCode, Premise
from server.services import audit, revocations
from server.services.revocations import Revoked
from server.services.scoping import one
from server.work import Work
from shared import base64url, tokens
from shared.tokens import LETTERS, TokenType

NONCE_BYTES = 12


def issue(work: Work, premise_id: str) -> EnterpriseCode:
    """A new code for a premise; codes issued before stay good until revoked. `NotFound`."""
    premise = one(work.session.get(Premise, premise_id))
    nonce = base64url.encode(work.chance(NONCE_BYTES))
    claims = {
        "uscc": premise.uscc,
        "premise": premise.id,
        "iat": int(work.now.timestamp()),
        "nonce": nonce,
    }
    kid = work.secrets.signing_kid
    code = EnterpriseCode(
        id=work.ids(),
        uscc=premise.uscc,
        premise_id=premise.id,
        nonce=nonce,
        token=tokens.make(TokenType.ENTERPRISE, claims, work.secrets.signing_key(), kid),
        kid=kid,
        issued_at=work.now,
        issued_by=work.who.id,
    )
    work.session.add(code)
    audit.write(work, "enterprise_code.issued", "enterprise_code", code.id, premise=premise.id)
    return code


def url(work: Work, code: EnterpriseCode) -> str:
    """The address its QR code carries."""
    return tokens.url(work.settings.public_url, LETTERS[TokenType.ENTERPRISE], code.token)


def live(work: Work, premise_id: str) -> EnterpriseCode:
    """The newest code of a premise that was not called back; `NotFound` without one."""
    return one(
        work.session.scalars(
            select(EnterpriseCode)
            .where(EnterpriseCode.premise_id == premise_id, EnterpriseCode.revoked_at.is_(None))
            .order_by(EnterpriseCode.issued_at.desc(), EnterpriseCode.id.desc())
            .limit(1)
        ).one_or_none()
    )


def revoke(work: Work, code_id: str, why: str) -> EnterpriseCode:
    """Call a code back and tell every tablet. Safe to repeat: the first reason stands."""
    code = one(work.session.get(EnterpriseCode, code_id, with_for_update=True))
    if code.revoked_at is not None:
        return code
    code.revoked_at, code.revoked_why = work.now, why
    revocations.record(work, Revoked.CODE, code.nonce, why)
    audit.write(work, "enterprise_code.revoked", "enterprise_code", code.id)
    return code
