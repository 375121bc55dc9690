"""Part of a name, of its pinyin's initials or of a code leads to an enterprise along an index."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.models import Enterprise, RowOrigin
from server.principal import SYSTEM
from server.services import enterprises, views_enterprises
from server.services.enterprises import EnterpriseDraft
from server.services.imports.columns import moment
from server.services.listing import Filter
from server.work import Parts, open_work
from tests.server.conftest import NOW
from tests.server.counting import counted
from tests.server.services.imports.files import brought, csv_file, usccs

pytestmark = pytest.mark.postgres
NAMES = {
    "93370600MA3BHAAB62": "重庆鸿运火锅（长春路）店",
    "91370100MA37XJ385W": "泉城面馆",
    "91370200MA32MTH01U": "KTV量贩歌城",
}
POT, NOODLES, SONGS = NAMES


@pytest.fixture(scope="module")
def parts(postgres_cluster: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    folder: Path = tmp_path_factory.mktemp("search")
    url = postgres_cluster.url(postgres_cluster.create_database())  # type: ignore[attr-defined]
    told = {"MINGCHA_DATA_DIR": str(folder), "MINGCHA_DATABASE_URL": url}
    parts = assembly.set_up(Settings.from_env(told), clock=SetClock(NOW))
    founding.found(parts)
    with open_work(parts, SYSTEM) as work:
        for uscc, name in NAMES.items():
            draft = EnterpriseDraft(uscc=uscc, name=name, address="", region="370104", as_of=NOW)
            enterprises.note(work, draft)
    yield parts
    parts.engine.dispose()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("火锅", [POT]),
        ("长春路）店", [POT]),
        ("店", [POT]),
        ("面馆", [NOODLES]),
        ("hyhg", [POT]),
        ("QCMG", [NOODLES]),
        ("KTV", [SONGS]),
        ("9137", [NOODLES, SONGS]),
        ("93370600ma3bhaab62", [POT]),
        ("锅火", []),
        ("火店", []),
        ("%", []),
        ("重庆面馆", []),
        ("  ", [NOODLES, SONGS, POT]),
    ],
)
def test_what_is_typed_finds_what_is_called_so(parts: Parts, typed: str, found: list[str]) -> None:
    with open_work(parts, SYSTEM) as work:
        page = views_enterprises.lines(work, Filter(text=typed))
    # Another test of this module brings an enterprise of its own.
    assert sorted(line.id for line in page.lines if line.id in NAMES) == sorted(found)


@pytest.mark.parametrize(
    ("typed", "indexes"),
    [("火锅", ["name"]), ("hyhg", ["name", "initials", "code"]), ("9337", ["name", "code"])],
)
def test_no_search_reads_every_name(parts: Parts, typed: str, indexes: list[str]) -> None:
    with open_work(parts, SYSTEM) as work:
        work.session.execute(text("SET LOCAL enable_seqscan = off"))
        query = select(Enterprise.uscc).where(views_enterprises.fits(work, typed))
        asked = query.compile(work.session.connection(), compile_kwargs={"literal_binds": True})
        rows = work.session.execute(text(f"EXPLAIN {str(asked).replace('%%', '%')}"))
        steps = "\n".join(row[0] for row in rows)
    assert "Seq Scan" not in steps
    assert all(f"ix_enterprise_windows_{index}" in steps for index in indexes)


def test_a_search_is_a_fixed_number_of_queries(parts: Parts) -> None:
    asked = []
    for typed in ("火锅", "9", "nobody"):
        with open_work(parts, SYSTEM) as work, counted(parts.engine) as statements:
            views_enterprises.lines(work, Filter(text=typed))
        asked.append(sum(said.startswith("SELECT") for said in statements))
    assert asked == [2, 2, 2]


def test_a_list_is_stored_and_told_again_renewed(parts: Parts, tmp_path: Path) -> None:
    code = usccs(1)[0]
    for name, day in (("旧名\\店", "2026-03-31"), ("新名“店”", "2026-04-30")):
        firm = [code, name, "370104", "经十路1号", "张三", "餐饮", "B", "", "", day]
        place = [code, "总店", name, "370104", "36.65", "117.0", "", "", "年报", day]
        for kind, row in (("enterprises", firm), ("premises", place)):
            ended, _ = brought(parts, csv_file(tmp_path / f"{kind}.csv", kind, [row]), kind)
            assert (ended.state, ended.published) == ("done", 1)
        with open_work(parts, SYSTEM) as work:
            stored = work.session.get_one(Enterprise, code)
            told = work.session.scalars(select(RowOrigin)).one()
            assert (stored.name, stored.as_of, stored.legal_hold) == (
                name,
                moment(day),
                day != "2026-03-31",
            )
            assert (told.as_of, told.more, told.row) == (moment(day), None, 2)
            stored.legal_hold = True
