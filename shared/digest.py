"""One number for what a tablet should hold of each kind: count and sum of hashes, in any order.

Both sides make it of the same (kind, id, version), so that a tablet that lost or kept something by
a fault of its own finds out of which kind, and asks for no more than that.
"""

from collections.abc import Iterable, Mapping

from shared.canonical import canonical
from shared.crypto import sha256_hex

Version = tuple[str, str, int]
"""(kind, id, version)."""
Digest = Mapping[str, Mapping[str, object]]
"""Kind → `{"count": …, "sum": 64 hex}`."""
INSTRUCTIONS = frozenset({"key_set", "resend"})
"""Kinds that a tablet obeys and does not keep as an object: they are in no digest."""
_ROUND = 2**256


def of(held: Iterable[Version]) -> dict[str, dict[str, object]]:
    """The digest of what is held: SHA-256 of `[kind, id, version]`, added up modulo 2^256."""
    sums: dict[str, int] = {}
    counts: dict[str, int] = {}
    for kind, id_, version in held:
        if kind in INSTRUCTIONS:
            continue
        sums[kind] = (sums.get(kind, 0) + _hashed(kind, id_, version)) % _ROUND
        counts[kind] = counts.get(kind, 0) + 1
    return {kind: {"count": counts[kind], "sum": f"{sums[kind]:064x}"} for kind in sorted(sums)}


def differing(one: Digest, other: Digest) -> list[str]:
    """The kinds of which the two do not say the same."""
    return sorted(kind for kind in {*one, *other} if one.get(kind) != other.get(kind))


def _hashed(kind: str, id_: str, version: int) -> int:
    return int(sha256_hex(canonical([kind, id_, version])), 16)
