"""Six digits that prove a contact is who was written to: few tries, short life, used once.

Kept as keyed hashes. A wrong try must be committed to count, so `tried` answers and never raises.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from server.models import NoticeLink, PortalSignIn, VerificationCode
from server.refusals import CodeExpired, WrongCode
from server.work import Work
from shared.errors import DomainError, TooMany

LIFE = timedelta(minutes=10)
DIGITS = 6
TRIES = 5
LIMITS = ((timedelta(hours=1), 3), (timedelta(days=1), 8))  # codes for one link, one number
RIGHT = -1
Tried = TypeVar("Tried", VerificationCode, PortalSignIn)
Begun = TypeVar("Begun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[Begun]):
    """What came of a try with a code, to be asked after the commit: a wrong try must be kept."""

    entered: Begun | None
    tries_left: int = 0

    def accepted(self) -> Begun:
        """What was begun; raises `WrongCode`, or `CodeExpired` when a new code is needed."""
        if self.entered is not None:
            return self.entered
        raise refusal(self.tries_left)


def make(work: Work, link: NoticeLink) -> tuple[str, datetime]:
    """A new code for a link, which the caller has locked, and when it ends; earlier ones end now.

    Raises `TooMany` with `retry_after` in seconds.
    """
    require_few(work, VerificationCode.created_at, VerificationCode.link_id == link.id)
    work.session.execute(
        update(VerificationCode)
        .where(VerificationCode.link_id == link.id, VerificationCode.expires_at > work.now)
        .values(expires_at=work.now)
    )
    code = drawn(work)
    row_id = work.ids()
    row = VerificationCode(
        id=row_id,
        link_id=link.id,
        contact_id=link.contact_id,
        code_hash=hash_of(work, row_id, code),
        created_at=work.now,
        expires_at=work.now + LIFE,
    )
    work.session.add(row)
    return code, row.expires_at


def tried(work: Work, link: NoticeLink, code: str) -> int:
    """Use up one try of a link's newest code: `RIGHT`, or how many tries are left."""
    newest = (
        select(VerificationCode.id)
        .where(VerificationCode.link_id == link.id)
        .order_by(VerificationCode.created_at.desc(), VerificationCode.id.desc())
        .limit(1)
    )
    row = use_up(work, VerificationCode, VerificationCode.id == newest.scalar_subquery())
    if row is None:
        return 0
    if not hmac.compare_digest(row.code_hash, hash_of(work, row.id, typed(code))):
        return TRIES - row.tries
    row.used_at = work.now
    return RIGHT


def use_up(work: Work, table: type[Tried], same: ColumnElement[bool]) -> Tried | None:
    """Count one more try of the row that is `same`; None if it has none left, is used or over."""
    return work.session.scalars(
        update(table)
        .where(same, table.expires_at > work.now, table.used_at.is_(None), table.tries < TRIES)
        .values(tries=table.tries + 1)
        .returning(table)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()


def require_few(
    work: Work, asked_at: InstrumentedAttribute[datetime], same: ColumnElement[bool]
) -> None:
    """Return if `LIMITS` let one more code be asked for where the rows are `same`.

    Raises `TooMany` with `retry_after` in seconds.
    """
    for span, most in LIMITS:
        count, first = work.session.execute(
            select(func.count(), func.min(asked_at)).where(same, asked_at > work.now - span)
        ).one()
        if count >= most:
            wait = (first + span - work.now).total_seconds()
            raise TooMany("Too many codes.", retry_after=max(1, int(wait)))


def refusal(tries_left: int) -> DomainError:
    """What to say of a code that was not the right one."""
    if not tries_left:
        return CodeExpired("Ask for a new code.")
    return WrongCode("A wrong code.", tries_left=tries_left)


def drawn(work: Work) -> str:
    """Six digits nobody can foresee."""
    # Sixteen bytes over a million: the bias is beyond measuring.
    return f"{int.from_bytes(work.chance(16)) % 10**DIGITS:0{DIGITS}d}"


def typed(code: str) -> str:
    """Six digits as people type them: with gaps, and full-width under a Chinese keyboard."""
    return "".join(unicodedata.normalize("NFKC", code).split())


def hash_of(work: Work, row_id: str, code: str) -> str:
    """How a code of the row `row_id` is kept."""
    # Keyed, because a million plain hashes are tried in a second.
    message = f"verification_code\0{row_id}\0{code}".encode("utf-8", "surrogatepass")
    return hmac.new(work.secrets.blind_index, message, hashlib.sha256).hexdigest()
