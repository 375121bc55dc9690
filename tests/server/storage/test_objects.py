"""Bytes kept under their own hash."""

import logging
from pathlib import Path

import pytest

from server.storage.objects import FileStore
from shared.errors import NotFound


def test_what_is_put_is_got_back(tmp_path: Path) -> None:
    store = FileStore(tmp_path)

    key = store.put("documents", b"paper")

    assert store.get(key) == b"paper"
    assert key.startswith("documents/")


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path)

    assert store.put("documents", b"paper") == store.put("documents", b"paper")
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 1


def test_a_half_written_file_is_written_again(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    key = store.put("documents", b"paper")
    file = next(path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(b"pap")

    assert store.put("documents", b"paper") == key
    assert store.get(key) == b"paper"


def test_damaged_bytes_are_never_given_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = FileStore(tmp_path)
    key = store.put("documents", b"paper")
    next(path for path in tmp_path.rglob("*") if path.is_file()).write_bytes(b"forge")

    with caplog.at_level(logging.ERROR), pytest.raises(NotFound):
        store.get(key)

    assert "damaged" in caplog.text


@pytest.mark.parametrize("key", ["", "documents/x", "../../etc/passwd", "documents/" + "g" * 64])
def test_a_key_that_is_none_leads_nowhere(key: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        FileStore(tmp_path).get(key)


def test_what_was_never_put_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        FileStore(tmp_path).get("documents/" + "0" * 64)
