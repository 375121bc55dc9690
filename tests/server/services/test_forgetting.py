"""What has expired is forgotten, in parts, and what counts or is held for a court stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from server.clock import SetClock
from server.models import (
    Contact,
    Document,
    Enrolment,
    LoginSession,
    NoticeLink,
    PortalSession,
    VerificationCode,
)
from server.models.base import Base
from server.principal import SYSTEM
from server.services import retention
from server.work import Parts, open_work
from tests.server.conftest import NOW
from tests.server.factories import County, add

HASH = "0" * 64
DAY = timedelta(days=1)


def code(name: str, **other: Any) -> VerificationCode:
    plain = {"link_id": "link", "contact_id": "contact", "code_hash": HASH, "created_at": NOW}
    return VerificationCode(id=name, **plain | {"expires_at": NOW} | other)


def offer(county: County, name: str, **other: Any) -> Enrolment:
    return Enrolment(
        id=name,
        agency_id=county.agency,
        officer_id=county.officers[0],
        code_hash=HASH,
        issued_by=county.admin,
        issued_at=NOW,
        expires_at=NOW,
        **other,
    )


@pytest.fixture
def expired(parts: Parts, county: County) -> Parts:
    ends = {"created_at": NOW, "expires_at": NOW + DAY}
    add(
        parts,
        [
            Contact(
                id="contact",
                uscc=county.usccs[0],
                name="某",
            ),
            Document(
                id="d",
                kind="result",
                subject_id="visit",
                version=1,
                agency_id=county.agency,
                content={},
                content_hash=HASH,
                particulars={},
                token="",
                made_at=NOW,
            ),
            NoticeLink(id="link", secret_hash=HASH, document_id="d", contact_id="contact", **ends),
            *(code(name) for name in ("c1", "c2", "c3")),
            code("held", legal_hold=True),
            code("fresh", expires_at=NOW + DAY * 4),
            offer(county, "unused"),
            offer(county, "held", legal_hold=True),
            offer(county, "used", used_at=NOW),
            LoginSession(id="s", kind="web", token_hash=HASH, person_id=county.head, **ends),
            PortalSession(
                id="p", token_hash=HASH, uscc=county.usccs[0], contact_id="contact", **ends
            ),
        ],
    )
    return parts


def left(parts: Parts, table: type[Base]) -> set[str]:
    with open_work(parts, SYSTEM) as work:
        return set(work.session.scalars(select(table.__mapper__.primary_key[0])))


def forget(parts: Parts) -> dict[str, int]:
    with open_work(parts, SYSTEM) as work:
        return {kind: count for kind, count in retention.forget_expired(work).items() if count}


def test_a_session_is_forgotten_when_it_ends(expired: Parts, clock: SetClock) -> None:
    assert forget(expired) == {}
    clock.move(DAY)
    assert forget(expired) == {"sessions": 1, "portal sessions": 1}
    assert left(expired, LoginSession) == left(expired, PortalSession) == set()


def test_codes_stay_as_long_as_they_are_counted_or_held(expired: Parts, clock: SetClock) -> None:
    clock.move(DAY * 2)
    assert forget(expired)["one-time codes"] == 3
    assert left(expired, VerificationCode) == {"held", "fresh"}


def test_of_enrolments_only_those_never_used_are_forgotten(expired: Parts, clock: SetClock) -> None:
    clock.move(DAY * 30)
    assert forget(expired)["enrolment codes"] == 1
    assert left(expired, Enrolment) == {"held", "used"}


def test_a_transaction_drops_only_so_many(
    expired: Parts, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    clock.move(DAY * 2)
    assert [forget(expired).get("one-time codes", 0) for _ in range(3)] == [2, 1, 0]
    with open_work(expired, SYSTEM) as work:
        assert work.session.scalar(select(func.count()).select_from(VerificationCode)) == 2
