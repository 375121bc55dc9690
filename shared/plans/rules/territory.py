"""Which region lies in which, for rules: a region nobody can read lies nowhere."""

from functools import lru_cache

from shared.errors import BadInput
from shared.regions import contains, level


@lru_cache(maxsize=4096)
def lies_in(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or a part of it; False when either is no region code."""
    try:
        return contains(outer, inner)
    except BadInput:
        return False  # no region code: nobody can say that it is ours


def level_of(region: str) -> str | None:
    """`province`, `city`, `county` …; None for no region code."""
    try:
        return level(region).name.lower()
    except BadInput:
        return None
