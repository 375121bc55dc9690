from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.models import Device, DeviceOfficer, Officer, Task, TaskOfficer
from server.principal import SYSTEM
from server.services import (
    cursors,
    epochs,
    key_certificates,
    parameters,
    publishing,
    pull,
    scope_moves,
    task_publishing,
)
from server.services.change_log import Change
from server.services.cursors import EpochChanged
from server.services.publishing import agency_scope, device_scope, officer_scope
from server.services.pull import Page
from server.work import Parts, Work, open_work
from shared.localtime import local_day
from tests.server.counting import counted
from tests.server.factories import add
from tests.server.sync_world import STRANGER, as_tablet, enrolled, task_row
from tests.world import LI, NOON, TASK, WANG, ZHAO, key

Held = dict[tuple[str, str], Any]


def ask(
    parts: Parts, cursor: str | None = None, limit: int = 500, device: str = "tablet-1"
) -> Page:
    with open_work(parts, as_tablet(device)) as work:
        return pull.pull(work, cursor, limit)


@contextmanager
def working(parts: Parts) -> Iterator[Work]:
    with open_work(parts, SYSTEM) as work:
        yield work


def everything(parts: Parts, cursor: str | None = None, limit: int = 500) -> tuple[Held, str]:
    """All that a tablet holds after asking until there is no more."""
    held: Held = {}
    while True:
        page = ask(parts, cursor, limit)
        keep(held, page.changes)
        cursor = page.cursor
        if not page.more:
            return held, cursor


def keep(held: Held, changes: Any) -> None:
    for change in changes:
        if change.op == "delete":
            held.pop((change.kind, change.id), None)
        else:
            held[change.kind, change.id] = change.data


def told(page: Page) -> list[tuple[str, str, str]]:
    return [(change.op, change.kind, change.id) for change in page.changes]


def publish(parts: Parts, id_: str, *scopes: str, **data: object) -> None:
    with working(parts) as work:
        publishing.publish(work, "item", id_, {"id": id_, **data}, set(scopes))


def test_without_a_cursor_a_tablet_gets_all_it_may_hold(planted: Parts) -> None:
    publish(planted, "foreign", agency_scope(STRANGER))
    publish(planted, "zhaos", officer_scope(ZHAO))
    publish(planted, "own", device_scope("tablet-1"))

    held, _ = everything(planted)

    kinds = {kind for kind, _ in held}
    assert {"task", "enterprise", "premise", "officer", "item", "form", "legal_basis"} <= kinds
    assert {"agency", "rule_parameters", "key_set", "holidays"} <= kinds
    assert ("item", "own") in held
    assert ("item", "foreign") not in held
    assert ("item", "zhaos") not in held


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_pages_of_any_size_add_up_to_the_same(planted: Parts, limit: int) -> None:
    assert everything(planted, limit=limit)[0] == everything(planted)[0]


def test_afterwards_only_what_changed_is_told(planted: Parts) -> None:
    _, cursor = everything(planted)
    publish(planted, "new", agency_scope("agency-1"))
    publish(planted, "foreign", agency_scope(STRANGER))

    page = ask(planted, cursor)

    assert told(page) == [("upsert", "item", "new")]
    assert told(ask(planted, page.cursor)) == []
    assert ask(planted, page.cursor).cursor == page.cursor


def test_what_changed_twice_is_told_once_as_it_is_now(planted: Parts) -> None:
    _, cursor = everything(planted)
    publish(planted, "new", agency_scope("agency-1"), n=1)
    publish(planted, "new", n=2)

    (change,) = ask(planted, cursor).changes

    assert (change.version, change.data) == (2, {"id": "new", "n": 2})


def test_what_changes_while_pages_are_fetched_is_not_missed(planted: Parts) -> None:
    held: Held = {}
    page = ask(planted, limit=5)
    keep(held, page.changes)
    publish(planted, "aaa", agency_scope("agency-1"), n=1)  # a kind that was passed already
    with working(planted) as work:
        publishing.withdraw(work, "agency", "agency-1", {agency_scope("agency-1")})
    while page.more:
        page = ask(planted, page.cursor, 5)
        keep(held, page.changes)

    rest, _ = everything(planted, page.cursor)
    keep(held, ask(planted, page.cursor).changes)

    assert ("item", "aaa") in {**held, **rest}
    assert ("agency", "agency-1") not in held


def test_what_is_withdrawn_or_ended_is_deleted(planted: Parts) -> None:
    publish(planted, "a", officer_scope(WANG), officer_scope(LI))
    publish(planted, "b", agency_scope("agency-1"))
    _, cursor = everything(planted)
    with working(planted) as work:
        publishing.withdraw(work, "item", "a", {officer_scope(WANG)})
        publishing.remove(work, "item", "b")

    assert told(ask(planted, cursor)) == [
        ("upsert", "item", "a"),  # Li holds it still
        ("delete", "item", "b"),
    ]
    with working(planted) as work:
        publishing.withdraw(work, "item", "a", {officer_scope(LI)})
    assert ("delete", "item", "a") in told(ask(planted, cursor))


def test_an_officer_who_joins_brings_what_is_theirs_without_a_new_snapshot(
    planted: Parts,
) -> None:
    publish(planted, "zhaos", officer_scope(ZHAO))
    _, cursor = everything(planted)
    assert told(ask(planted, cursor)) == []

    with working(planted) as work:
        give_key(work, ZHAO)
    page = ask(planted, cursor)

    assert told(page) == [("upsert", "item", "zhaos")]
    assert told(ask(planted, page.cursor)) == []


def give_key(work: Work, officer_id: str) -> None:
    device = work.session.get_one(Device, "tablet-1")
    officer = work.session.get_one(Officer, officer_id)
    key_certificates.give(work, device, officer, key(officer_id).public)


def test_an_officer_who_leaves_takes_what_was_theirs_alone(planted: Parts) -> None:
    publish(planted, "wangs", officer_scope(WANG))
    publish(planted, "both", officer_scope(WANG), officer_scope(LI))
    held, cursor = everything(planted)
    with working(planted) as work:
        work.session.execute(
            update(DeviceOfficer)
            .where(DeviceOfficer.officer_id == WANG)
            .values(revoked_at=work.now)
        )

    keep(held, ask(planted, cursor).changes)

    assert ("item", "wangs") not in held
    assert ("item", "both") in held


def test_a_cursor_is_of_one_tablet(planted: Parts) -> None:
    enrolled(planted, "tablet-2")
    _, cursor = everything(planted)

    with pytest.raises(EpochChanged):
        ask(planted, cursor, device="tablet-2")


@pytest.mark.parametrize(
    "spoil", [lambda c: c[:-1] + "x", lambda c: c[2:], lambda _: "junk", str.upper]
)
def test_a_cursor_that_was_touched_is_worth_nothing(planted: Parts, spoil: Any) -> None:
    _, cursor = everything(planted)

    with pytest.raises(EpochChanged):
        ask(planted, spoil(cursor))


def test_after_a_restore_every_cursor_is_worth_nothing(planted: Parts) -> None:
    _, cursor = everything(planted)
    with working(planted) as work:
        epochs.begin(work, "restored")

    with pytest.raises(EpochChanged):
        ask(planted, cursor)


def test_a_cursor_from_beyond_the_log_is_worth_nothing(planted: Parts) -> None:
    """As after a restore that forgot to begin a new epoch."""
    with working(planted) as work:
        beyond = cursors.Cursor(
            device_id="tablet-1",
            epoch=epochs.current(work),
            scopes=("*",),
            position=cursors.Position(xid=0, seq=10**9),
        )
        text = cursors.write(beyond, work.secrets.cursor)

    with pytest.raises(EpochChanged):
        ask(planted, text)


def test_the_tag_of_a_page_covers_the_local_day_and_the_settings(
    planted: Parts, clock: SetClock
) -> None:
    _, cursor = everything(planted)
    first = ask(planted, cursor).etag
    clock.move(timedelta(hours=9))  # 23:00 in Jinan
    assert ask(planted, cursor).etag == first

    clock.move(timedelta(hours=2))

    next_day = ask(planted, cursor)
    assert next_day.etag != first
    with working(planted) as work:
        parameters.record(work, "push_batch", 25, valid_from=local_day(work.now))
    slower = ask(planted, cursor)
    assert (next_day.settings["push_batch"], slower.settings["push_batch"]) == (200, 25)
    assert slower.etag != next_day.etag


def test_the_cost_grows_with_what_changed_and_not_with_what_there_is(planted: Parts) -> None:
    _, cursor = everything(planted)
    for number in range(60):
        publish(planted, f"old-{number}", agency_scope("agency-1"))
    _, later = everything(planted, cursor)
    with counted(planted.engine) as nothing_new:
        ask(planted, later)
    publish(planted, "new", agency_scope("agency-1"))

    with counted(planted.engine) as one_new:
        ask(planted, later)

    assert len(nothing_new) <= 7  # with BEGIN
    assert len(one_new) == len(nothing_new) + 1


def hold(parts: Parts) -> set[str]:
    held, _ = everything(parts)
    return {id_ for kind, id_ in held if kind == "task"}


def test_time_moves_tasks_in_and_out(planted: Parts, clock: SetClock) -> None:
    far = task_row("far", window_from=date(2027, 1, 10), window_to=date(2027, 1, 20))
    add(planted, [far, *officers_of(far)])
    with working(planted) as work:
        task_publishing.publish_tasks(work, [work.session.get_one(Task, "far")])
    assert hold(planted) == {TASK}

    clock.moment = NOON + timedelta(days=18)  # 11 December: thirty days before
    moved(planted)
    assert hold(planted) == {"far"}  # and the other is over for more than a week
    assert moved(planted) == 0
    with Session(planted.engine) as session:
        assert session.get_one(Task, TASK).status == "issued"


def officers_of(task: Task) -> list[Any]:
    return [TaskOfficer(task_id=task.id, officer_id=id_) for id_ in task.officer_ids]


def moved(parts: Parts) -> int:
    total = 0
    while True:
        with working(parts) as work:
            count = scope_moves.move(work, local_day(work.now), limit=1)
        if not count:
            return total
        total += count


def test_a_task_that_is_over_takes_its_enterprise_along_unless_another_needs_it(
    planted: Parts, clock: SetClock
) -> None:
    clock.moment = NOON + timedelta(days=30)
    moved(planted)

    held, _ = everything(planted)

    assert {kind for kind, _ in held}.isdisjoint({"task", "enterprise", "premise"})
    assert all(isinstance(one, Change) for one in ask(planted).changes)
