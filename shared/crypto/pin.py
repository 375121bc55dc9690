"""How expensive it is to try a PIN. Only numbers; the work is done by a suite."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PinParams:
    """The cost of one guess at a PIN, stored beside every wrap made with it.

    The defaults are the second recommended option of RFC 9106 §4 (64 MiB, three passes, four
    lanes); tests may use less, and a later version more, without breaking old wraps.
    """

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4

    def as_object(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_object(cls, stored: Mapping[str, int]) -> "PinParams":
        return cls(
            memory_kib=stored["memory_kib"],
            iterations=stored["iterations"],
            lanes=stored["lanes"],
        )
