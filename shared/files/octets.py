"""The bytes of a file, whole in memory or mapped from a disk, and what is wrong with them."""

from typing import Protocol


class Octets(Protocol):
    """`bytes` and `mmap.mmap` are both this."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes: ...

    def find(self, wanted: bytes, start: int = ..., end: int = ..., /) -> int: ...

    def rfind(self, wanted: bytes, start: int = ..., end: int = ..., /) -> int: ...


class Broken(ValueError):
    """Not whole, or not what its first bytes promise; the text says where, in English."""
