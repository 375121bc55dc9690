"""Merkle trees of RFC 6962 §2.1: one hash that stands for a list, and short proofs of a member.

Leaves and nodes are hashed with different first bytes, so that no node can pass for a leaf. Pure;
hashes are 32 raw bytes here and hex elsewhere.
"""

from collections.abc import Sequence
from hashlib import sha256

LEAF, NODE = b"\x00", b"\x01"


def leaf(data: bytes) -> bytes:
    """The hash of one member of the list."""
    return sha256(LEAF + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash of the whole list of leaf hashes; of an empty one that of no bytes."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        pairs = [_node(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]  # the odd one goes up as it is
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root, the lowest first."""
    found: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            found.append(level[beside])
        pairs = [_node(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
        index //= 2
    return found


def root_from(leaf_hash: bytes, index: int, size: int, way: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to (RFC 9162 §2.1.3.2), or None if it cannot be one."""
    if not 0 <= index < size:
        return None
    found, last = leaf_hash, size - 1
    for beside in way:
        if last == 0:
            return None
        if index % 2 or index == last:
            found = _node(beside, found)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            found = _node(found, beside)
        index, last = index // 2, last // 2
    return found if last == 0 else None


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()
