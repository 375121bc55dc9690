"""Agencies, people, items and legal bases: found as enterprises are, and shown page by page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, select, text

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.models import Agency, InspectionItem, LegalBasis, Person
from server.principal import Principal
from server.services import finding, listing, views_agencies, views_items, views_people
from server.services.listing import Filter, Page
from server.work import Parts, Work, open_work
from shared.roles import Role
from tests.server.conftest import NOW
from tests.server.counting import counted
from tests.server.factories import County, add, make_county, person, principal
from tests.server.factories import agency as an_agency

pytestmark = pytest.mark.postgres
PLATFORM = principal("platform", Role.PLATFORM_ADMIN, agency=None)
ADMIN = principal("admin", Role.AGENCY_ADMIN, agency="agency-home")
MANY = 2 * listing.AT_ONCE + 3
LISTS: Mapping[str, tuple[Principal, Callable[[Work, Filter], Page[Any]]]] = {
    "agencies": (PLATFORM, views_agencies.lines),
    "people": (PLATFORM, views_people.people),
    "items": (ADMIN, views_items.lines),
    "bases": (PLATFORM, views_items.bases_page),
}


@pytest.fixture(scope="module")
def full(
    postgres_cluster: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Parts, County]]:
    folder: Path = tmp_path_factory.mktemp("registers")
    name = postgres_cluster.create_database()
    told = {"MINGCHA_DATA_DIR": str(folder), "MINGCHA_DATABASE_URL": postgres_cluster.url(name)}
    parts = assembly.set_up(Settings.from_env(told), clock=SetClock(NOW))
    founding.found(parts)
    county = make_county(parts)
    names = [f"泉城{n:04d}" for n in range(MANY)]
    add(
        parts,
        [
            an_agency(f"a{n}", region="370104", abbr="泉", name=f"{each}管理局")
            for n, each in enumerate(names)
        ],
    )
    add(
        parts,
        [
            *(person(f"p{n}", agency=county.agency, name=each) for n, each in enumerate(names)),
            *(
                InspectionItem(
                    id=f"i{n}", agency_id=county.agency, code=f"QC-{n}", name=each, basis_ids=[]
                )
                for n, each in enumerate(names)
            ),
            *(
                LegalBasis(
                    id=f"b{n}",
                    title=f"{each}条例",
                    article=f"第{n}条",
                    text="",
                    valid_from=NOW.date(),
                )
                for n, each in enumerate(names)
            ),
            person("zhang", agency=county.other_agency, name="张重庆", username="chongqing.zhang"),
        ],
    )
    yield parts, county
    parts.engine.dispose()
    postgres_cluster.drop_database(name)


def ids(lines: Sequence[Any]) -> list[str]:
    """Of lines that are rows, and of those that hold one."""
    rows = (getattr(line, "item", getattr(line, "person", line)) for line in lines)
    return [row.id for row in rows]


@pytest.mark.parametrize("name", LISTS)
def test_pages_follow_each_other_and_each_is_a_fixed_number_of_queries(
    full: tuple[Parts, County], name: str
) -> None:
    parts, _ = full
    who, lines = LISTS[name]
    seen: list[str] = []
    asked: list[int] = []
    before: str | None = ""
    while before is not None:
        with open_work(parts, who) as work, counted(parts.engine) as statements:
            page = lines(work, Filter(text="泉城", before=before))
        seen += ids(page.lines)
        asked.append(sum(said.startswith("SELECT") for said in statements))
        before = page.next_before
    assert len(seen) == len(set(seen)) == MANY
    assert max(asked) <= 4


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("agencies", "0007管", ["a7"]),
        ("agencies", "qc0007gl", ["a7"]),
        ("people", "zcq", ["zhang"]),
        ("people", "Chongqing", ["zhang"]),
        ("people", "重庆", ["zhang"]),
        ("people", "%", []),
        ("items", "0008", ["i8"]),
        ("items", "qc-101", ["i101"]),
        ("bases", "泉城 第102条", ["b102"]),
        ("bases", "qc0009tl", ["b9"]),
    ],
)
def test_what_is_typed_finds_it(
    full: tuple[Parts, County], name: str, typed: str, found: list[str]
) -> None:
    parts, _ = full
    who, lines = LISTS[name]
    with open_work(parts, who) as work:
        assert ids(lines(work, Filter(text=typed)).lines) == found


def test_an_agencys_administrator_finds_nobody_elses_people(full: tuple[Parts, County]) -> None:
    parts, _ = full
    with open_work(parts, ADMIN) as work:
        assert views_people.people(work, Filter(text="zcq")).lines == ()


def test_people_who_were_let_go_are_apart(full: tuple[Parts, County]) -> None:
    parts, _ = full
    gone = person("gone", agency="agency-home", name="走了", disabled_at=NOW)
    add(parts, [gone])
    with open_work(parts, PLATFORM) as work:
        shown = {
            status: ids(views_people.people(work, Filter(status=status, text="走了")).lines)
            for status in ("", "active", "let_go")
        }
    assert shown == {"": ["gone"], "active": [], "let_go": ["gone"]}


NAMED: Mapping[str, tuple[Select[Any], Any, Any]] = {
    "agency": (select(Agency.id), Agency.name, Agency.initials),
    "person": (select(Person.id), Person.name, Person.initials),
    "inspection_item": (select(InspectionItem.id), InspectionItem.name, InspectionItem.initials),
    "legal_basis": (select(LegalBasis.id), LegalBasis.title, LegalBasis.initials),
}


@pytest.mark.parametrize("table", NAMED)
def test_no_search_reads_every_name(full: tuple[Parts, County], table: str) -> None:
    parts, _ = full
    query, name, initials = NAMED[table]
    with open_work(parts, PLATFORM) as work:
        work.session.execute(text("SET LOCAL enable_seqscan = off"))
        asked = query.where(finding.fits(work, "qcgl", name, initials)).compile(
            work.session.connection(), compile_kwargs={"literal_binds": True}
        )
        rows = work.session.execute(text(f"EXPLAIN {str(asked).replace('%%', '%')}"))
        steps = "\n".join(row[0] for row in rows)
    assert "Seq Scan" not in steps
    assert f"ix_{table}_windows_{name.key}" in steps
    assert f"ix_{table}_windows_initials" in steps


def test_initials_follow_the_name() -> None:
    row = LegalBasis(id="x", title="食品安全法", article="", text="", valid_from=date(2026, 1, 1))
    row.title = "消防法"
    assert row.initials == "xff"
