"""Pools and whole draws of any size, made from numbers: the same numbers, the same bytes."""

from collections.abc import Mapping

from shared.draws import holding, pool, record, secrets
from shared.draws.model import Candidate, Exclusion, Firm, LeftOut, Party, Terms
from shared.draws.pool import Staff
from shared.draws.record import Record, Said

AGENCY_SECRET, SUPERVISION_SECRET = "a1" * 32, "5e" * 32
REGIONS = ("370102", "370103", "370104")
GRADES, INDUSTRIES = ("A", "B", "C"), ("餐饮服务", "食品生产", "药品零售")
SAID_AT = "2026-11-21T02:00:00Z"


def terms(**changes: object) -> Terms:
    values: dict[str, object] = {
        "draw_id": "draw-1",
        "agency_id": "home",
        "agency_name": "济南市市场监督管理局",
        "title": "2026年餐饮服务双随机抽查",
        "count": 12,
        "ratio_max_percent": 20,
        "window_from": "2026-12-01",
        "window_to": "2026-12-31",
        "frozen_at": "2026-11-21T01:00:00Z",
        "weights": {"A": 1, "B": 2, "C": 4},
    }
    return Terms(**{**values, **changes})  # type: ignore[arg-type]


def firm(number: int, **changes: str) -> Firm:
    values = {
        "uscc": f"9137{number:014d}",
        "name": f"第{number}号店",
        "grade": GRADES[number % 3],
        "industry": INDUSTRIES[number // 3 % 3],
        "region": REGIONS[number % 3],
    }
    return Firm(**{**values, **changes})


def staff(count: int = 9, *, recused: frozenset[tuple[str, str]] = frozenset()) -> Staff:
    people = tuple(
        Candidate(id=f"officer-{n:02}", name=f"人员{n}", region="370100", load=0)
        for n in range(count)
    )
    return Staff(officers=people, recused=recused)


def pool_of(
    size: int = 90, *, who: Staff | None = None, left_out: int = 2, **changes: object
) -> bytes:
    firms = [firm(n) for n in range(size)]
    out = [
        LeftOut(uscc=firm(size + n).uscc, why=Exclusion.RECENTLY_VISITED) for n in range(left_out)
    ]
    return b"".join(pool.lines(terms(**changes), firms, out, who or staff()))


def held(frozen: bytes, **changes: object) -> Record:
    """What a draw of this pool leaves behind when both parties reveal their secret."""
    census = holding.take_census(frozen)
    told = {Party.AGENCY: AGENCY_SECRET, Party.SUPERVISION: SUPERVISION_SECRET}
    seed = secrets.seed(pool.pool_hash(frozen), *told.values())
    values: dict[str, object] = {
        "commitments": commitments(census.terms.draw_id, told),
        "secrets": {party: Said(value=told[party], at=SAID_AT) for party in told},
        "seed": seed.hex(),
        "drawn": tuple(holding.hold(frozen, census, seed)),
    }
    return Record(**{**values, **changes})  # type: ignore[arg-type]


def commitments(draw_id: str, told: Mapping[Party, str]) -> dict[Party, Said]:
    return {
        party: Said(value=secrets.commitment(draw_id, party, told[party]), at=SAID_AT)
        for party in told
    }


def file_of(frozen: bytes) -> bytes:
    return frozen + record.tail(frozen, held(frozen))
