"""Evidence in chunks: every byte back, from any offset, and never changed."""

from pathlib import Path
from typing import Any

import pytest

from fieldapp.store.evidence import CHUNK_BYTES, Evidence, EvidenceStore
from fieldapp.store.journal import Journal
from fieldapp.store.migrating import migrate
from fieldapp.store.opening import ConstraintBroken, Store, create_store
from shared.crypto import sha256_hex
from tests.world import Tablet

SIZES = [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5]


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = create_store(tmp_path / "store.db", b"k" * 32)
    migrate(made)
    yield made
    made.close()


def bytes_of(size: int) -> bytes:
    return bytes(number * 7 % 251 for number in range(size))


def add(store: Store, data: bytes) -> Evidence:
    world = Tablet()
    event = world.open()
    file = Evidence(
        id="f1",
        event_id=event.id,
        visit_id=event.visit_id,
        sha256=sha256_hex(data),
        size=len(data),
        media_type="image/jpeg",
    )
    with store.transaction() as tx:
        Journal(store).append(tx, event)
        EvidenceStore(store).add(tx, file, data)
    return file


@pytest.mark.parametrize("size", SIZES)
def test_what_goes_in_comes_out(store: Store, size: int) -> None:
    data = bytes_of(size)
    file = add(store, data)
    held = EvidenceStore(store)
    assert held.whole("f1") == data
    assert held.intact(file)
    pieces = list(held.read("f1"))
    assert all(len(piece) <= CHUNK_BYTES for piece in pieces)


@pytest.mark.parametrize("offset", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 17])
def test_reading_goes_on_from_any_offset(store: Store, offset: int) -> None:
    data = bytes_of(3 * CHUNK_BYTES)
    add(store, data)
    assert b"".join(EvidenceStore(store).read("f1", offset=offset)) == data[offset:]


def test_a_file_needs_its_event(store: Store) -> None:
    file = Evidence(
        id="f2", event_id="none", visit_id="v", sha256="0" * 64, size=1, media_type="image/png"
    )
    with pytest.raises(ConstraintBroken), store.transaction() as tx:
        EvidenceStore(store).add(tx, file, b"x")


def test_damage_is_noticed(store: Store) -> None:
    file = add(store, bytes_of(10))
    with store.transaction() as tx:
        tx.execute("DROP TRIGGER chunk_no_update")
        tx.execute("UPDATE evidence_chunk SET data = x'00'")
    assert not EvidenceStore(store).intact(file)
