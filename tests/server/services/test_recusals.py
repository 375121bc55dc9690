import pytest

from server.models import AuditEntry, Officer, Recusal
from server.principal import SYSTEM
from server.services import recusals
from server.work import Parts, open_work
from shared.errors import BadInput, NotAllowed, NotFound, OutOfOrder
from shared.roles import Role
from tests.server.factories import County, principal


def declared(parts: Parts, county: County, who: str, role: Role, **changes: str) -> str:
    values = {"officer_id": county.officers[0], "uscc": county.usccs[0], "ground": "亲属任职"}
    with open_work(parts, principal(who, role, agency=county.agency)) as work:
        return recusals.declare(work, **{**values, **changes}).id


def test_an_officer_declares_a_stake_and_the_head_ends_it(parts: Parts, county: County) -> None:
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Officer, county.officers[0]).person_id = county.officer_person
    made = declared(parts, county, county.officer_person, Role.OFFICER)
    officer = principal(county.officer_person, Role.OFFICER, agency=county.agency)
    with open_work(parts, officer) as work, pytest.raises(NotAllowed):
        recusals.end(work, made, "不再任职")
    head = principal(county.head, Role.HEAD, agency=county.agency)
    with open_work(parts, head) as work:
        recusals.end(work, made, "不再任职")
    with open_work(parts, head) as work:
        assert work.session.get_one(Recusal, made).ended_at is not None
        acts = {row.action for row in work.session.query(AuditEntry)}
        with pytest.raises(OutOfOrder):
            recusals.end(work, made, "再一次")
    assert {"recusal.declared", "recusal.ended"} <= acts


def test_nobody_declares_it_of_a_colleague_or_of_another_agency(
    parts: Parts, county: County
) -> None:
    with pytest.raises(NotFound):
        declared(parts, county, county.officer_person, Role.OFFICER)
    with pytest.raises(NotFound):
        declared(parts, county, county.head, Role.HEAD, officer_id=county.other_officer)
    with pytest.raises(BadInput):
        declared(parts, county, county.head, Role.HEAD, ground=" ")
