"""Choosing a file that somebody hands over, read into memory and nowhere else."""

from dataclasses import dataclass, field
from typing import Protocol

from fieldapp.errors import PickFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedFile:
    """`name` is what the file was called where it came from; it proves nothing."""

    data: bytes = field(repr=False)
    name: str


class FilePicker(Protocol):
    def pick(self, *, most_bytes: int) -> PickedFile | None:
        """Let a person choose, and wait for it: never called on the thread that draws.

        None where nothing was chosen. Of a file that is larger, `most_bytes` + 1 bytes are read.
        Raises `PickFailed`.
        """
        ...


class NoFilePicker:
    """A machine where no file can be chosen."""

    def pick(self, *, most_bytes: int) -> PickedFile | None:
        raise PickFailed("No file can be chosen here.", most=most_bytes)
