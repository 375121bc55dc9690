from datetime import date

import pytest

from server.models import Agency, Parameter
from server.principal import SYSTEM
from server.services import parameters
from server.work import Parts, open_work
from shared.errors import BadInput, NotAllowed
from shared.roles import Role
from tests.server.factories import LONG_AGO, County, add, principal


def row(id_: str, value: object, **more: object) -> Parameter:
    values: dict[str, object] = {
        "id": id_,
        "key": "yearly_cap",
        "value": value,
        "valid_from": date(2026, 1, 1),
        "recorded_at": LONG_AGO,
        "recorded_by": "x",
    }
    return Parameter(**{**values, **more})


def cap(parts: Parts, county: County, day: date) -> object:
    with open_work(parts, SYSTEM) as work:
        agency = work.session.get_one(Agency, county.agency)
        return parameters.values(work, agency, day)["yearly_cap"]


def test_the_nearest_row_wins(parts: Parts, county: County) -> None:
    day = date(2026, 7, 1)
    assert cap(parts, county, day) == 2, "everybody's"
    add(parts, [row("city", 3, region="370100"), row("elsewhere", 9, region="370200")])
    assert cap(parts, county, day) == 3
    add(parts, [row("district", 4, region="370104")])
    assert cap(parts, county, day) == 4
    add(parts, [row("own", 5, agency_id=county.agency)])
    assert cap(parts, county, day) == 5


def test_a_row_holds_from_its_day_to_its_last(parts: Parts, county: County) -> None:
    add(parts, [row("summer", 6, valid_from=date(2026, 7, 1), valid_to=date(2026, 8, 31))])
    days = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 8, 31), date(2026, 9, 1))
    assert [cap(parts, county, day) for day in days] == [2, 6, 6, 2]


def test_what_nobody_said_has_a_default(parts: Parts, county: County) -> None:
    with open_work(parts, SYSTEM) as work:
        agency = work.session.get_one(Agency, county.agency)
        limits = parameters.limits(work, agency, date(2026, 7, 1))
        sent = parameters.for_tablets(work, agency, date(2026, 7, 1))
    assert limits.min_officers == 2
    assert sent["values"]["late_sync_days"] == 10
    assert "yearly_cap" not in sent["values"], "tablets get what they need"


def test_a_parameter_is_recorded_for_the_future_by_the_platform(
    parts: Parts, county: County
) -> None:
    with open_work(parts, principal("p", Role.PLATFORM_ADMIN, agency=None)) as work:
        parameters.record(work, "yearly_cap", 1, valid_from=date(2026, 7, 2))
        with pytest.raises(BadInput):
            parameters.record(work, "yearly_cap", 1, valid_from=date(2026, 6, 30))
        with pytest.raises(BadInput):
            parameters.record(work, "quota", 1, valid_from=date(2026, 8, 1))
    assert cap(parts, county, date(2026, 7, 2)) == 1
    planner = principal(county.planner, Role.PLANNER, agency=county.agency)
    with open_work(parts, planner) as work, pytest.raises(NotAllowed):
        parameters.record(work, "yearly_cap", 9, valid_from=date(2026, 8, 1))
