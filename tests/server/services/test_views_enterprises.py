import pytest

from server.models import Enterprise
from server.principal import Principal
from server.services import enterprises, views_enterprises
from server.services.enterprises import EnterpriseDraft, EnterpriseKnown, PremiseDraft
from server.services.listing import Filter
from server.work import Parts, open_work
from shared.errors import NotFound
from shared.roles import Role
from tests.server.counting import counted
from tests.server.factories import County, principal

PLANNER = principal("planner", Role.PLANNER, agency="agency-home", region="370104")
STRANGER = principal("other-planner", Role.PLANNER, agency="agency-other", region="370202")
PLATFORM = principal("platform", Role.PLATFORM_ADMIN, agency=None)
CODE = "91370100MA37XJ385W"


def draft(parts: Parts, **changes: object) -> EnterpriseDraft:
    values: dict[str, object] = {
        "uscc": "93370600MA3BHAAB62",
        "name": "重庆鸿运火锅（长春路）店",
        "address": "长春路 1 号",
        "region": "370104",
        "as_of": parts.clock.now(),
    }
    return EnterpriseDraft(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def registered(parts: Parts, county: County) -> str:
    with open_work(parts, PLATFORM) as work:
        place = PremiseDraft(name="店面", address="长春路 1 号", region="370104")
        return enterprises.register(work, draft(parts), place).uscc


def found(parts: Parts, text: str, who: Principal = PLANNER) -> list[str]:
    with open_work(parts, who) as work:
        return [line.id for line in views_enterprises.lines(work, Filter(text=text)).lines]


@pytest.mark.parametrize(
    "text", ["火锅", "鸿运", "hyhg", "CQHY", "ccl", "93370600", "93370600ma3bhaab62"]
)
def test_an_enterprise_is_found_by_words_pinyin_and_code(
    parts: Parts, registered: str, text: str
) -> None:
    assert found(parts, text) == [registered]


@pytest.mark.parametrize("text", ["zqhy", "%", "锅火", "93370601"])
def test_it_is_not_found_by_what_it_is_not_called(parts: Parts, registered: str, text: str) -> None:
    assert found(parts, text) == []


def test_an_enterprise_of_another_region_is_not_listed_but_found_by_its_whole_code(
    parts: Parts, registered: str
) -> None:
    assert found(parts, "火锅", STRANGER) == []
    with open_work(parts, STRANGER) as work:
        assert views_enterprises.places(work, "火锅", 5) == ()
        (place,) = views_enterprises.places(work, registered, 5)
        assert place.enterprise.uscc == registered
        with pytest.raises(NotFound):
            views_enterprises.one(work, registered)


def test_a_new_name_is_found_by_its_own_letters(parts: Parts, registered: str) -> None:
    with open_work(parts, PLATFORM) as work:
        enterprises.note(work, draft(parts, name="泉城豆腐坊"))
    assert found(parts, "qcdf") == [registered]
    assert found(parts, "hyhg") == []


def test_a_code_is_registered_once(parts: Parts, registered: str) -> None:
    place = PremiseDraft(name="店面", address="长春路 1 号", region="370104")
    with pytest.raises(EnterpriseKnown), open_work(parts, PLATFORM) as work:
        enterprises.register(work, draft(parts), place)


def test_pages_follow_each_other_without_gap_or_repeat(parts: Parts, county: County) -> None:
    with open_work(parts, PLATFORM) as work:
        work.session.add_all(
            Enterprise(
                uscc=f"TEST{n:03d}", name=f"店{n % 7}", region="370104", as_of=parts.clock.now()
            )
            for n in range(70)
        )
    seen: list[str] = []
    before: str | None = ""
    while before is not None:
        with open_work(parts, PLANNER) as work:
            page = views_enterprises.lines(work, Filter(text="店", before=before))
        seen += [line.id for line in page.lines]
        before = page.next_before
    assert len(seen) == len(set(seen)) == 70


def test_the_platforms_administrator_learns_of_no_inspection(parts: Parts, county: County) -> None:
    with open_work(parts, PLATFORM) as work:
        view = views_enterprises.one(work, CODE)
    assert not view.sees_tasks
    assert view.counts == view.history == ()


def test_one_enterprise_is_a_fixed_number_of_queries(parts: Parts, county: County) -> None:
    with open_work(parts, PLANNER) as work, counted(parts.engine) as asked:
        views_enterprises.one(work, CODE)
    assert len([said for said in asked if said.startswith("SELECT")]) <= 8
