"""The outer form of a case file: one ZIP archive, the same bytes for the same entries.

Nothing is compressed, so the bytes do not depend on a library's version, and a hostile archive
cannot unfold into more than it is. It never touches a file system, so no name can leave a folder.
"""

import io
import zipfile
from collections.abc import Mapping

from shared.errors import BadInput

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP entry can say; the manifest has the real time
_UNIX = 3
_READABLE = 0o100644 << 16
MAX_ENTRIES = 100_000


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
    """The entries of an archive that `to_zip` could have made; `BadInput` for any other."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check(infos, len(data))
            return {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise BadInput("Not a case file.") from error


def _check(infos: list[zipfile.ZipInfo], size: int) -> None:
    names = {info.filename for info in infos}
    # Entries that share their bytes would unfold into more than the archive is long.
    if len(infos) > MAX_ENTRIES or sum(info.file_size for info in infos) > size:
        raise BadInput("More than a case file of this length can hold.")
    if len(names) != len(infos):
        raise BadInput("An entry is in the archive twice.")
    for info in infos:
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise BadInput("Compressed or encrypted entries.", entry=info.filename)
