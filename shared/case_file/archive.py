"""The outer form of a case file: one ZIP archive, the same bytes for the same entries.

The manifest comes first, the rest in the order of names.

Nothing is compressed, so the bytes do not depend on a library's version, and a hostile archive
cannot unfold into more than it is. It never touches a file system, so no name can leave a folder.

It is read without believing its directory: entry after entry from the start, whatever a checksum
says, so that a changed byte is told by the name of the entry it lies in.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.case_file import layout
from shared.errors import BadInput

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP entry can say; the manifest has the real time
_UNIX = 3
_READABLE = 0o100644 << 16
_HEADER = struct.Struct("<4s5H3I2H")  # APPNOTE 4.3.7, a local file header
_LOCAL = b"PK\x03\x04"
_LONGEST_NAME = 500
MAX_ENTRIES = 100_000
ARCHIVE = "archive"
"""Where a fault lies that is in no entry: the directory at the end, or what follows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an archive holds. `faults` are (entry or `ARCHIVE`, what is wrong there)."""

    entries: Mapping[str, bytes]
    faults: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    name: str
    data: bytes
    end: int
    is_sound: bool


def to_zip(entries: Mapping[str, bytes]) -> bytes:
    """The archive of `entries` in their order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path, data in entries.items():
            info = zipfile.ZipInfo(path, date_time=_EPOCH)
            info.create_system = _UNIX
            info.external_attr = _READABLE
            archive.writestr(info, data)
    return target.getvalue()


def from_zip(data: bytes) -> dict[str, bytes]:
    """The entries of an archive that `to_zip` made; `BadInput` for any other."""
    opened = open_archive(data)
    for where, what in opened.faults:
        raise BadInput("Not a case file.", where=where, what=what)
    return dict(opened.entries)


def open_archive(data: bytes) -> Opened:
    """Whatever entries can be read, and where the bytes are not those `to_zip` would write."""
    found = list(_walk(data))
    entries = {each.name: each.data for each in found}
    faults = [(each.name, "its checksum does not fit") for each in found if not each.is_sound]
    if not faults:
        made = to_zip(dict(sorted(entries.items(), key=_place))) if entries else b""
        at = _first_difference(made, data)
        if at is not None or not entries:
            holder = next((each.name for each in found if (at or 0) < each.end), ARCHIVE)
            faults.append((holder, f"other than it was made, from byte {at or 0}"))
    return Opened(entries=entries, faults=tuple(faults))


def _walk(data: bytes) -> Iterator[_Found]:
    """The entries one after the other; each takes bytes of its own, so nothing can unfold."""
    at = 0
    for _ in range(MAX_ENTRIES):
        head = data[at : at + _HEADER.size]
        if len(head) < _HEADER.size or not head.startswith(_LOCAL):
            return
        _, _, _, method, _, _, crc, packed, size, name_size, extra = _HEADER.unpack(head)
        begin = at + _HEADER.size + name_size + extra
        name = data[at + _HEADER.size : at + _HEADER.size + name_size]
        body = data[begin : begin + size]
        if method != zipfile.ZIP_STORED or packed != size or name_size > _LONGEST_NAME:
            return
        if len(body) != size:
            return
        at = begin + size
        is_sound = zlib.crc32(body) == crc
        yield _Found(name=name.decode("utf-8", "replace"), data=body, end=at, is_sound=is_sound)


def _place(entry: tuple[str, bytes]) -> tuple[bool, str]:
    return entry[0] != layout.MANIFEST, entry[0]


def _first_difference(one: bytes, other: bytes) -> int | None:
    if one == other:
        return None
    at, end = 0, min(len(one), len(other))
    while at < end:  # halves instead of a loop over every byte of a large file
        step = max(1, (end - at) // 2)
        if one[at : at + step] == other[at : at + step]:
            at += step
        elif step == 1:
            break
        else:
            end = at + step
    return at
