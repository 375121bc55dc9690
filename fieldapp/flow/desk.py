"""What a visit works with: the open store, the outside, and the keys unlocked now."""

from dataclasses import dataclass

from fieldapp.flow.keys import UnlockedKeys
from fieldapp.ports.bundle import Ports
from fieldapp.store.holdings import Holdings


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    held: Holdings
    ports: Ports
    keys: UnlockedKeys
