"""Files that are still arriving: bytes appended at a known place, on disk before anybody is told.

A part file is nobody's evidence yet; it becomes an object when it is whole and right.
"""

import os
from hashlib import sha256
from pathlib import Path

from server.config import Settings
from shared.errors import NotFound

READ_AT_ONCE = 1024 * 1024


class PartFiles:
    """Part files below one folder, each by the id of its upload."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, upload_id: str, offset: int, data: bytes) -> None:
        """Put `data` at `offset` and wait until it is on disk; writing it again changes nothing."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.path(upload_id), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            rest, at = memoryview(data), offset
            while rest:
                written = os.pwrite(handle, rest, at)
                rest, at = rest[written:], at + written
            os.ftruncate(handle, at)
            # A new file must be found again; of a later piece only its bytes and their number.
            (os.fdatasync if offset else os.fsync)(handle)
        finally:
            os.close(handle)

    def digest(self, upload_id: str) -> str:
        """The SHA-256 of the whole file, in hex; `NotFound`."""
        found = sha256()
        try:
            with self.path(upload_id).open("rb") as file:
                while block := file.read(READ_AT_ONCE):
                    found.update(block)
        except FileNotFoundError:
            raise NotFound("The part file is gone.") from None
        return found.hexdigest()

    def drop(self, upload_id: str) -> None:
        """Forget a part file; it may be gone already."""
        self.path(upload_id).unlink(missing_ok=True)

    def path(self, upload_id: str) -> Path:
        """Where it lies. `upload_id` is always one of our own making."""
        return self._root / f"{upload_id}.part"


def part_files(settings: Settings) -> PartFiles:
    """The part files of this server."""
    return PartFiles(settings.data_dir / "uploads")
