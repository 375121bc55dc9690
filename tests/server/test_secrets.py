import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server import secrets
from server.refusals import NotSetUp
from shared import crypto

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def test_keys_are_made_once_and_read_again(tmp_path: Path) -> None:
    first = secrets.ensure(tmp_path, os.urandom, NOW)
    again = secrets.ensure(tmp_path, os.urandom, NOW)
    assert vars_of(first) == vars_of(again)
    assert first.field_kid.startswith("f20260701")
    assert len({first.flask, first.blind_index, first.cursor, *first.field_keys.values()}) == 4


def test_only_the_owner_reads_a_key(tmp_path: Path) -> None:
    secrets.ensure(tmp_path / "secrets", os.urandom, NOW)
    for file in (tmp_path / "secrets").rglob("*.key"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_a_newer_key_is_used_for_what_is_new(tmp_path: Path) -> None:
    old = secrets.ensure(tmp_path, os.urandom, NOW)
    secrets.write_key(tmp_path / "field" / "f20990101abcdef.key", b"a" * 32)
    new = secrets.load(tmp_path, NOW)
    assert new.field_kid == "f20990101abcdef"
    assert old.field_kid in new.field_keys


def test_a_signing_key_is_used_from_the_day_it_was_announced_for(tmp_path: Path) -> None:
    old = secrets.ensure(tmp_path, os.urandom, NOW)
    first_used = NOW + timedelta(days=7)
    kid = secrets.add_signing_key(tmp_path, os.urandom, first_used)
    early = secrets.load(tmp_path, first_used - timedelta(seconds=1))
    late = secrets.load(tmp_path, first_used)
    assert (early.signing_kid, late.signing_kid) == (old.signing_kid, kid)
    assert set(early.signing_seeds) == {old.signing_kid, kid}


def test_without_keys_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp):
        secrets.load(tmp_path, NOW)


def test_the_recovery_key_opens_what_is_sealed_to_it_and_is_not_loaded(tmp_path: Path) -> None:
    loaded = secrets.ensure(tmp_path, os.urandom, NOW)
    private = secrets.read_key(tmp_path / secrets.RECOVERY_PRIVATE)
    box = crypto.seal_to(loaded.recovery_public, b"store key", os.urandom(32), os.urandom(12))
    assert crypto.open_sealed(private, box) == b"store key"
    assert private not in vars_of(loaded).values()
    assert "离线" in (tmp_path / "RECOVERY.txt").read_text(encoding="utf-8")
    (tmp_path / secrets.RECOVERY_PRIVATE).unlink()
    assert vars_of(secrets.ensure(tmp_path, os.urandom, NOW)) == vars_of(loaded)


def test_printing_the_keys_prints_none(tmp_path: Path) -> None:
    loaded = secrets.ensure(tmp_path, os.urandom, NOW)
    assert loaded.flask.hex() not in repr(loaded)
    assert repr(loaded.flask) not in repr(loaded)


def vars_of(loaded: secrets.Secrets) -> dict[str, object]:
    return {name: getattr(loaded, name) for name in loaded.__slots__}
