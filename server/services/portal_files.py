"""Photos and recordings an enterprise sends along: told by their content, kept under their hash."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server.services import file_types
from server.storage.objects import object_store
from server.work import Work
from shared.errors import BadInput, NotFound
from shared.files import EVIDENCE, PDF

FOLDER = "portal"
MOST = 6
LARGEST = 5 * 1024 * 1024
KINDS = EVIDENCE - {PDF}
"""They are shown in a page; a document would be opened there by whatever the browser has for it."""


def keep(work: Work, sent: Sequence[bytes]) -> list[dict[str, Any]]:
    """Keep what was sent; raises `BadInput` for too many or too large, `EvidenceRefused` else."""
    if len(sent) > MOST or any(len(data) > LARGEST for data in sent):
        raise BadInput("Too many files, or too large.", errors={"/files": f"{MOST} of 5 MB."})
    return [_kept(work, data) for data in sent if data]


def read(work: Work, files: Sequence[dict[str, Any]], n: int) -> tuple[bytes, str]:
    """The bytes and the type of the `n`th file."""
    if not 0 <= n < len(files):
        raise NotFound("No such file.")
    return object_store(work.settings).get(files[n]["key"]), str(files[n]["type"])


def _kept(work: Work, data: bytes) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent"
        path.write_bytes(data)
        kind = file_types.check(path, allowed=KINDS)
    key = object_store(work.settings).put(FOLDER, data)
    return {"key": key, "type": kind, "size": len(data)}
