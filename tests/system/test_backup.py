"""A backup taken, the server lost, the backup put back: and the tablets bring the rest again.

Drilled on both engines with the real tablet over the real server.
"""

import json
import os
import shutil
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.clock import BEIJING, FakeClock
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.ports.fake.network import SwitchedTransport
from fieldapp.store.outbox import OutboxState as Sent
from fieldapp.tablet import Tablet
from server import assembly, founding, secrets
from server.app import create_app
from server.backup import manifest, putting_back, rules, tables, taking
from server.cli import cli
from server.clock import SetClock
from server.models import (
    Agency,
    AuditEntry,
    Base,
    ChangeLog,
    DocumentNumber,
    Epoch,
    EvidenceFile,
    KeySetVersion,
    OutboxMessage,
    OutboxState,
    TraceEvent,
    Visit,
)
from server.principal import SYSTEM
from server.refusals import BackupUnfit, ForeignDatabase
from server.services import audit, case_export, platform_keys, rebuild
from server.services import numbers as document_numbers
from server.storage.objects import object_store
from server.work import Parts, open_work
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP
from tests.server import sync_world
from tests.server.everything import rows
from tests.system.test_tablet_and_server import EVENTS, Both, over, settings, whole_visit
from tests.world import NOON

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
LARGE = 32 * 1024 * 1024
ADDED = {"audit_entry", "audit_head"}
"""Tables that taking a backup changes afterwards: that it was taken is noted."""


@pytest.fixture(params=ENGINES)
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Two empty databases: the one that will be lost, and the one it is put back to."""
    if request.param == "sqlite":
        yield [f"sqlite:///{tmp_path / name / 'mingcha.db'}" for name in ("one", "two")]
        return
    cluster = request.getfixturevalue("postgres_cluster")
    names = [cluster.create_database() for _ in range(2)]
    yield [cluster.url(name) for name in names]
    for name in names:
        cluster.drop_database(name)


@pytest.fixture
def both(urls: list[str], tmp_path: Path) -> Iterator[Both]:
    """A server with one tablet that made a visit and pushed it, its photo included."""
    clock, server_clock = FakeClock(NOON.astimezone(BEIJING)), SetClock(NOON)
    told = replace(settings(tmp_path / "one"), database_url=urls[0])
    parts = assembly.set_up(told, clock=server_clock)
    founding.found(parts)
    sync_world.plant(parts)
    client = create_app(parts).test_client()
    network = SwitchedTransport(over(client))
    ports = fake_ports(clock=clock, transport=network, location=FakeLocation(AT_THE_GATE))
    made = Both(
        parts=parts,
        client=client,
        server_clock=server_clock,
        clock=clock,
        network=network,
        tablet=Tablet(tmp_path / "tablet", ports, params=CHEAP),
        folder=tmp_path / "tablet",
    )
    made.enrol()
    assert made.sync().problem is None
    yield made
    made.tablet.lock()
    made.parts.engine.dispose()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "safe"
    folder.mkdir()
    return folder


def put_back(both: Both, place: Path, url: str) -> Parts:
    """The server is gone; another one is made of the backup and answers the tablet from now on."""
    both.parts.engine.dispose()
    told = replace(settings(place.parent / "two"), database_url=url)
    putting_back.put_back(
        told,
        place / "backup",
        reason="drill",
        keys_from=place / "keys",
        clock=both.server_clock,
    )
    parts = assembly.set_up(told, clock=both.server_clock)
    founding.found(parts)  # what `mingcha serve` does before it listens
    both.parts, both.client = parts, create_app(parts).test_client()
    both.network._inner = over(both.client)
    return parts


def take(both: Both, place: Path, **other: Any) -> manifest.Manifest:
    return taking.take(both.parts, place / "backup", keys_to=place / "keys", **other)


def test_tablets_bring_again_what_the_backup_did_not_have(
    both: Both, place: Path, urls: list[str]
) -> None:
    visit_id = whole_visit(both)
    take(both, place)
    assert both.sync().problem is None  # the server has it, the backup has not
    assert both.counts() == {Sent.APPLIED: EVENTS}

    parts = put_back(both, place, urls[1])
    both.wait(seconds=60)
    with open_work(parts, SYSTEM) as work:
        assert work.session.get(Visit, visit_id) is None
    reports = [both.sync() for _ in range(3)]

    assert reports[-1].problem is None
    assert both.counts() == {Sent.APPLIED: EVENTS}
    with open_work(parts, SYSTEM) as work:
        visit = work.session.get_one(Visit, visit_id)
        assert (visit.complete, visit.irregular) == (True, False)
        assert len(work.session.scalars(select(TraceEvent.id)).all()) == EVENTS
        (file,) = work.session.scalars(select(EvidenceFile))
        assert file.state == "bytes_complete"
        found = list(rebuild.differences(work, rebuild.visit_ids(work)))
        assert found == [], "\n".join(map(str, found))
        assert case_export.of_visit(work, visit_id).report.faults == ()
        assert list(audit.verify(work.session)) == []
        assert both.session.references().tasks  # the snapshot of the new epoch came whole
        assert work.session.scalar(select(Epoch.reason).order_by(Epoch.no.desc())) == "drill"
    assert both.sync().changes == 0


def test_every_row_and_object_comes_back_and_nothing_else(
    both: Both, place: Path, urls: list[str]
) -> None:
    whole_visit(both)
    assert both.sync().problem is None
    before = rows(both.parts.engine)
    told = take(both, place)
    assert told.objects == len(stored(both.parts))
    if told.engine == "postgresql":
        wanted = {f"database/{table}{tables.COPY}" for table in Base.metadata.tables}
        assert set(told.files) == {*wanted, "objects.txt"}

    own = replace(settings(place.parent / "two"), database_url=urls[1])
    putting_back.taking.keep_keys(place / "keys", own.secrets_dir)
    objects = stored(both.parts)
    untouched = rules.apply
    try:
        rules.apply = lambda *_args, **_kw: rules.Restored(  # type: ignore[assignment]
            epoch=told.epoch, series=0, letters=0
        )
        putting_back.put_back(own, place / "backup", reason="x", clock=both.server_clock)
    finally:
        rules.apply = untouched  # type: ignore[assignment]

    parts = assembly.assemble(own, clock=both.server_clock)
    after = rows(parts.engine)
    parts.engine.dispose()
    assert {name: after[name] for name in after} == before
    assert stored(parts) == objects


def stored(parts: Parts) -> set[str]:
    folder = parts.settings.data_dir / "objects"
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("urls", ["sqlite"], indirect=True)
def test_what_was_said_after_the_backup_is_not_said_again(
    both: Both, place: Path, urls: list[str]
) -> None:
    whole_visit(both)
    assert both.sync().problem is None
    with open_work(both.parts, SYSTEM) as work:
        work.session.execute(update(ChangeLog).values(xid=2**40))  # another cluster's numbers
        rows = work.session.scalars(select(DocumentNumber))
        numbers = {(n.agency_id, n.kind, n.year): n.next for n in rows}
        waiting = work.session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.state == OutboxState.WAITING)
        ).all()
        version = platform_keys.key_set(work)["version"]
    take(both, place)

    parts = put_back(both, place, urls[1])

    with open_work(parts, SYSTEM) as work:
        assert set(work.session.scalars(select(ChangeLog.xid))) <= {0} | recent(work)
        series = work.session.scalars(select(DocumentNumber)).all()
        for row in series:
            before = numbers.get((row.agency_id, row.kind, row.year), 1)
            assert row.next == before + rules.SKIPPED_NUMBERS
        # A series that began after the backup was taken goes on above it as well.
        agencies = work.session.scalars(select(Agency.id)).all()
        assert {row.agency_id for row in series} == set(agencies)
        assert {row.kind for row in series} == set(document_numbers.KINDS)
        letters = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.id.in_(waiting))
        ).all()
        assert {letter.state for letter in letters} <= {OutboxState.DEAD}
        assert platform_keys.key_set(work)["version"] > version + 100
        newest = work.session.scalar(
            select(KeySetVersion.version).order_by(KeySetVersion.version.desc())
        )
        assert newest == platform_keys.key_set(work)["version"]
        entry = work.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "backup.restored")
        ).one()
        assert entry.facts["reason"] == "drill"
    assert both.sync().problem is None


def recent(work: Any) -> set[int]:
    """Transactions of this very cluster: what the restore itself published."""
    return {xid for xid in work.session.scalars(select(ChangeLog.xid)) if xid < 2**40}


@pytest.mark.parametrize("urls", ["sqlite"], indirect=True)
def test_the_keys_lie_apart_and_the_recovery_key_is_not_among_them(both: Both, place: Path) -> None:
    take(both, place)

    kept = {path.name for path in (place / "backup").rglob("*")}
    assert not {name for name in kept if name.endswith((".key", ".p12"))}
    secret = {path.read_bytes() for path in both.parts.settings.secrets_dir.rglob("*.key")}
    for path in (place / "backup").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(key.strip() in data for key in secret)
    assert (both.parts.settings.secrets_dir / secrets.RECOVERY_PRIVATE).exists()
    assert secrets.RECOVERY_PRIVATE not in {path.name for path in (place / "keys").rglob("*")}
    modes = {path.stat().st_mode & 0o077 for path in (place / "keys").rglob("*")}
    assert modes == {0}
    with pytest.raises(BackupUnfit):
        taking.take(both.parts, place / "other", keys_to=place / "other" / "keys")


@pytest.mark.parametrize("urls", ["sqlite"], indirect=True)
def test_a_backup_that_was_broken_off_is_none_and_goes_on(
    both: Both, place: Path, urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_visit(both)
    assert both.sync().problem is None
    copied: list[Path] = []
    copy = taking._copy

    def breaks(source: Path, target: Path) -> None:
        if len(copied) == 1:
            raise KeyboardInterrupt
        copied.append(target)
        copy(source, target)

    monkeypatch.setattr(taking, "_copy", breaks)
    if len(stored(both.parts)) < 2:
        (both.parts.settings.data_dir / "objects").mkdir(exist_ok=True)
        object_store(both.parts.settings).put("documents", b"%PDF another")
    with pytest.raises(KeyboardInterrupt):
        take(both, place)
    assert not (place / "backup").exists()
    half = replace(settings(place.parent / "two"), database_url=urls[1])
    taking.keep_keys(both.parts.settings.secrets_dir, half.secrets_dir)
    with pytest.raises(BackupUnfit):
        putting_back.put_back(half, place / "backup.partial", reason="x")

    again: list[Path] = []

    def copy_and_note(one: Path, two: Path) -> None:
        again.append(two)
        copy(one, two)

    monkeypatch.setattr(taking, "_copy", copy_and_note)
    told = take(both, place)

    assert told.objects == len(stored(both.parts))
    assert len(again) == told.objects - 1
    assert not (place / "backup.partial").exists()


def test_a_restore_that_was_broken_off_does_not_serve_and_goes_on(
    both: Both, place: Path, urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    take(both, place)
    with monkeypatch.context() as patched:
        patched.setattr(rules, "apply", broken)
        with pytest.raises(KeyboardInterrupt):
            put_back(both, place, urls[1])
    own = replace(settings(place.parent / "two"), database_url=urls[1])
    parts = assembly.assemble(own, clock=both.server_clock)
    if parts.engine.dialect.name == "sqlite":
        assert not inspect(parts.engine).get_table_names()
        Path(str(parts.engine.url.database)).unlink()
    else:
        with pytest.raises(ForeignDatabase):
            founding.found(parts)
    parts.engine.dispose()

    put_back(both, place, urls[1])

    assert both.sync().problem is None


def broken(*_args: object, **_named: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("urls", ["sqlite"], indirect=True)
class TestWhatIsRefused:
    def test_any_changed_byte(self, both: Both, place: Path) -> None:
        whole_visit(both)
        assert both.sync().problem is None
        told = take(both, place)
        own = settings(place.parent / "two")
        taking.keep_keys(place / "keys", own.secrets_dir)
        files = [path for path in (place / "backup").rglob("*") if path.is_file()]
        assert len(files) == told.objects + 3
        for path in files:
            whole = path.read_bytes()
            at = len(whole) // 2
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            shutil.rmtree(own.data_dir / "objects", ignore_errors=True)
            with pytest.raises(BackupUnfit):
                putting_back.put_back(own, place / "backup", reason="x")
            path.write_bytes(whole)
        assert not (own.data_dir / "mingcha.db").exists()

    def test_a_database_that_serves_already(self, both: Both, place: Path) -> None:
        take(both, place)
        with pytest.raises(BackupUnfit):
            putting_back.put_back(both.parts.settings, place / "backup", reason="x")
        assert both.sync().problem is None

    def test_a_target_that_is_there(self, both: Both, place: Path) -> None:
        take(both, place)
        with pytest.raises(BackupUnfit):
            taking.take(both.parts, place / "backup")

    def test_another_servers_keys(self, both: Both, place: Path, tmp_path: Path) -> None:
        take(both, place)
        other = settings(tmp_path / "stranger")
        secrets.ensure(other.secrets_dir, os.urandom, NOON)
        with pytest.raises(BackupUnfit):
            putting_back.put_back(other, place / "backup", reason="x")


@pytest.mark.parametrize("urls", ["sqlite"], indirect=True)
def test_no_file_is_held_in_memory_on_the_way_out_or_back(
    both: Both, place: Path, urls: list[str]
) -> None:
    """What a backup and a restore take of memory does not grow with what there is."""
    object_store(both.parts.settings).put("evidence", os.urandom(LARGE))
    tracemalloc.start()
    try:
        take(both, place)
        _now, taking_it = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        before, _peak = tracemalloc.get_traced_memory()
        told = replace(settings(place.parent / "two"), database_url=urls[1])
        putting_back.put_back(told, place / "backup", reason="drill", keys_from=place / "keys")
        _now, putting_it_back = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert max(taking_it, putting_it_back - before) < LARGE / 2


@pytest.mark.parametrize("urls", ["sqlite"], indirect=True)
def test_objects_of_an_older_backup_are_linked_and_the_commands_say_what_they_did(
    both: Both, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_visit(both)
    assert both.sync().problem is None
    take(both, place)
    monkeypatch.setenv("MINGCHA_DATA_DIR", str(both.parts.settings.data_dir))
    run = CliRunner()

    done = run.invoke(cli, ["backup", str(place / "next"), "--previous", str(place / "backup")])

    assert done.exit_code == 0, done.output
    objects = [path for path in (place / "next" / "objects").rglob("*") if path.is_file()]
    assert objects
    assert {path.stat().st_nlink for path in objects} == {2}
    monkeypatch.setenv("MINGCHA_DATA_DIR", str(place / "third"))
    arguments = ["restore", str(place / "next"), "--reason", "drill", "--keys-from"]
    done = run.invoke(cli, [*arguments, str(place / "keys"), "--skip-numbers", "50"])
    assert done.exit_code == 0, done.output
    assert "skip 50 numbers" in done.output
    assert json.loads((place / "next" / "backup.json").read_bytes())["typ"] == "backup"


def test_a_server_goes_on_while_its_backup_is_taken(both: Both, place: Path) -> None:
    """The rows are of one moment: what comes meanwhile is in the next backup."""
    seen: list[str] = []
    dump = tables._dump_table if both.parts.engine.dialect.name != "sqlite" else tables._dump_sqlite

    def busy(*told: Any) -> Path:
        if not seen:
            seen.append("once")
            both.server_clock.move(timedelta(seconds=1))
            with open_work(both.parts, SYSTEM) as work:
                audit.write(work, "epoch.began", "epoch", "meanwhile")
        return dump(*told)

    name = dump.__name__
    original = getattr(tables, name)
    try:
        setattr(tables, name, busy)
        take(both, place)
    finally:
        setattr(tables, name, original)
    assert seen
    with Session(both.parts.engine) as session:
        assert "meanwhile" in session.scalars(select(AuditEntry.object_id)).all()
