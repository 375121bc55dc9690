"""Pushes of several tablets in one transaction: as if each had come alone."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from server import assembly, founding
from server.api import pushing
from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.models import Document, GivenReceipt, Notice, ServerFact, Task, Visit
from server.principal import SYSTEM
from server.services import delivery, intake, rebuild, task_publishing
from server.services.intake import Batch, Reply
from server.turns import Turn
from server.work import Due, Parts, Work, open_work
from shared import chain
from shared.crypto import SigningKey
from shared.events.envelope import read_event
from tests.server import sync_world
from tests.server.counting import counted
from tests.server.factories import add, bearer
from tests.server.sync_world import Pad, as_tablet, enrolled, pad, push, statuses, task_row, token
from tests.world import NOON, key

pytestmark = pytest.mark.postgres
NAMES = ("tablet-3", "tablet-1", "tablet-2")


class Own(Pad):
    """A tablet whose officers sign with keys of its own."""

    def officer_key(self, officer: str) -> SigningKey:
        return key(officer if self.device_id == "tablet-1" else f"{self.device_id}/{officer}")


@pytest.fixture
def planted(postgres_url: str, tmp_path: Path) -> Iterator[Parts]:
    settings = Settings.from_env(
        {"MINGCHA_DATA_DIR": str(tmp_path), "MINGCHA_DATABASE_URL": postgres_url}
    )
    clock = SetClock(NOON - timedelta(days=60))
    made = assembly.set_up(settings, clock=clock)
    founding.found(made)
    clock.moment = NOON + timedelta(hours=2)
    sync_world.plant(made)
    ids = [f"task-{number}" for number in range(10, 19)]
    add(made, [task_row(id_) for id_ in ids])
    with open_work(made, SYSTEM) as work:
        task_publishing.publish_tasks(work, [work.session.get_one(Task, id_) for id_ in ids])
    for name in NAMES:
        enrolled(made, name)
    yield made
    made.engine.dispose()


def visiting(parts: Parts, round_: int = 0) -> list[Own]:
    """Each tablet at a visit of its own, done one after the other by the same officers."""
    found: list[Own] = []
    for number, name in enumerate(NAMES, 3 * round_):
        own = Own(**vars(pad(parts, device_id=name, visit=number + 1)))
        own.task_ids, own.now = (f"task-{10 + number}",), NOON + timedelta(minutes=5 * number)
        own.clean_visit()
        found.append(own)
    return found


def batch(tablet: Pad, *events: Any) -> Batch:
    return Batch.read([dict(one.raw) for one in events or tablet.events], tablet.device_id)


def woken_by(deed: Callable[[Parts], object], parts: Parts) -> Counter[str]:
    """What jobs are called by it, and how often."""
    due: list[Due] = []
    deed(replace(parts, wake=due.extend))
    return Counter(name for name, _ in due)


def push_together(parts: Parts, tablets: Sequence[Pad]) -> list[Reply]:
    with open_work(parts, as_tablet(tablets[0].device_id), request_id="first") as work:
        works = [work.of(as_tablet(one.device_id), one.device_id) for one in tablets]
        return intake.receive_together([*zip(works, map(batch, tablets), strict=True)])


def test_each_tablet_is_answered_as_if_it_had_come_alone(planted: Parts) -> None:
    tablets = visiting(planted)
    replies = push_together(planted, tablets)

    for tablet, reply in zip(tablets, replies, strict=True):
        assert statuses(reply) == ["applied"] * len(tablet.events)
        assert not any(answer.irregularities for answer in reply.results)
        assert reply.device.id == reply.receipt["device_id"] == tablet.device_id
        head = reply.receipt["heads"][tablet.visit_id]
        assert (head["seq"], head["hash"]) == (len(tablet.events), tablet.events[-1].hash)
        assert set(statuses(push(planted, tablet.events, device_id=tablet.device_id))) == {
            "duplicate"
        }
    with open_work(planted, SYSTEM) as work:
        by = {row.visit_id: row.by_id for row in work.session.query(ServerFact)}
        assert by == {one.visit_id: one.device_id for one in tablets}
        assert {row.id for row in work.session.query(Visit).filter_by(complete=True)} == {*by}
        told = work.session.query(Document).filter_by(kind="result")
        assert {row.visit_id for row in told} == {*by}
        assert len({row.number for row in told}) == len(tablets)
        kept = work.session.query(GivenReceipt)
        assert {row.device_id for row in kept} == {*NAMES}
        assert list(rebuild.differences(work, rebuild.visit_ids(work))) == []


def test_what_comes_with_every_transaction_is_said_once(planted: Parts) -> None:
    push_together(planted, visiting(planted))  # the first of a year begins its numbers
    tablets = visiting(planted, 1)
    with counted(planted.engine) as of_one:
        push_together(planted, tablets[:1])
    with counted(planted.engine) as of_two:
        push_together(planted, tablets[1:])
    each = len(of_two) - len(of_one)
    assert each <= 3, "\n".join(of_two)  # its lock, what is known of it, and of what it speaks
    assert len(of_one) - each >= 5, of_one


def test_jobs_are_called_for_each(planted: Parts) -> None:
    alone = Counter[str]()
    for one in visiting(planted):
        alone += woken_by(lambda p, o=one: push(p, o.events, device_id=o.device_id), planted)  # type: ignore[misc]
    tablets = visiting(planted, 1)
    assert woken_by(lambda parts: push_together(parts, tablets), planted) == alone
    assert sum(alone.values()) >= len(tablets)


def test_an_id_of_two_tablets_is_of_one(planted: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, third = visiting(planted)
    opened = {**other.events[0].raw, "id": one.events[0].id}
    thief = Own(**vars(pad(planted, device_id=other.device_id, visit=other.visit)))
    thief.events = [read_event(chain.seal(opened, key(other.device_id)))]
    answers, sizes = of_the_app(planted, [one, thief, third], monkeypatch)

    assert sizes == [3]
    first = sorted(answer.json["results"][0]["status"] for answer in answers)
    assert first == ["applied", "applied", "conflict"]
    with open_work(planted, SYSTEM) as work:
        assert list(rebuild.differences(work, rebuild.visit_ids(work))) == []


def test_what_one_asks_and_another_writes_goes_apart(planted: Parts) -> None:
    one, other, third = visiting(planted)
    assert intake.going_together([batch(each) for each in (one, other, third)]) == [0, 1, 2]

    joint = Own(**vars(pad(planted, device_id="tablet-2", visit=one.visit)))
    joint.task_ids = other.task_ids
    joint.open()
    crossed = Own(**vars(pad(planted, device_id="tablet-2", visit=9)))
    crossed.task_ids = ("task-10", "task-18")
    crossed.open()
    goes_on = batch(other, *other.events[1:])  # whose beginning came before
    for those in (
        (batch(one), batch(one)),
        (batch(one), batch(joint)),  # a visit of both
        (batch(other), batch(joint)),  # a task of both
        (batch(other), batch(crossed)),  # tasks that lie between the other's
        (batch(third), goes_on),
    ):
        assert intake.going_together(those) == [0]
    assert intake.going_together([goes_on]) == []
    assert intake.going_together([batch(one), batch(joint), goes_on, batch(third)]) == [0, 3]


def of_the_app(
    parts: Parts, tablets: Sequence[Own], monkeypatch: pytest.MonkeyPatch
) -> tuple[list[Any], list[int]]:
    """Answers to pushes that all waited while somebody else had the turn, and how many went."""
    app = create_app(parts)
    tokens = {one.device_id: token(parts, one.device_id) for one in tablets}
    answers: list[Any] = [None] * len(tablets)
    sizes: list[int] = []

    def when_all_wait(pushes: Sequence[Any]) -> Sequence[Any]:
        while not sizes and turn.waiting < len(tablets):
            pass
        sizes.append(len(pushes))
        return [{}] if len(sizes) == 1 else pushing._take_in(pushes)

    turn: Turn[Any, Any] = Turn(when_all_wait, most=pushing.TOGETHER)
    monkeypatch.setattr(pushing, "_TURN", turn)

    def send(number: int) -> None:
        body = {"batch": [dict(one.raw) for one in tablets[number].events]}
        headers = bearer(tokens[tablets[number].device_id])
        answers[number] = app.test_client().post("/api/v1/sync/push", json=body, headers=headers)

    threads = [Thread(target=turn.done, args=(None,), kwargs={"weight": 0})]
    threads += [Thread(target=send, args=(number,)) for number in range(len(tablets))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, sizes[1:]


def test_those_who_wait_are_taken_in_by_one_request(
    planted: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablets = visiting(planted)
    answers, sizes = of_the_app(planted, tablets, monkeypatch)

    assert sizes == [3]
    for tablet, answer in zip(tablets, answers, strict=True):
        assert answer.status_code == 200
        assert {one["status"] for one in answer.json["results"]} == {"applied"}
        assert [one["id"] for one in answer.json["results"]] == [one.id for one in tablet.events]
        assert answer.json["receipt"]["device_id"] == tablet.device_id
    assert len({one.headers["X-Request-Id"] for one in answers}) == len(tablets)


def test_what_may_not_go_with_others_goes_after_them(
    planted: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, third = visiting(planted)
    push(planted, other.events[:1], device_id=other.device_id)
    other.events = other.events[1:]
    shared, receive_together = list[int](), intake.receive_together

    def noted(pushes: Sequence[tuple[Work, Batch]]) -> list[Reply]:
        shared.append(len(pushes))
        return receive_together(pushes)

    monkeypatch.setattr(intake, "receive_together", noted)
    answers, sizes = of_the_app(planted, [one, other, third], monkeypatch)

    assert (sizes, shared) == ([3], [2])
    for tablet, answer in zip((one, other, third), answers, strict=True):
        assert {a["status"] for a in answer.json["results"]} == {"applied"}
        assert [a["id"] for a in answer.json["results"]] == [e.id for e in tablet.events]


def test_a_fault_of_one_is_nobody_elses(
    planted: Parts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tablets = visiting(planted)
    bad, announce, lock_row = tablets[1], delivery.announce, intake.tablets.lock_row

    def but_for_one(work: Work, notice: Notice, *more: Any, **told: Any) -> int:
        if notice.visit_id == tablets[0].visit_id:
            raise KeyError("a mistake of ours")
        return announce(work, notice, *more, **told)

    def broken(work: Work, device_id: str, region: str) -> Any:
        if device_id == bad.device_id:
            raise RuntimeError("another")
        return lock_row(work, device_id, region)

    monkeypatch.setattr(delivery, "announce", but_for_one)
    monkeypatch.setattr(intake.tablets, "lock_row", broken)
    answers, sizes = of_the_app(planted, tablets, monkeypatch)

    assert sizes == [3]
    assert "3 pushes are taken in one by one" in caplog.text
    assert [one.status_code for one in answers] == [200, 500, 200]
    for answer in (answers[0], answers[2]):
        assert {one["status"] for one in answer.json["results"]} == {"applied"}
    with open_work(planted, SYSTEM) as work:
        untold = {row.id: row.untold for row in work.session.query(Visit)}
        assert untold == {tablets[0].visit_id: True, tablets[2].visit_id: False}
        assert list(rebuild.differences(work, rebuild.visit_ids(work))) == []
