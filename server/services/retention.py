"""What running the service needs for a while and nobody afterwards: forgotten once it has ended.

Only things that open nothing any more and prove nothing; that they were made and used stands in
the audit log, in receipts and in the tablets' rows. What a court holds (`legal_hold`) stays.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from server.models import (
    DeviceToken,
    Enrolment,
    LoginSession,
    PortalSession,
    PortalSignIn,
    UsedAssertion,
    VerificationCode,
)
from server.models.base import Base
from server.work import Work

AT_ONCE = 2000
"""Rows of one transaction, so that a night's work never locks a table for long."""

CODES_COUNT_FOR = timedelta(days=2)
"""Longer than the longest span in which the codes of one link are counted."""
OFFERS_SHOWN_FOR = timedelta(days=30)
"""How long the device desk still tells that an enrolment was never used."""


def forget_expired(work: Work) -> Mapping[str, int]:
    """Drop at most `AT_ONCE` rows of each kind; returns how many of each. Call again while any."""
    return {
        "sessions": _drop(work, LoginSession, LoginSession.expires_at <= work.now),
        "portal sessions": _drop(work, PortalSession, PortalSession.expires_at <= work.now),
        "tablet tokens": _drop(work, DeviceToken, DeviceToken.expires_at <= work.now),
        "assertions": _drop(work, UsedAssertion, UsedAssertion.expires_at <= work.now),
        "one-time codes": _drop(
            work,
            VerificationCode,
            VerificationCode.expires_at <= work.now - CODES_COUNT_FOR,
            VerificationCode.legal_hold.is_(False),
        ),
        "codes to sign in": _drop(
            work,
            PortalSignIn,
            PortalSignIn.expires_at <= work.now - CODES_COUNT_FOR,
            PortalSignIn.legal_hold.is_(False),
        ),
        # One that was used is how a tablet came to its officer: it stays.
        "enrolment codes": _drop(
            work,
            Enrolment,
            Enrolment.expires_at <= work.now - OFFERS_SHOWN_FOR,
            Enrolment.used_at.is_(None),
            Enrolment.legal_hold.is_(False),
        ),
    }


def _drop(work: Work, table: type[Base], *over: ColumnElement[bool]) -> int:
    key = table.__mapper__.primary_key[0] if table is not UsedAssertion else UsedAssertion.jti
    some = select(key).where(*over).limit(AT_ONCE)
    # Asked again in the deletion: a row may have been held since it was found.
    gone = work.session.execute(delete(table).where(key.in_(some), *over).returning(key))
    return len(gone.all())
