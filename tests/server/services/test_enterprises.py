from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from server.clock import SetClock
from server.models import Enterprise, SyncObject
from server.principal import SYSTEM
from server.services import contacts, enterprises
from server.services.contacts import ContactDraft
from server.services.enterprises import EnterpriseDraft, PremiseDraft
from server.work import Parts, open_work
from shared.errors import BadInput
from tests.server.conftest import NOW
from tests.server.factories import County
from tests.server.planning import Desk

DRAFT = EnterpriseDraft(
    uscc="91370100MA37XJ385W", name="新名称有限公司", address="新址", region="370104", as_of=NOW
)


def test_a_newer_telling_replaces_an_older_one_and_not_the_other_way(
    parts: Parts, county: County
) -> None:
    with open_work(parts, SYSTEM) as work:
        enterprises.note(work, DRAFT)
        enterprises.note(work, replace(DRAFT, name="旧", as_of=NOW - timedelta(days=1)))
        assert work.session.get_one(Enterprise, DRAFT.uscc).name == "新名称有限公司"
        assert work.session.get(SyncObject, ("enterprise", DRAFT.uscc)) is None


@pytest.mark.parametrize("code", ["91370100MA37XJ385X", "", "x" * 18])
def test_a_code_that_cannot_be_is_refused(parts: Parts, code: str) -> None:
    with open_work(parts, SYSTEM) as work, pytest.raises(BadInput):
        enterprises.note(work, replace(DRAFT, uscc=code))


def test_tablets_that_hold_an_enterprise_hear_of_its_change(
    client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    Desk(client, parts, clock, county).filed()
    with open_work(parts, SYSTEM) as work:
        contact = contacts.add(work, DRAFT.uscc, ContactDraft(name="王", phone="13812345678"))
        contacts.confirm(work, contact.id, "现场")
        enterprises.note(work, DRAFT)
        place = PremiseDraft(name="分店", address="新址", region="370104", lat=36.6, lon=117.1)
        enterprises.change_premise(work, county.premises[0], place)
    with open_work(parts, SYSTEM) as work:
        firm = work.session.get_one(SyncObject, ("enterprise", DRAFT.uscc))
        premise = work.session.get_one(SyncObject, ("premise", county.premises[0]))
    assert firm.version == 2
    assert firm.data["name"] == "新名称有限公司"
    assert firm.data["contact"] == {"name": "王", "phone_masked": "138****5678"}
    assert (premise.version, premise.data["lat"]) == (2, 36.6)
