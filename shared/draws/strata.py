"""How many are drawn of each stratum: by its size and its grade's weight, in whole numbers.

Hamilton's method of largest remainders on size x weight. A stratum never gives more than it has;
what it cannot give is shared out among the others in the same way. Whole numbers alone, and ties
go to the stratum that sorts first, so that everybody who counts again gets the same.
"""

from collections.abc import Mapping

from shared.draws.model import Stratum


def most_allowed(pool_size: int, ratio_max_percent: int) -> int:
    """How many a pool allows to be drawn, rounded down (R22)."""
    return pool_size * ratio_max_percent // 100


def quotas(
    sizes: Mapping[Stratum, int], weights: Mapping[str, int], count: int
) -> dict[Stratum, int]:
    """How many of each stratum; their sum is `count`, or all there are if these are fewer."""
    given = dict.fromkeys(sizes, 0)
    open_ = {
        stratum: size * weights.get(stratum[0], 1)
        for stratum, size in sizes.items()
        if size and weights.get(stratum[0], 1)
    }
    left = min(count, sum(sizes[stratum] for stratum in open_))
    while left:
        shares = _shares(open_, left)
        full = {s for s, share in shares.items() if share > sizes[s]}
        if not full:
            return {**given, **shares}
        for stratum in full:
            given[stratum] = sizes[stratum]
            left -= sizes[stratum]
            del open_[stratum]
    return given


def _shares(open_: Mapping[Stratum, int], count: int) -> dict[Stratum, int]:
    whole = sum(open_.values())
    shares = {stratum: count * part // whole for stratum, part in open_.items()}
    missing = count - sum(shares.values())
    by_remainder = sorted(open_, key=lambda s: (-(count * open_[s] % whole), s))
    for stratum in by_remainder[:missing]:
        shares[stratum] += 1
    return shares
