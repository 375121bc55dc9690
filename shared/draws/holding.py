"""Holding a draw: from a frozen pool and the seed to who is visited by whom.

Reads the pool twice and keeps only what was drawn. `Census` is what the first reading found.
"""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from shared.draws import choosing, strata
from shared.draws.choosing import RawStratum
from shared.draws.model import Drawn, Stratum, Terms
from shared.draws.pool import (
    FIRM,
    LEFT_OUT,
    OFFICER,
    RECUSED,
    BadDraw,
    Staff,
    read_firm,
    read_left_out,
    read_staff,
    read_terms,
)

_ORDER = {FIRM: 0, LEFT_OUT: 1, OFFICER: 2, RECUSED: 3}
FIRM_FIELDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """How many a pool has of each, and who may go."""

    terms: Terms
    sizes: dict[Stratum, int]
    left_out: int
    staff: Staff

    @property
    def firms(self) -> int:
        return sum(self.sizes.values())


def take_census(pool: bytes) -> Census:
    """Read a pool once; `BadDraw` for one that is not as `shared.draws.pool` says.

    Where more are wanted than the ratio allows, `most` is among its facts.
    """
    lines = io.BytesIO(pool)
    terms = read_terms(lines)
    sizes: Counter[RawStratum] = Counter()
    others: dict[bytes, list[bytes]] = {LEFT_OUT: [], OFFICER: [], RECUSED: []}
    left_out, at, last = 0, 0, b""
    for raw in lines:
        kind = raw[:1]
        if _ORDER.get(kind, -1) < at or raw[1:2] != b"\t" or raw[-1:] != b"\n":
            raise BadDraw(
                "A line that does not belong there.", line=raw[:80].decode("utf-8", "replace")
            )
        if _ORDER[kind] > at:
            at, last = _ORDER[kind], b""
        if kind == FIRM:
            told = raw.split(b"\t")
            if len(told) != FIRM_FIELDS or told[1] <= last:
                raise BadDraw(
                    "The enterprises are not in order.", uscc=told[1].decode("utf-8", "replace")
                )
            last = told[1]
            sizes[told[3], told[4]] += 1
        elif kind == LEFT_OUT:
            out = read_left_out(raw).uscc.encode()
            if out <= last:
                raise BadDraw("Those left out are not in order.", uscc=out.decode())
            last = out
            left_out += 1
        else:
            others[kind].append(raw)
    staff = read_staff(others[OFFICER], others[RECUSED])
    census = Census(terms=terms, sizes=_decoded(sizes), left_out=left_out, staff=staff)
    most = strata.most_allowed(census.firms, terms.ratio_max_percent)
    if terms.count > most:
        raise BadDraw("More are to be drawn than the ratio allows.", count=terms.count, most=most)
    return census


def quotas(census: Census) -> dict[Stratum, int]:
    """How many of each stratum are drawn."""
    return strata.quotas(census.sizes, census.terms.weights, census.terms.count)


def hold(pool: bytes, census: Census, seed: bytes) -> list[Drawn]:
    """Draw: the enterprises in their order, each with who goes."""
    wanted = {(g.encode(), i.encode()): count for (g, i), count in quotas(census).items()}
    chosen = choosing.choose(seed, _firms(pool), wanted)
    return choosing.pairs(census.terms, census.staff, seed, [read_firm(raw) for raw in chosen])


def _decoded(sizes: Mapping[RawStratum, int]) -> dict[Stratum, int]:
    try:
        return {(grade.decode(), field.decode()): n for (grade, field), n in sizes.items()}
    except UnicodeDecodeError as wrong:
        raise BadDraw("Not UTF-8.") from wrong


def _firms(pool: bytes) -> Iterator[bytes]:
    lines = io.BytesIO(pool)
    lines.readline()
    return takewhile(lambda raw: raw.startswith(FIRM), lines)
