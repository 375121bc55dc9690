"""Nothing a person or a camera said stands in clear anywhere in the tablet's data folder.

Canaries go in through the real API; then every byte on disk, write-ahead log included, is
searched, while the program runs and after it was killed without closing anything.
"""

import tempfile
import zlib
from pathlib import Path

import pytest

from fieldapp.ports.camera import Photo
from shared.events.kinds import EventKind
from shared.reference import ReferenceObject
from tests.fieldapp import visiting
from tests.fieldapp.conftest import OTHER_PIN, PIN, Field
from tests.world import LI, POINTS, USCC, WANG

NOTE = "后厨排水沟有异味CANARYNOTE"
SIGNER = "周掌柜CANARYSIGNER"
STATEMENT = "我们马上改CANARYSTATEMENT"
CONTACT = "13800138000"
FIRM = "济南金丝雀食品有限公司CANARYFIRM"
PICTURE = b"\xff\xd8CANARYPICTURE" + bytes(range(256)) * 2000

TEXTS = (NOTE, SIGNER, STATEMENT, CONTACT, FIRM, "王建国", "李秀英", "15010100001", PIN, OTHER_PIN)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def needles(field: Field) -> dict[str, bytes]:
    """What must not be found, by a name to report it under."""
    found = {
        f"{text} {encoding}": text.encode(encoding) for text in TEXTS for encoding in ENCODINGS
    }
    held = field.held
    found["picture"] = PICTURE[:40]
    found["picture, its middle"] = PICTURE[300_000:300_040]
    found["device key"] = held.identities.get().key.seed
    found["store key"] = field.session._wrapper.store_key
    found["officer key"] = field.session.desk.keys.get(WANG).seed
    for name in ("device key", "store key", "officer key"):
        found[f"{name} in hex"] = found[name].hex().encode()
    return found


def inspect_with_canaries(field: Field) -> None:
    firm = ReferenceObject(
        "enterprise", USCC, 2, {"id": USCC, "name": FIRM, "contact": {"phone_masked": CONTACT}}
    )
    field.platform.publish(firm)
    assert field.sync().problem is None
    flow = field.visit()
    for step in visiting.STEPS[:4]:
        step(flow)
    flow.add_photo(Photo(data=PICTURE), officer_id=LI, point_id=POINTS[0], caption=NOTE)
    visiting.answer(flow, POINTS[0], "nonconform", severity="rectify", note=NOTE)
    for point in POINTS[1:]:
        visiting.answer(flow, point)
    flow.take(
        EventKind.RECORD_READ,
        officer_id=WANG,
        payload={"content_hash": flow.record(STATEMENT).hash, "statement": STATEMENT},
    )
    flow.take(
        EventKind.SIGNED,
        officer_id=WANG,
        payload={
            "content_hash": flow.state().record.content_hash,
            "name": SIGNER,
            "capacity": "店长",
            "strokes": visiting.STROKES,
        },
    )


def found_in(folder: Path, canaries: dict[str, bytes]) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            found += [
                f"{name} in {path.name}" for name, needle in canaries.items() if needle in raw
            ]
    return found


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where anything that wants a temporary file would put it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_no_canary_is_on_disk_while_the_program_runs(scratch: Path, field: Field) -> None:
    inspect_with_canaries(field)
    wal = field.folder / "store.db-wal"
    assert wal.stat().st_size > len(PICTURE), "the write-ahead log is what this looks into"
    assert found_in(scratch.parent, needles(field)) == []


def test_nor_after_syncing_and_locking(
    scratch: Path, field: Field, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    inspect_with_canaries(field)
    canaries = needles(field)
    assert field.sync().problem is None
    field.tablet.lock()
    with pytest.raises(Exception, match="PIN"):
        field.tablet.unlock(WANG, "000003")
    assert found_in(scratch.parent, canaries) == []
    said = caplog.text.encode() + "".join(capfd.readouterr()).encode()
    assert [name for name, needle in canaries.items() if needle in said] == []


def test_nor_by_sorting_more_than_fits_in_memory(scratch: Path, field: Field) -> None:
    """temp_store=MEMORY: a large sort must not spill into a clear temporary file."""
    inspect_with_canaries(field)
    rows = field.held.store.rows(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        " SELECT i, raw FROM n, event ORDER BY raw DESC, i LIMIT 3"
    )
    assert len(rows) == 3
    assert found_in(scratch.parent, needles(field)) == []


def test_the_store_is_as_random_as_ciphertext(field: Field) -> None:
    inspect_with_canaries(field)
    for path in (field.folder / "store.db", field.folder / "store.db-wal"):
        raw = path.read_bytes()[4096:]
        pages = [raw[at + 64 : at + 4000] for at in range(0, len(raw) - 4096, 4096)]
        assert len(zlib.compress(b"".join(pages))) > 0.99 * sum(map(len, pages)), path.name


def test_the_canaries_would_be_found_in_clear_text(tmp_path: Path, field: Field) -> None:
    """The search itself works."""
    (tmp_path / "leak").write_bytes(b"x" + NOTE.encode() + PICTURE)
    found = found_in(tmp_path, needles(field))
    assert f"{NOTE} utf-8 in leak" in found
    assert "picture in leak" in found
    assert "picture, its middle in leak" in found
