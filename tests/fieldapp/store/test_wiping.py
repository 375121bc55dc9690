"""Wiping: the key first, then the files, whatever happens in between."""

from pathlib import Path

import pytest

from fieldapp.errors import LocalFault, StoreKeyWrong
from fieldapp.ports.fake.keystore import FakeKeyStore
from fieldapp.store.files import KEYS, STORE
from fieldapp.store.wiping import wipe


def filled(folder: Path) -> FakeKeyStore:
    keystore = FakeKeyStore()
    (folder / KEYS).write_bytes(keystore.wrap(b"store key"))
    for suffix in ("", "-wal", "-shm"):
        (folder / f"{STORE}{suffix}").write_bytes(b"ciphertext")
    return keystore


def test_nothing_is_left(tmp_path: Path) -> None:
    wipe(tmp_path, filled(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_repeated(tmp_path: Path) -> None:
    keystore = filled(tmp_path)
    wipe(tmp_path, keystore)
    wipe(tmp_path, keystore)


def test_when_removing_fails_the_key_is_gone_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keystore = filled(tmp_path)
    wrapped = (tmp_path / KEYS).read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise OSError("busy")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(LocalFault):
        wipe(tmp_path, keystore)
    assert (tmp_path / KEYS).read_bytes() == bytes(len(wrapped))
    with pytest.raises(StoreKeyWrong):
        keystore.unwrap(wrapped)
