from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assembly import assemble, set_up
from server.clock import SetClock
from server.config import Settings
from server.database_schema import upgrade
from server.models import ChangeLog, SyncObject, SyncObjectVersion
from server.principal import SYSTEM
from server.services import epochs, publishing
from server.services.publishing import Publication
from server.work import Parts, open_work
from tests.server.conftest import NOW
from tests.server.counting import counted


def changes(parts: Parts) -> list[tuple[str, str]]:
    with Session(parts.engine) as session:
        rows = session.execute(
            select(ChangeLog.scope_key, ChangeLog.object_id)
            .where(ChangeLog.kind == "item")
            .order_by(ChangeLog.seq)
        )
        return [(scope, object_id) for scope, object_id in rows]


def publish(parts: Parts, id_: str, data: dict[str, object], *scopes: str) -> int:
    with open_work(parts, SYSTEM) as work:
        return publishing.publish(work, "item", id_, data, scopes)


def test_a_new_object_is_a_change_for_its_holders(parts: Parts) -> None:
    assert publish(parts, "1", {"a": 1}, "agency:x", "*") == 1
    assert changes(parts) == [("*", "1"), ("agency:x", "1")]


def test_the_same_again_changes_nothing(parts: Parts) -> None:
    publish(parts, "1", {"a": 1, "b": 2}, "*")
    assert publish(parts, "1", {"b": 2, "a": 1}, "*") == 1
    assert len(changes(parts)) == 1


def test_new_data_is_a_new_version_for_everybody_who_holds_it(parts: Parts) -> None:
    publish(parts, "1", {"a": 1}, "officer:1", "officer:2")
    assert publish(parts, "1", {"a": 2}, "officer:1") == 2
    assert changes(parts)[2:] == [("officer:1", "1"), ("officer:2", "1")]
    with Session(parts.engine) as session:
        versions = session.scalars(
            select(SyncObjectVersion)
            .where(SyncObjectVersion.kind == "item")
            .order_by(SyncObjectVersion.version)
        )
        assert [row.data for row in versions] == [{"a": 1}, {"a": 2}]


def test_a_new_holder_is_a_change_for_that_holder(parts: Parts) -> None:
    publish(parts, "1", {"a": 1}, "officer:1")
    publish(parts, "1", {"a": 1}, "officer:2")
    assert changes(parts) == [("officer:1", "1"), ("officer:2", "1")]


def test_what_is_withdrawn_is_a_change_and_others_keep_it(parts: Parts) -> None:
    publish(parts, "1", {"a": 1}, "officer:1", "officer:2")
    with open_work(parts, SYSTEM) as work:
        publishing.withdraw(work, "item", "1", {"officer:1", "officer:9"})
    assert changes(parts)[2:] == [("officer:1", "1")]
    with open_work(parts, SYSTEM) as work:
        publishing.withdraw(work, "item", "1", {"officer:1"})
    assert len(changes(parts)) == 3, "withdrawn once is withdrawn"


def test_what_is_removed_can_come_back(parts: Parts) -> None:
    publish(parts, "1", {"a": 1}, "*")
    with open_work(parts, SYSTEM) as work:
        publishing.remove(work, "item", "1")
        publishing.remove(work, "item", "1")
    assert len(changes(parts)) == 2
    with Session(parts.engine) as session:
        assert session.get(SyncObject, ("item", "1")).deleted
    assert publish(parts, "1", {"a": 1}, "*") == 2


@pytest.mark.parametrize("how_many", [1, 40])
def test_the_number_of_queries_does_not_grow(parts: Parts, how_many: int) -> None:
    some = [
        Publication(kind="item", id=str(n), data={"n": n}, scopes=frozenset({"a", "b"}))
        for n in range(how_many)
    ]
    with open_work(parts, SYSTEM) as work, counted(parts.engine) as statements:
        publishing.publish_all(work, some)
    assert len(statements) <= 9, statements


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path) -> Iterator[Parts]:
    settings = Settings.from_env(
        {"MINGCHA_DATA_DIR": str(tmp_path), "MINGCHA_DATABASE_URL": postgres_url}
    )
    upgrade(set_up(settings))
    parts = assemble(settings, clock=SetClock(NOW))
    yield parts
    parts.engine.dispose()


@pytest.mark.postgres
def test_postgres_notes_the_transaction_of_a_change(on_postgres: Parts) -> None:
    publish(on_postgres, "1", {"a": 1}, "*")
    publish(on_postgres, "1", {"a": 2}, "*")
    with Session(on_postgres.engine) as session:
        first, second = session.scalars(select(ChangeLog.xid).order_by(ChangeLog.seq))
    assert 0 < first < second


def test_no_version_is_given_again_by_a_restored_server(parts: Parts) -> None:
    """The backup was made at version 1; versions 2 and 3 were given out and are forgotten."""
    clock = parts.clock
    assert isinstance(clock, SetClock)
    assert publish(parts, "1", {"a": 1}, "*") == 1
    clock.move(timedelta(days=1))
    with open_work(parts, SYSTEM) as work:
        epochs.begin(work, "restored")
    again, new = publish(parts, "1", {"a": 9}, "*"), publish(parts, "2", {"b": 1}, "*")
    assert min(again, new) > 1_000_000
    assert publish(parts, "1", {"a": 10}, "*") == again + 1

    clock.move(timedelta(days=1))
    with open_work(parts, SYSTEM) as work:
        epochs.begin(work, "the same backup once more")
    assert publish(parts, "3", {"c": 1}, "*") > again + 1
    assert publish(parts, "1", {"a": 11}, "*") < 2**31


def test_two_restores_in_one_minute_give_no_version_twice(parts: Parts) -> None:
    """Restored, told to tablets, and restored once more from the same backup."""
    clock = parts.clock
    assert isinstance(clock, SetClock)
    told = []
    for restored in (1, 2):
        clock.move(timedelta(seconds=5))
        with open_work(parts, SYSTEM) as work:
            epochs.begin(work, "restored")
        told.append(publish(parts, str(restored), {"a": restored}, "*"))
    assert told[1] > told[0] + 1
