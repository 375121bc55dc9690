"""Evidence up by tus: photographs of 2 MB in pieces of 512 KiB, verified and synced to disk.

What the disk itself gives is measured beside: the same bytes written and synced piece by piece.
`SMALL=1` only sees that nothing fails.
"""

import base64
import io
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.models import ChainHead, EvidenceFile, EvidenceState
from tests.benchmarks.syncing import figures
from tests.benchmarks.syncing.load import PLACE, Job, Step
from tests.benchmarks.syncing.place import SMALL, Place, Serving, loaded, place, serving, warm
from tests.server.factories import add

pytestmark = [pytest.mark.bench, pytest.mark.postgres]
SIZE, PIECE = 2 * 1024 * 1024, 512 * 1024
FILES = 4 if SMALL else 60  # of each run
TABLETS = 8
BARS = {1: 45.0, 4: 52.0}
FILES_AT = "/api/v1/evidence/files"
NUMBERS = count()


@dataclass(frozen=True)
class Scene:
    place: Place
    server: Serving
    picture: bytes
    folder: Path

    def file(self, tablet: str) -> list[Step]:
        """The requests that bring a picture nobody has brought before."""
        number = next(NUMBERS)
        data = _told_apart(self.picture, number)
        told = {
            "evidence_id": f"photo-{number}",
            "visit_id": f"visit-{tablet}",
            "sha256": sha256(data).hexdigest(),
            "filename": f"{number}.jpg",
            "filetype": "image/jpeg",
        }
        words = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items())
        tus = {"Tus_Resumable": "1.0.0"}
        steps = [
            self.place.step(
                tablet, "POST", FILES_AT, **tus, Upload_Length=str(SIZE), Upload_Metadata=words
            )
        ]
        for at in range(0, SIZE, PIECE):
            piece = data[at : at + PIECE]
            check = base64.b64encode(sha256(piece).digest()).decode()
            headers = {
                **tus,
                "Upload_Offset": str(at),
                "Upload_Checksum": f"sha256 {check}",
                "Content_Type": "application/offset+octet-stream",
            }
            steps.append(self.place.step(tablet, "PATCH", PLACE.decode(), piece, **headers))
        return steps


def _photograph() -> bytes:
    """A JPEG of exactly the size: grain over a scene, as a camera's, and a comment to fill up."""
    grain = np.random.default_rng(7).normal(0, 9, (2448, 3264, 1))
    slope = np.linspace(40, 210, 3264)[None, :, None] + np.zeros((2448, 1, 3))
    picture = Image.fromarray(np.clip(slope + grain, 0, 255).astype("uint8"))
    for quality in range(95, 10, -3):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= SIZE - 1024:
            return out.getvalue()
    raise AssertionError("no quality makes it small enough")


def _told_apart(picture: bytes, number: int) -> bytes:
    """The picture with comments (segments of at most 64 KiB) up to the size, the first its own."""
    missing = SIZE - len(picture)
    comments = b""
    first = f"photo {number}".encode()
    while missing:
        length = min(missing, 60_000)
        if 0 < missing - length < 8:
            length -= 8
        text = first.ljust(length - 4, b" ")
        comments += b"\xff\xfe" + (length - 2).to_bytes(2) + text
        missing -= length
        first = b""
    return picture[:2] + comments + picture[2:]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("files")
    with place(folder, tablets=TABLETS, visits=0, points=0) as county:
        now = datetime.now(UTC)  # noqa: TID251 -- the server's process has the real clock
        add(
            county.parts,
            [
                ChainHead(
                    visit_id=f"visit-{tablet}",
                    device_id=tablet,
                    seq=1,
                    hash="0" * 64,
                    device_seq=1,
                    changed_at=now,
                )
                for tablet in county.tablets
            ],
        )
        with serving(county) as server:
            found = Scene(place=county, server=server, picture=_photograph(), folder=folder)
            warm(server, [found.file(tablet) for tablet in county.tablets[:4]])
            yield found


@pytest.mark.parametrize("clients", [1, 4])
def test_photographs(scene: Scene, clients: int, capsys: pytest.CaptureFixture[str]) -> None:
    each = max(FILES // clients, 1)
    steps = [
        [step for n in range(each) for step in scene.file(scene.place.tablets[(client + n) % 8])]
        for client in range(clients)
    ]
    disk = _of_the_disk(scene.folder)
    used = scene.server.processor_s()
    found = loaded(Job(port=scene.server.port, clients=steps))
    used = scene.server.processor_s() - used
    megabytes = each * clients * SIZE / 1e6
    rate = megabytes / found.seconds
    figures.say(
        capsys,
        f"tus, {clients} clients: {rate:.1f} MB/s ({disk:.0f} MB/s of the disk alone, synced "
        f"piece by piece); {used * 1000 / each / clients:.0f} ms of processor a file; "
        f"{figures.told(found)} a request; calibration {found.calibration_s * 1000:.0f} ms",
    )
    assert set(found.statuses) == {201, 204}
    with Session(scene.place.parts.engine) as session:
        whole = select(func.count()).where(EvidenceFile.state == EvidenceState.BYTES_COMPLETE)
        noted = select(func.count()).select_from(EvidenceFile)
        assert session.scalar(whole) == session.scalar(noted)
    if not SMALL:
        assert rate >= BARS[clients]


def _of_the_disk(folder: Path) -> float:
    """Megabytes a second of writing pieces and syncing each, by one process."""
    data, start = os.urandom(PIECE), time.perf_counter()
    for number in range(10):
        path = folder / f"disk-{number}"
        with path.open("wb") as file:
            for _ in range(SIZE // PIECE):
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
    return 10 * SIZE / 1e6 / (time.perf_counter() - start)
