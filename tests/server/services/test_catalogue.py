from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from server.models import AgencyType, AuditEntry, Form, ItemPublication, SyncObject, SyncScope
from server.refusals import FormInForce, FormPlanned
from server.services import agencies, catalogue
from server.services.catalogue import PointDraft
from server.work import Parts, Work, open_work
from shared.errors import BadInput, Conflict, NotAllowed, NotFound, OutOfOrder
from shared.reference import Condition
from shared.roles import Role
from tests.server.factories import County, add, principal
from tests.server.services.test_plan_facts import task

TODAY = date(2026, 7, 1)
POINT = PointDraft(
    id="p1", no="1", title="许可", content="是否公示", method="查看", basis_id="basis", key=True
)


@pytest.fixture
def admin(county: County):
    return principal(county.admin, Role.AGENCY_ADMIN, agency=county.agency)


def sent(work: Work, kind: str, id_: str) -> SyncObject:
    work.session.expire_all()
    return work.session.get_one(SyncObject, (kind, id_))


def new_item(work: Work) -> str:
    row = catalogue.add_item(work, code="SJ-9", name="新事项", standard="", basis_ids=["basis"])
    return row.id


def test_an_item_reaches_the_tablets_when_it_is_published(parts: Parts, admin) -> None:
    with open_work(parts, admin) as work:
        item = new_item(work)
        assert work.session.get(SyncObject, ("item", item)) is None
        catalogue.publish_item(work, item, list_version="2026-2", since=TODAY)
    with open_work(parts, admin) as work:
        assert sent(work, "item", item).data["published_from"] == "2026-07-01"


def test_nothing_is_published_for_the_past(parts: Parts, admin, county: County) -> None:
    with open_work(parts, admin) as work, pytest.raises(BadInput):
        catalogue.publish_item(work, county.item, list_version="x", since=date(2026, 6, 30))


def test_an_item_taken_off_keeps_its_days_before(parts: Parts, admin, county: County) -> None:
    with open_work(parts, admin) as work:
        row = catalogue.take_off(work, "item-pub", last_day=TODAY)
        with pytest.raises(Conflict):
            catalogue.take_off(work, "item-pub", last_day=date(2026, 8, 1))
    with open_work(parts, admin) as work:
        kept = work.session.get_one(ItemPublication, row.id)
        assert (kept.published_from, kept.published_to) == (date(2026, 1, 1), TODAY)
        assert sent(work, "item", county.item).data["published_to"] == "2026-07-01"


def test_the_next_version_of_a_checklist_is_sent_from_its_day(
    parts: Parts, admin, county: County
) -> None:
    with open_work(parts, admin) as work:
        row = catalogue.issue_form(
            work, item_id=county.item, name="表", points=[POINT], since=TODAY, form_id=county.form
        )
        later = catalogue.issue_form(
            work,
            item_id=county.item,
            name="表",
            points=[POINT],
            since=date(2026, 8, 1),
            form_id=county.form,
        )
    assert (row.version, later.version) == (2, 3)
    with open_work(parts, admin) as work:
        assert sent(work, "form", county.form).version == 2, "the third is not in force yet"
        first = work.session.get_one(Form, (county.form, 1))
        assert first.valid_to is None


def test_a_checklist_does_not_begin_before_the_one_it_follows(
    parts: Parts, admin, county: County
) -> None:
    def issue(work: Work, since: date) -> Form:
        return catalogue.issue_form(
            work, item_id=county.item, name="表", points=[POINT], since=since, form_id=county.form
        )

    with open_work(parts, admin) as work:
        issue(work, date(2026, 8, 1))
        with pytest.raises(Conflict):
            issue(work, TODAY)


@pytest.mark.parametrize("points", [[], [POINT, POINT]])
def test_a_checklist_has_points_each_once(
    parts: Parts, admin, county: County, points: list[PointDraft]
) -> None:
    with open_work(parts, admin) as work, pytest.raises(BadInput):
        catalogue.issue_form(work, item_id=county.item, name="表", points=points, since=TODAY)


def test_a_foreign_item_does_not_exist(parts: Parts, county: County) -> None:
    other = principal(county.other_admin, Role.AGENCY_ADMIN, agency=county.other_agency)
    with open_work(parts, other) as work, pytest.raises(NotFound):
        catalogue.publish_item(work, county.item, list_version="x", since=TODAY)


def test_an_agency_is_confirmed_once_by_the_platform(parts: Parts, admin) -> None:
    platform = principal("p", Role.PLATFORM_ADMIN, agency=None)
    values = {
        "name": "消防大队",
        "abbr": "消防",
        "region": "370104",
        "region_abbr": "槐荫",
        "kind": AgencyType.ADMINISTRATIVE,
        "phone": "",
        "supervision_phone": "12345",
    }
    with open_work(parts, platform) as work:
        row = agencies.add(work, **values)
        agencies.confirm(work, row.id, TODAY)
        with pytest.raises(OutOfOrder):
            agencies.confirm(work, row.id, TODAY)
        with pytest.raises(BadInput):
            agencies.add(work, **{**values, "region": "nowhere"})
    with open_work(parts, admin) as work, pytest.raises(NotAllowed):
        agencies.revoke(work, row.id, TODAY, "x")
    with open_work(parts, platform) as work:
        assert agencies.revoke(work, row.id, TODAY, "撤并").revoked_on == TODAY
        names = work.session.scalars(select(SyncObject.id).where(SyncObject.kind == "agency"))
        assert row.id in names.all()


def test_a_condition_of_a_point_is_sent_and_names_an_earlier_one(
    parts: Parts, admin, county: County
) -> None:
    second = replace(POINT, id="p2", applies_when=Condition(point="p1", answers=("conform",)))
    with open_work(parts, admin) as work:
        issued = catalogue.issue_form(
            work, item_id=county.item, name="跳答表", points=[POINT, second], since=TODAY
        ).id
        with pytest.raises(BadInput):
            catalogue.issue_form(
                work, item_id=county.item, name="倒过来", points=[second, POINT], since=TODAY
            )
    with open_work(parts, admin) as work:
        first, then = sent(work, "form", issued).data["points"]
    assert "applies_when" not in first
    assert then["applies_when"] == {"point": "p1", "answers": ["conform"]}


def next_version(work: Work, county: County, since: date) -> Form:
    return catalogue.issue_form(
        work, item_id=county.item, name="表", points=[POINT], since=since, form_id=county.form
    )


def test_a_version_to_come_is_withdrawn_and_the_one_before_goes_on(
    parts: Parts, admin, county: County
) -> None:
    with open_work(parts, admin) as work:
        next_version(work, county, date(2026, 8, 1))
        catalogue.withdraw_form(work, county.form, 2)
        again = catalogue.withdraw_form(work, county.form, 2)
        assert again.withdrawn_at == work.now
    with open_work(parts, admin) as work:
        assert sent(work, "form", county.form).version == 1
        told = work.session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_id == county.form)
        ).all()
        assert told.count("form.withdrawn") == 1
        earlier = next_version(work, county, date(2026, 7, 15))
        assert earlier.version == 3, "a number is never given again"


def test_a_first_version_withdrawn_is_taken_from_the_tablets(
    parts: Parts, admin, county: County
) -> None:
    with open_work(parts, admin) as work:
        form = catalogue.issue_form(
            work, item_id=county.item, name="新表", points=[POINT], since=date(2026, 8, 1)
        ).id
    held = select(SyncScope).where(SyncScope.object_id == form)
    with open_work(parts, admin) as work:
        assert work.session.scalars(held).all()
        catalogue.withdraw_form(work, form, 1)
    with open_work(parts, admin) as work:
        assert not work.session.scalars(held).all()
        assert work.session.get_one(Form, (form, 1)).points, "kept, as everything is"


def test_a_version_in_force_or_planned_with_is_not_withdrawn(
    parts: Parts, admin, county: County
) -> None:
    with open_work(parts, admin) as work, pytest.raises(FormInForce):
        catalogue.withdraw_form(work, county.form, 1)
    with open_work(parts, admin) as work:
        next_version(work, county, date(2026, 8, 1))
    days = {"window_from": date(2026, 8, 3), "window_to": date(2026, 8, 5)}
    add(parts, task(county, "t", forms=[{"id": county.form, "version": 2}], **days))
    with open_work(parts, admin) as work, pytest.raises(FormPlanned):
        catalogue.withdraw_form(work, county.form, 2)
    other = principal(county.other_admin, Role.AGENCY_ADMIN, agency=county.other_agency)
    with open_work(parts, other) as work, pytest.raises(NotFound):
        catalogue.withdraw_form(work, county.form, 2)
