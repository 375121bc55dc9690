"""Which enterprises, and who goes: everything follows from the pool and the seed.

**Enterprises.** Each has the rank SHA-256(seed ‖ "enterprise:" ‖ code); of every stratum those
with the lowest ranks are drawn, as many as its quota (`strata`). Ranking by a hash rather than
shuffling a list: one enterprise's rank needs nothing but the seed and its own code, so that its
owner can check it alone with `sha256sum`; it does not depend on any order; it needs one pass and
no list in memory; and SHA-256 of distinct codes under a seed nobody could choose is uniform.

**Officers.** In the order of the ranks, each place of a visit is filled by one who covers the
region, is not recused there and is not on it already. Of these only those count whose waiting
visits are at most `load_margin` above the least busy one's; one of them is picked by a number
taken from SHA-256(seed ‖ "officer:" ‖ code ‖ ":" ‖ place ‖ ":" ‖ try), where a number that would
favour the first names is thrown away and the next try taken: each is as likely as the other.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.draws.model import Drawn, Firm, Terms
from shared.draws.pool import BadDraw, Staff
from shared.regions import significant

SPARE = 64
_NUMBERS = 1 << 256
RawStratum = tuple[bytes, bytes]


def rank(seed: bytes, uscc: str) -> bytes:
    """Where an enterprise stands in the draw: the lowest come first."""
    return hashlib.sha256(b"%benterprise:%b" % (seed, uscc.encode())).digest()


@dataclass(slots=True)
class Lowest:
    """The `quota` lowest of what was offered; keeps no more than as many again besides.

    Nothing above `bound` need be offered: it would not be among them.
    """

    quota: int
    bound: bytes = b"\xff" * 32
    _kept: list[tuple[bytes, bytes]] = field(default_factory=list)

    def offer(self, rank_: bytes, raw: bytes) -> None:
        self._kept.append((rank_, raw))
        if len(self._kept) >= 2 * self.quota + SPARE:
            self._cut()

    def taken(self) -> list[tuple[bytes, bytes]]:
        self._cut()
        return self._kept

    def _cut(self) -> None:
        self._kept.sort()
        del self._kept[self.quota :]
        if len(self._kept) == self.quota:
            self.bound = self._kept[-1][0]


def choose(seed: bytes, firms: Iterable[bytes], quotas: Mapping[RawStratum, int]) -> list[bytes]:
    """The lines of the drawn enterprises in the order of the draw, from the lines of all."""
    lowest = {stratum: Lowest(quota) for stratum, quota in quotas.items() if quota}
    prefix, sha256 = seed + b"enterprise:", hashlib.sha256
    for raw in firms:
        _, uscc, _, grade, industry, _ = raw.split(b"\t")
        place = lowest.get((grade, industry))
        if place is not None:
            ranked = sha256(prefix + uscc).digest()
            if ranked <= place.bound:
                place.offer(ranked, raw)
    return [raw for _, raw in sorted(each for place in lowest.values() for each in place.taken())]


class Pairing:
    """Who may go where, and how busy everybody has become; one for each draw."""

    def __init__(self, terms: Terms, staff: Staff) -> None:
        self._terms = terms
        self._staff = staff
        self._load = {officer.id: officer.load for officer in staff.officers}
        self._covering: dict[str, tuple[str, ...]] = {}
        self._areas = [(o.id, significant(o.region)) for o in staff.officers]

    def may_go(self, firm: Firm) -> list[str]:
        """The officers who cover an enterprise and are not recused there, ascending by id."""
        region = firm.region
        if region not in self._covering:
            self._covering[region] = tuple(
                id_ for id_, area in self._areas if significant(region).startswith(area)
            )
        recused = self._staff.recused
        return [id_ for id_ in self._covering[region] if (id_, firm.uscc) not in recused]

    def is_staffed(self, firm: Firm) -> bool:
        """Whether enough officers may go to an enterprise for it to be drawn."""
        return len(self.may_go(firm)) >= self._terms.officers_per_visit

    def send(self, seed: bytes, firm: Firm) -> tuple[str, ...]:
        """Pick who goes to the next drawn enterprise; they are busier afterwards."""
        free = self.may_go(firm)
        if len(free) < self._terms.officers_per_visit:
            raise BadDraw("An enterprise in the pool has too few officers.", uscc=firm.uscc)
        going: list[str] = []
        for place in range(1, self._terms.officers_per_visit + 1):
            most = min(self._load[id_] for id_ in free) + self._terms.load_margin
            least_busy = [id_ for id_ in free if self._load[id_] <= most]
            picked = least_busy[_number(seed, firm.uscc, place, len(least_busy))]
            self._load[picked] += 1
            free.remove(picked)
            going.append(picked)
        return tuple(going)


def pairs(terms: Terms, staff: Staff, seed: bytes, firms: Sequence[Firm]) -> list[Drawn]:
    """Who goes to each drawn enterprise, these in the order of the draw."""
    pairing = Pairing(terms, staff)
    return [
        Drawn(position=position, uscc=firm.uscc, officer_ids=pairing.send(seed, firm))
        for position, firm in enumerate(firms, start=1)
    ]


def _number(seed: bytes, uscc: str, place: int, below: int) -> int:
    """A number from 0 to `below` - 1, each as likely as the other."""
    fair = _NUMBERS - _NUMBERS % below
    attempt = 0
    while True:
        told = b"%bofficer:%b:%d:%d" % (seed, uscc.encode(), place, attempt)
        number = int.from_bytes(hashlib.sha256(told).digest(), "big")
        if number < fair:
            return number % below
        attempt += 1
