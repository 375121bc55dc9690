"""A province's past, made from a seed in PostgreSQL: what the bars of planning are measured over.

    .venv/bin/python -m tests.benchmarks.history postgresql+psycopg://… --visits 10000000

Three years of visits of 137 agencies. Visits fall on enterprises by Zipf's law with Mandelbrot's
shift: the enterprise of rank r has a share in proportion to 1 / (r + q), and q is such that the top
hundredth has three tenths of all visits. The same seed makes the same past. The rows are written by
the server's own tables, past the services: nobody looks at these visits singly. What a province
took in over years is loaded as such: without indexes, which are made at the end, keys that came in
any order as well. So it lies on the disk as after restoring a dump (`pg_restore`).
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import click
import psycopg

from server.models.named import initials_of
from shared import uscc

AGENCIES = 137
OFFICERS = 40
"""Of each agency."""
SHIFT = 0.001747
"""Of Zipf's law, in parts of the number of enterprises: the top hundredth has 0.3000 of all."""
SHUFFLE = 2_654_435_761
"""A prime: ranks are spread over the register by it, where neighbours have nothing in common."""
PLACES = (
    "济南市",
    "历下区",
    "市中区",
    "槐荫区",
    "天桥区",
    "历城区",
    "章丘区",
    "泉城",
    "山东",
    "齐鲁",
)
CHARACTERS = (
    "张王李赵刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎"
)
TRADES = (
    *(
        "餐饮有限公司",
        "面馆",
        "食品有限公司",
        "大酒店",
        "超市",
        "便利店",
        "水饺店",
        "火锅店",
        "小吃部",
    ),
    *("药房", "口腔诊所", "理发店", "机械制造有限公司", "汽车维修中心", "加油站", "建材经营部"),
    *(
        "物流有限公司",
        "网络科技有限公司",
        "幼儿园",
        "养老服务中心",
        "商贸有限公司",
        "烟酒店",
        "蛋糕店",
    ),
)
SINCE, DAYS = date(2024, 1, 1), 1000
UNTIL = SINCE + timedelta(days=DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of it: ten visits an enterprise in three years is a province's."""

    visits: int
    enterprises: int
    seed: int = 1


def codes(count: int) -> Iterator[str]:
    """So many valid credit codes, always the same."""
    for n in range(count):
        body = f"{n:08d}"
        yield uscc.make(f"91370100{body}{uscc.body_check_character(body)}")


def write(url: str, size: Size) -> None:
    """Fill an empty, migrated database."""
    address = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as link:
        link.execute("SET session_replication_role = replica")  # no row is looked up for a key
        link.execute("SET work_mem = '512MB'; SET maintenance_work_mem = '1GB'")
        link.execute(_CHANCE)
        indexes = link.execute(_INDEXES, {"tables": list(FILLED)}).fetchall()
        for name, _ in indexes:
            link.execute(f"DROP INDEX {name}")
        _enterprises(link, size)
        told = {**_told(size), "officers": OFFICERS, "agencies": AGENCIES}
        for statement in (*_AGENCIES, *_VISITS, *_COUNTERS, *(made for _, made in indexes)):
            link.execute(statement, told if "%(" in statement else None)
        for table in ("premise", "visit_counter", "enterprise_counter"):
            link.execute(f"REINDEX TABLE {table}")
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("VACUUM ANALYZE")


def _told(size: Size) -> dict[str, object]:
    return {
        "visits": size.visits,
        "enterprises": size.enterprises,
        "shift": SHIFT * size.enterprises,
        "shuffle": SHUFFLE,
        "seed": size.seed,
        "since": SINCE,
        "days": DAYS,
    }


def name_of(n: int) -> str:
    """What the enterprise of that number is called: a place, a word of two characters, a trade."""
    parts = []
    for choice in (PLACES, CHARACTERS, CHARACTERS, TRADES):
        n, which = divmod(n, len(choice))
        parts.append(choice[which])
    return "".join(parts)


def _enterprises(link: psycopg.Connection, size: Size) -> None:
    link.execute(
        "CREATE TEMPORARY TABLE firm (n int PRIMARY KEY, uscc text, name text, initials text)"
    )
    with link.cursor().copy("COPY firm FROM STDIN") as copy:
        for n, code in enumerate(codes(size.enterprises)):
            name = name_of(n)
            copy.write_row((n, code, name, initials_of(name)))
    link.execute(
        """INSERT INTO enterprise (uscc, name, initials, address, region, legal_rep, industry,
                                   grade, status, source, as_of, retention_class, legal_hold)
           SELECT uscc, name, initials, '', '3701' || lpad((n %% 12 + 1)::text, 2, '0'), '', '餐饮',
                  (ARRAY['A', 'B', 'C'])[n %% 3 + 1], 'operating', 'register', now(),
                  'inspection', false FROM firm""",
        {},
    )
    link.execute(
        """INSERT INTO premise (id, uscc, name, address, region, lat, lon, crs, radius_m,
                                retention_class, legal_hold)
           SELECT 'p-' || n, uscc, '门店', '', '3701' || lpad((n %% 12 + 1)::text, 2, '0'),
                  36.6, 117.0, 'WGS84', 300, 'inspection', false FROM firm""",
        {},
    )


FILLED = ("enterprise", "premise", "task", "task_officer", "visit", "visit_counter")
_INDEXES = """SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename = ANY(%(tables)s)
  AND indexname NOT IN (SELECT conname FROM pg_constraint)"""

_CHANCE = """CREATE FUNCTION pg_temp.chance(n bigint, which int, seed int) RETURNS float8
LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(n * 16 + which, seed) & 9007199254740991)::float8 / 9007199254740992 $$
"""
"""Chance that comes again: a number below 1 for each row, use and seed."""

_AGENCIES = (
    """INSERT INTO agency (id, name, abbr, region, region_abbr, type, field, status, published_on,
                           phone, supervision_phone, retention_class, legal_hold)
       SELECT 'a-' || n, '机关' || n, '机' || n,
              CASE n WHEN 0 THEN '370000' ELSE '3701' || lpad((n %% 12 + 1)::text, 2, '0') END,
              '', 'administrative', '市场监管', 'confirmed', '2020-01-01', '0531', '12345',
              'plan', false
       FROM generate_series(0, %(agencies)s - 1) n""",
    """INSERT INTO officer (id, agency_id, name, unit, kind, retention_class, legal_hold)
       SELECT 'o-' || a || '-' || n, 'a-' || a, '执法员' || n, '大队', 'officer', 'plan', false
       FROM generate_series(0, %(agencies)s - 1) a, generate_series(0, %(officers)s - 1) n""",
    """INSERT INTO certificate (id, officer_id, number, unit, valid_from, valid_to, checked_at,
                                retention_class, legal_hold)
       SELECT 'c-' || id, id, '15' || lpad((row_number() OVER ())::text, 9, '0'), '大队',
              '2022-01-01', '2030-01-01', now(), 'plan', false FROM officer""",
)

_VISITS = (
    """CREATE TEMPORARY TABLE past AS
       SELECT lpad(drawn.n::text, 9, '0') AS no, firm.uscc, firm.n AS place, agency,
              %(since)s::date + ((drawn.n - 1) * %(days)s / %(visits)s)::int AS day, first,
              CASE WHEN cause < 0.7 THEN 'annual_plan' WHEN cause < 0.8 THEN 'random'
                   WHEN cause < 0.9 THEN 'complaint_12345' ELSE 'special' END AS trigger,
              CASE WHEN ending < 0.75 THEN 'no_problem' WHEN ending < 0.85 THEN 'fixed_on_spot'
                   ELSE 'rectify' END AS outcome
       FROM (SELECT n,
                    floor(%(shift)s * power((%(enterprises)s + %(shift)s) / %(shift)s,
                                            pg_temp.chance(n, 0, %(seed)s)) - %(shift)s)::bigint
                    * %(shuffle)s %% %(enterprises)s AS chosen,
                    floor(pg_temp.chance(n, 2, %(seed)s) * %(agencies)s)::int AS agency,
                    floor(pg_temp.chance(n, 4, %(seed)s) * (%(officers)s - 1))::int AS first,
                    pg_temp.chance(n, 5, %(seed)s) AS cause,
                    pg_temp.chance(n, 6, %(seed)s) AS ending
             FROM generate_series(1::bigint, %(visits)s) n) drawn
       JOIN firm ON firm.n = chosen
       ORDER BY drawn.n""",
    """INSERT INTO task (id, no, plan_no, plan_version, agency_id, kind, trigger, visit_type, uscc,
                         premise_id, item_ids, forms, officer_ids, assistant_count, window_from,
                         window_to, status, counts, approved_by, frequency, reason_onsite, code,
                         visit_id, retention_class, legal_hold)
       SELECT 't-' || no, 't-' || no, '', 1, 'a-' || agency,
              CASE trigger WHEN 'complaint_12345' THEN 'case' WHEN 'special' THEN 'special'
                           ELSE 'daily' END,
              trigger, 'inspection', uscc, 'p-' || place,
              jsonb_build_array('i-' || agency), '[]',
              jsonb_build_array('o-' || agency || '-' || first, 'o-' || agency || '-' || first + 1),
              0, day, day, 'closed', trigger <> 'complaint_12345', '负责人', '{}', '现场查看',
              't-' || no, 'v-' || no, 'inspection', false
       FROM past""",
    """INSERT INTO task_officer (task_id, officer_id)
       SELECT 't-' || no, 'o-' || agency || '-' || first + more
       FROM past, generate_series(0, 1) more""",
    """INSERT INTO visit (id, agency_id, region, task_ids, lead_device_id, uscc, premise_id, stage,
                          outcome, opened_at, sealed_at, received_at, irregular, irregularities,
                          flags, time_confidence, complete, state, untold, changed_at,
                          retention_class, legal_hold)
       SELECT 'v-' || no, 'a-' || agency, '370101', jsonb_build_array('t-' || no), 'd', uscc,
              'p-' || place, 'sealed', outcome, day + time '02:00', day + time '03:00',
              day + time '03:00', false, '[]', '[]', 'sure', true, '{}', false,
              day + time '03:00', 'inspection', false
       FROM past""",
)

_COUNTERS = (
    """INSERT INTO visit_counter (agency_id, uscc, year, scheduled, done, exempt, service,
                                  offsite, retention_class, legal_hold)
       SELECT 'a-' || agency, uscc, extract(year FROM day), 0,
              count(*) FILTER (WHERE trigger <> 'complaint_12345'),
              count(*) FILTER (WHERE trigger = 'complaint_12345'), 0, 0, 'plan', false
       FROM past GROUP BY 1, 2, 3""",
    """INSERT INTO enterprise_counter (uscc, year, done, exempt, service, offsite,
                                       retention_class, legal_hold)
       SELECT uscc, year, sum(done), sum(exempt), 0, 0, 'plan', false
       FROM visit_counter GROUP BY 1, 2""",
)


def main() -> None:
    """Fill the database that is named."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("url")
    asked.add_argument("--visits", type=int, default=1_000_000)
    asked.add_argument("--enterprises", type=int, help="a tenth of the visits unless told")
    asked.add_argument("--seed", type=int, default=1)
    told = asked.parse_args()
    began = time.monotonic()
    enterprises = told.enterprises or max(told.visits // 10, 1)
    write(told.url, Size(visits=told.visits, enterprises=enterprises, seed=told.seed))
    click.echo(
        f"{told.visits} visits at {enterprises} enterprises in {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
