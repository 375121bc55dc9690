"""What an inspected agency may learn of its ratings (R64): sums of a closed quarter, never a rater.

A cell is shown only if at least five different enterprises are in it and at least five are not, of
those it was counted among. A table is shown whole or not at all, in the finest division in which
every cell passes: what is left out could else be got back by subtraction. How many ratings there
were is a cell too, among all enterprises that were told a result in that quarter.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

LEAST = 5


class Level(IntEnum):
    """好差评 in five levels; the two lowest are bad ratings and open an entry of the ledger."""

    VERY_BAD = 1
    BAD = 2
    FAIR = 3
    GOOD = 4
    VERY_GOOD = 5


BAD = frozenset({Level.VERY_BAD, Level.BAD})
DIVISIONS: Sequence[Sequence[tuple[int, ...]]] = (
    ((5,), (4,), (3,), (2,), (1,)),
    ((5, 4), (3,), (2, 1)),
    ((5, 4), (3, 2, 1)),
)
"""From fine to coarse; each is the same levels with fewer lines between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One rating with the enterprise behind it, as only the closing of a quarter sees it."""

    level: int
    kind: str
    firm: str


def quarter_of(day: date) -> str:
    """The quarter of a local day, `2026Q4`; they sort as they follow."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def release(rated: Sequence[Rated], told: Collection[str]) -> dict[str, Any]:
    """What of a closed quarter is shown, as JSON; None where it would tell of somebody.

    `told` are the enterprises that were told a result by this agency in that quarter.
    """
    firms = {one.firm for one in rated}
    if not _hides(firms, set(told) | firms):
        return {"count": None, "levels": None, "kinds": None}
    return {"count": len(rated), "levels": _levels(rated), "kinds": _kinds(rated)}


def _levels(rated: Sequence[Rated]) -> list[dict[str, Any]] | None:
    among = {one.firm for one in rated}
    for division in DIVISIONS:
        cells = [[one for one in rated if one.level in levels] for levels in division]
        if all(_hides({one.firm for one in cell}, among) for cell in cells):
            return [
                {"levels": list(levels), "count": len(cell)}
                for levels, cell in zip(division, cells, strict=True)
            ]
    return None


def _kinds(rated: Sequence[Rated]) -> list[dict[str, Any]] | None:
    among = {one.firm for one in rated}
    cells: Mapping[str, list[Rated]] = {
        kind: [one for one in rated if one.kind == kind]
        for kind in sorted({one.kind for one in rated})
    }
    if not all(_hides({one.firm for one in cell}, among) for cell in cells.values()):
        return None
    return [{"kind": kind, "count": len(cell)} for kind, cell in cells.items()]


def _hides(cell: Collection[str], among: Collection[str]) -> bool:
    """Whether nobody can be told by being in the cell, nor by being outside it."""
    inside = set(cell)
    return len(inside) >= LEAST and len(set(among) - inside) >= LEAST
