"""A server starts with its own keys over its own database, or not at all."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from server import assembly, founding, secrets
from server.clock import SetClock
from server.commands import begin_epoch, serve
from server.config import Settings
from server.models import AuditEntry, ChangeLog, Epoch, KeyCheck
from server.refusals import ForeignDatabase, ForeignKeys, KeysExposed, NotSetUp
from server.work import Parts
from shared import base64url
from tests.server.conftest import NOW
from tests.server.everything import rows


def started(settings: Settings) -> None:
    """What `mingcha serve` does before it listens."""
    parts = assembly.set_up(settings, clock=SetClock(NOW))
    try:
        founding.found(parts)
    finally:
        parts.engine.dispose()


def other_key(path: Path) -> None:
    path.write_text(base64url.encode(b"x" * 32) + "\n")


def test_a_server_starts_again_over_its_own_database(settings: Settings) -> None:
    started(settings)
    started(settings)


@pytest.mark.parametrize("lost", ["blind-index.key", "cursor.key", "field", "signing", "flask.key"])
def test_a_lost_key_is_not_replaced(settings: Settings, lost: str) -> None:
    path = settings.secrets_dir / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(NotSetUp, match=r"A key is missing"):
        started(settings)
    assert not path.exists()


def test_lost_keys_are_not_replaced_by_new_ones(settings: Settings) -> None:
    shutil.rmtree(settings.secrets_dir)
    with pytest.raises(NotSetUp):
        started(settings)
    assert not settings.secrets_dir.exists()


@pytest.mark.parametrize("name", ["blind-index.key", "cursor.key"])
def test_another_server_s_key_is_refused(settings: Settings, name: str) -> None:
    other_key(settings.secrets_dir / name)
    with pytest.raises(ForeignKeys):
        started(settings)


@pytest.mark.parametrize("kind", ["field", "signing"])
def test_another_key_under_a_known_name_is_refused(settings: Settings, kind: str) -> None:
    (known,) = (settings.secrets_dir / kind).glob("*.key")
    other_key(known)
    with pytest.raises(ForeignKeys):
        started(settings)


@pytest.mark.parametrize("kind", ["field", "signing"])
def test_another_server_s_set_of_keys_is_refused(settings: Settings, kind: str) -> None:
    (known,) = (settings.secrets_dir / kind).glob("*.key")
    known.rename(known.with_name("x20990101abcdef.key"))
    other_key(known.with_name("x20990101abcdef.key"))
    with pytest.raises(ForeignKeys):
        started(settings)


def test_nothing_is_changed_when_the_keys_are_foreign(settings: Settings, parts: Parts) -> None:
    before = rows(parts.engine)
    other_key(settings.secrets_dir / "cursor.key")
    with pytest.raises(ForeignKeys):
        started(settings)
    assert rows(parts.engine) == before


def test_a_new_key_beside_the_old_is_welcome_and_then_needed(settings: Settings) -> None:
    newer = settings.secrets_dir / "field" / "f20990101abcdef.key"
    secrets.write_key(newer, b"y" * 32)
    started(settings)
    newer.unlink()
    with pytest.raises(ForeignKeys):
        started(settings)


def test_the_key_of_cookies_may_be_changed(settings: Settings) -> None:
    other_key(settings.secrets_dir / "flask.key")
    started(settings)


def test_no_key_can_be_told_from_what_the_database_keeps_of_it(parts: Parts) -> None:
    with Session(parts.engine) as session:
        kept = " ".join(session.scalars(select(KeyCheck.digest)))
    for key in (parts.secrets.blind_index, *parts.secrets.field_keys.values()):
        assert key.hex() not in kept


def test_a_key_that_everybody_can_read_is_refused(settings: Settings) -> None:
    (settings.secrets_dir / "cursor.key").chmod(0o644)
    with pytest.raises(KeysExposed):
        started(settings)


def test_only_the_owner_reads_what_the_server_keeps(tmp_path: Path) -> None:
    settings = Settings.from_env({"MINGCHA_DATA_DIR": str(tmp_path / "data")})
    started(settings)
    modes = {
        str(path.relative_to(tmp_path)): path.stat().st_mode & 0o777
        for path in (settings.data_dir, *settings.data_dir.rglob("*"))
        if path.is_relative_to(settings.secrets_dir) or path == settings.data_dir
    }
    assert {mode for path, mode in modes.items() if (tmp_path / path).is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if (tmp_path / path).is_file()} == {0o600}


def restored(settings: Settings) -> None:
    """Somebody put back a database that has lived on elsewhere."""
    parts = assembly.assemble(settings, clock=SetClock(NOW))
    begin_epoch.begin(parts, "somewhere else")
    parts.engine.dispose()


def test_a_database_of_another_epoch_is_refused_until_somebody_says_so(settings: Settings) -> None:
    started(settings)
    known = (settings.data_dir / "epoch").read_text()
    restored(settings)
    (settings.data_dir / "epoch").write_text(known)
    with pytest.raises(ForeignDatabase):
        started(settings)
    restored(settings)
    started(settings)


def test_a_new_epoch_is_in_the_audit_log(settings: Settings, parts: Parts) -> None:
    restored(settings)
    with Session(parts.engine) as session:
        assert session.scalars(select(Epoch.reason)).all() == ["founded", "somewhere else"]
        assert session.scalars(select(AuditEntry.action)).all() == ["epoch.began"]


def test_a_new_data_folder_with_the_same_keys_may_serve_too(settings: Settings) -> None:
    """A second node: the same secrets, its own folder."""
    started(settings)
    second = settings.data_dir.with_name("second")
    shutil.copytree(settings.secrets_dir, second / "secrets")
    started(replace(settings, data_dir=second))


def test_serve_says_in_one_line_why_it_does_not_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, listened: Callable[[], bool]
) -> None:
    monkeypatch.setenv("MINGCHA_DATA_DIR", str(settings.data_dir))
    other_key(settings.secrets_dir / "cursor.key")
    result = CliRunner().invoke(serve.command, ["--port", "0"])
    assert isinstance(result.exception, ForeignKeys)
    assert not listened()


@pytest.fixture
def listened(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Whether the server went as far as listening."""
    calls: list[object] = []
    monkeypatch.setattr(serve.Server, "run", calls.append)
    return lambda: bool(calls)


@pytest.mark.postgres
def test_a_log_written_by_another_cluster_is_refused(tmp_path: Path, postgres_url: str) -> None:
    settings = Settings.from_env(
        {"MINGCHA_DATA_DIR": str(tmp_path), "MINGCHA_DATABASE_URL": postgres_url}
    )
    started(settings)
    started(settings)
    parts = assembly.assemble(settings, clock=SetClock(NOW))
    with Session(parts.engine) as session:
        session.execute(text("UPDATE change_log SET xid = xid + 1000000"))
        session.commit()
    with pytest.raises(ForeignDatabase):
        started(settings)
    begin_epoch.begin(parts, "dump of yesterday")
    started(settings)
    with Session(parts.engine) as session:
        assert set(session.scalars(select(ChangeLog.xid))) == {0}
    parts.engine.dispose()
