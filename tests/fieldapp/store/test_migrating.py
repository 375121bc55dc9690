"""Migrations: numbered, each whole or not at all, with data in the store."""

from pathlib import Path
from typing import Any

import pytest

from fieldapp.errors import StoreTooNew
from fieldapp.store import migrating
from fieldapp.store.evidence import Evidence, EvidenceStore
from fieldapp.store.journal import Journal
from fieldapp.store.migrating import MIGRATIONS, Migration, migrate
from fieldapp.store.opening import Store, create_store
from tests.world import Tablet

NEXT = Migration(
    number=MIGRATIONS[-1].number + 1,
    name="next",
    statements=(
        "ALTER TABLE receipt ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE later (a TEXT)",
    ),
)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = create_store(tmp_path / "store.db", b"k" * 32)
    yield made
    made.close()


def schema(store: Store) -> list[Any]:
    return store.rows("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")


def with_data(store: Store) -> Tablet:
    """A visit with a file, as the first release wrote it."""
    world = Tablet()
    world.open()
    world.scan()
    event = world.photo()
    journal = Journal(store)
    for each in world.events:
        with store.transaction() as tx:
            journal.append(tx, each)
            if each is event:
                file = Evidence(
                    id="photo",
                    event_id=event.id,
                    visit_id=event.visit_id,
                    sha256=event.payload["sha256"],
                    size=5,
                    media_type="image/jpeg",
                )
                EvidenceStore(store).add(tx, file, b"photo")
    return world


def test_the_numbers_run_from_one_without_a_gap() -> None:
    assert [m.number for m in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_migrating_twice_does_nothing_the_second_time(store: Store) -> None:
    assert migrate(store) == tuple(m.number for m in MIGRATIONS)
    before = schema(store)
    assert migrate(store) == ()
    assert schema(store) == before


def test_what_is_stored_survives_a_migration(store: Store) -> None:
    migrate(store)
    world = with_data(store)
    assert migrate(store, (*MIGRATIONS, NEXT)) == (NEXT.number,)
    journal = Journal(store)
    assert [e.hash for e in journal.events(world.visit_id)] == [e.hash for e in world.events]
    assert EvidenceStore(store).whole("photo") == b"photo"


def test_a_migration_that_fails_leaves_no_trace(store: Store) -> None:
    migrate(store)
    world = with_data(store)
    before = schema(store)
    broken = Migration(
        number=NEXT.number, name="broken", statements=(*NEXT.statements, "CREATE TABLE later (b)")
    )
    with pytest.raises(Exception, match="already exists"):
        migrate(store, (*MIGRATIONS, broken))
    assert schema(store) == before
    assert len(Journal(store).events(world.visit_id)) == 3
    assert migrate(store, (*MIGRATIONS, NEXT)) == (NEXT.number,)


def test_a_store_of_a_newer_program_is_refused_and_not_touched(store: Store) -> None:
    migrate(store, (*MIGRATIONS, NEXT))
    before = schema(store)
    with pytest.raises(StoreTooNew):
        migrate(store)
    assert schema(store) == before


def test_each_released_step_is_registered() -> None:
    folder = Path(migrating.__file__).parent / "migrations"
    files = sorted(path.stem for path in folder.glob("m*.py"))
    assert files == [f"m{m.number:04}_{m.name}" for m in MIGRATIONS]
