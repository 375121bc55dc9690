"""A door code is good until it is called back, and then never again."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Revocation, SyncObject
from server.principal import Principal
from server.services import enterprise_codes, platform_keys
from server.work import Parts, open_work
from shared import keyset, tokens
from shared.errors import NotFound
from shared.roles import Role
from shared.tokens import TokenRevoked
from tests.server.factories import County, principal


@pytest.fixture
def admin(county: County) -> Principal:
    return principal(county.admin, Role.AGENCY_ADMIN, agency=county.agency)


@pytest.fixture
def code_id(parts: Parts, county: County, admin: Principal) -> str:
    with open_work(parts, admin) as work:
        platform_keys.ensure(work)
        return enterprise_codes.issue(work, county.premises[0]).id


def read(parts: Parts, token: str) -> dict[str, object]:
    """What a tablet makes of a code, with the keys and revocations it would be sent."""
    with open_work(parts, principal("x", Role.PUBLIC, agency=None)) as work:
        keys = keyset.read(platform_keys.key_set(work))
        objects = work.session.scalars(select(SyncObject).where(SyncObject.kind == "revocation"))
        revoked = {row.data["ref"] for row in objects}
        return tokens.read(token, "enterprise", keys.public, work.now, revoked=revoked)


def test_a_code_names_the_premise_and_its_enterprise(
    parts: Parts, county: County, code_id: str, admin: Principal
) -> None:
    with open_work(parts, admin) as work:
        code = enterprise_codes.live(work, county.premises[0])
        url = enterprise_codes.url(work, code)

    assert code.id == code_id
    assert tokens.from_url(url) == ("e", code.token)
    claims = read(parts, code.token)
    assert (claims["uscc"], claims["premise"]) == (county.usccs[0], county.premises[0])


def test_two_codes_of_one_premise_are_told_apart(
    parts: Parts, county: County, code_id: str, admin: Principal
) -> None:
    with open_work(parts, admin) as work:
        first = enterprise_codes.live(work, county.premises[0])
        second = enterprise_codes.issue(work, county.premises[0])
        assert first.nonce != second.nonce
        assert enterprise_codes.live(work, county.premises[0]).id == second.id


def test_a_revoked_code_is_told_to_every_tablet(
    parts: Parts, county: County, code_id: str, admin: Principal
) -> None:
    with open_work(parts, admin) as work:
        token = enterprise_codes.revoke(work, code_id, "二维码遗失").token

    with pytest.raises(TokenRevoked):
        read(parts, token)
    with open_work(parts, admin) as work, pytest.raises(NotFound):
        enterprise_codes.live(work, county.premises[0])


def test_revoking_twice_keeps_the_first_reason(
    parts: Parts, county: County, code_id: str, admin: Principal
) -> None:
    for why in ("遗失", "another reason"):
        with open_work(parts, admin) as work:
            enterprise_codes.revoke(work, code_id, why)

    with Session(parts.engine) as session:
        assert [row.reason for row in session.scalars(select(Revocation))] == ["遗失"]


def test_there_is_no_code_for_a_premise_nobody_knows(parts: Parts, admin: Principal) -> None:
    with open_work(parts, admin) as work, pytest.raises(NotFound):
        enterprise_codes.issue(work, "nowhere")
