"""How long the rules take over a plan, with a province's past behind it. PostgreSQL, two cores.

Bars: 1,000 targets in 1 s, 100,000 in 20 s, one task in 20 ms (95 of 100), and as many queries for
the largest plan as for the smallest. `MINGCHA_BENCH_VISITS` says how many past visits there are,
`MINGCHA_BENCH_URL` names a database that `tests.benchmarks.history` has filled already, and
`MINGCHA_BENCH_DATA` the folder with its keys.
"""

import hashlib
import logging
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.models import (
    Enterprise,
    Form,
    InspectionItem,
    ItemPublication,
    LegalBasis,
    Plan,
    PlanTarget,
    Premise,
    Retention,
)
from server.principal import SYSTEM
from server.services import plan_checks
from server.work import Parts, Work, open_work
from tests import servers
from tests.benchmarks import history
from tests.server.counting import counted
from tests.server.factories import LONG_AGO, add, parameter, person

pytestmark = [pytest.mark.bench, pytest.mark.postgres]
LOG = logging.getLogger(__name__)  # --log-cli-level=INFO shows the figures
VISITS = int(os.environ.get("MINGCHA_BENCH_VISITS", "1000000"))
NOW = datetime(2026, 9, 28, 1, tzinfo=UTC)
BARS_S = {1_000: 1.0, 100_000: 20.0}
ONE_TASK_S = 0.020
ROUNDS = 100
AGENCY = "a-0"
SEEN = {"yearly_cap": 4, "field_cap": 8, "whole_cap": 30, "visits_per_officer_day": 100_000}


@pytest.fixture(scope="module")
def province(
    postgres_cluster: servers.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Parts]:
    known = os.environ.get("MINGCHA_BENCH_URL")
    url = known or postgres_cluster.url(postgres_cluster.create_database())
    folder = os.environ.get("MINGCHA_BENCH_DATA") or str(tmp_path_factory.mktemp("bench"))
    settings = Settings.from_env({"MINGCHA_DATA_DIR": folder, "MINGCHA_DATABASE_URL": url})
    parts = assembly.set_up(settings, clock=SetClock(NOW))
    if not known:
        founding.found(parts)
        history.write(url, history.Size(visits=VISITS, enterprises=max(VISITS // 10, 1)))
    with open_work(parts, SYSTEM) as work:
        missing = work.session.get(LegalBasis, "b-0") is None
    if missing:
        _catalogue(parts)
    yield parts
    parts.engine.dispose()


def _catalogue(parts: Parts) -> None:
    point = {"no": "1", "title": "许可", "content": "是否公示", "method": "查看", "key": True}
    add(
        parts,
        [
            person("planner", agency=AGENCY),
            LegalBasis(
                id="b-0",
                title="食品安全法",
                article="第一百一十条",
                text="…",
                valid_from=date(2021, 1, 1),
            ),
            InspectionItem(
                id="i-0",
                agency_id=AGENCY,
                code="SJ",
                name="检查",
                standard="标准",
                basis_ids=["b-0"],
            ),
            ItemPublication(
                id="ip-0", item_id="i-0", list_version="1", published_from=date(2024, 1, 1)
            ),
            Form(
                id="f-0",
                version=1,
                item_id="i-0",
                name="检查表",
                valid_from=date(2024, 1, 1),
                points=[{"id": "p1", "basis_id": "b-0", **point}],
            ),
            *(parameter(key, value) for key, value in SEEN.items()),
        ],
    )


def plan_of(parts: Parts, targets: int, *, skipped: int = 0) -> str:
    """A stored plan for enterprises taken evenly over the province; its id."""
    id_ = f"plan-{targets}-{skipped}-{time.monotonic_ns()}"
    first = NOW.date() + timedelta(days=20)
    add(
        parts,
        [
            Plan(
                id=id_,
                agency_id=AGENCY,
                title="日常检查",
                kind="daily",
                trigger="annual_plan",
                visit_type="inspection",
                year=2026,
                window_from=first,
                window_to=first + timedelta(days=25),
                item_ids=["i-0"],
                reason="年度计划",
                planner_id="planner",
                created_at=LONG_AGO,
                changed_at=LONG_AGO,
            )
        ],
    )
    with open_work(parts, SYSTEM) as work:
        places = work.session.execute(
            select(Enterprise.uscc, Premise.id)
            .join(Premise, Premise.uscc == Enterprise.uscc)
            .order_by(Enterprise.name)
            .offset(skipped)
            .limit(targets)
        ).all()
        rows = [_target(id_, n, uscc, place) for n, (uscc, place) in enumerate(places)]
        work.session.execute(insert(PlanTarget), rows)
    with parts.engine.connect() as link:
        link.exec_driver_sql("ANALYZE plan_target")
        link.commit()
    return id_


def _target(plan_id: str, n: int, uscc: str, place: str) -> dict[str, Any]:
    pair = n % (history.OFFICERS // 2) * 2
    return {
        "id": f"{plan_id}-{n}",
        "plan_id": plan_id,
        "position": n + 1,
        "uscc": uscc,
        "premise_id": place,
        "officer_ids": [f"o-0-{pair}", f"o-0-{pair + 1}"],
        "assistant_count": 0,
        "window_from": None,
        "window_to": None,
        "reason_onsite": "后厨须现场查看",
        "source_no": "",
        "retention_class": str(Retention.PLAN),
        "legal_hold": False,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one whole check took: seconds by the clock, and of the processor here and there."""

    wall: float
    here: float
    database: float
    findings: int

    def __str__(self) -> str:
        return (
            f"{self.wall:.3f} s (processor {self.here:.3f} here, {self.database:.3f} database, "
            f"{(self.here + self.database) / CALIBRATION:.1f} calibrations)"
        )


def calibration() -> float:
    """Processor seconds of a fixed piece of work: what figures of several machines are held to."""
    began = time.process_time()
    for n in range(20_000):
        hashlib.sha256(f"{n:064d}".encode() * 16).hexdigest()
    return time.process_time() - began


CALIBRATION = calibration()


def of_backend(work: Work) -> float:
    """Processor seconds of the connection's own backend so far; its helpers are not in it."""
    pid = work.session.scalar(text("SELECT pg_backend_pid()"))
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def checked(parts: Parts, plan_id: str) -> Check:
    """One whole check."""
    with open_work(parts, SYSTEM) as work:
        database = of_backend(work)
        began, here = time.perf_counter(), time.process_time()
        found = plan_checks.judge(work, work.session.get_one(Plan, plan_id))
        return Check(
            wall=time.perf_counter() - began,
            here=time.process_time() - here,
            database=of_backend(work) - database,
            findings=len(found),
        )


@pytest.mark.parametrize("targets", BARS_S)
def test_a_plan_is_checked_within_its_bar(province: Parts, targets: int) -> None:
    plan_id = plan_of(province, targets)
    province.engine.dispose()  # new connections: nothing prepared, nothing cached here
    cold, warm = checked(province, plan_id), checked(province, plan_id)
    LOG.info("%s targets, load %.1f: cold %s, warm %s", targets, os.getloadavg()[0], cold, warm)
    LOG.info("%s findings", warm.findings)
    assert max(cold.wall, warm.wall) <= BARS_S[targets]


def test_one_task_is_checked_in_a_blink(province: Parts) -> None:
    plans = [plan_of(province, 1, skipped=n * 7) for n in range(10)]
    taken = [checked(province, plans[n % len(plans)]) for n in range(ROUNDS)][1:]
    wall = [each.wall for each in taken]
    p95 = statistics.quantiles(wall, n=20)[-1]
    here = statistics.quantiles([each.here for each in taken], n=20)[-1]
    LOG.info(
        "one task, load %.1f: median %.4f s, p95 %.4f s (processor here p95 %.4f s)",
        os.getloadavg()[0],
        statistics.median(wall),
        p95,
        here,
    )
    assert p95 <= ONE_TASK_S


def test_a_large_plan_asks_no_more_than_a_small_one(province: Parts) -> None:
    asked = []
    for targets in (1, 1_000, 100_000):
        plan_id = plan_of(province, targets)
        with counted(province.engine) as statements:
            checked(province, plan_id)
        asked.append(len(statements))
    LOG.info("queries: %s", asked)
    assert len(set(asked)) == 1
