"""Pushes and pulls that happen at once, on the engine where commits overtake each other."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, func, insert, select, text, update
from sqlalchemy.orm import Session

from server import assembly, founding
from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.database import GLANCES
from server.models import (
    ChangeLog,
    Device,
    DeviceOfficer,
    DeviceStatus,
    Document,
    Notice,
    SyncObject,
    SyncObjectVersion,
    SyncScope,
    Task,
    TaskOfficer,
    TaskStatus,
    TraceEvent,
    Visit,
    VisitCounter,
)
from server.principal import SYSTEM
from server.services import (
    asking_tablets,
    case_export,
    change_log,
    contacts,
    delivery,
    page_statements,
    publishing,
    pull,
    rebuild,
    scope_moves,
    task_publishing,
)
from server.services.change_log import Change, Changes
from server.services.contacts import ContactDraft
from server.services.cursors import Position
from server.services.publishing import agency_scope, officer_scope
from server.work import Parts, Work, open_work
from shared import chain
from shared.errors import Unavailable
from shared.localtime import local_day
from tests.server import sync_world
from tests.server.counting import counted
from tests.server.factories import add, bearer
from tests.server.sync_world import Pad, as_tablet, enrolled, pad, push, task_row, token
from tests.world import LI, NOON, POINTS, TASK, USCC, WANG, key

pytestmark = pytest.mark.postgres
AT_ONCE = 8


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
    enrolled(made)
    yield made
    made.engine.dispose()


def together(*deeds: Callable[[], object]) -> list[Any]:
    """Do all at once; what each returned or raised, in their order."""
    start = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)

    def run(number: int) -> None:
        start.wait()
        try:
            found[number] = deeds[number]()
        except Exception as failure:  # noqa: BLE001 -- brought to the test's own thread
            found[number] = failure

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _to_its_end(tablet: Pad, severity: str = "guidance") -> None:
    """A visit with one problem."""
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    tablet.photo()
    tablet.answer(POINTS[0], "nonconform", severity=severity, note="未公示")
    for point in POINTS[1:]:
        tablet.answer(point)
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.leave()
    tablet.seal()


@pytest.mark.parametrize("severity", ["guidance", "rectify"])
@pytest.mark.parametrize("reached", [False, True], ids=["nobody to write to", "a contact"])
def test_an_agency_s_numbers_are_held_for_the_papers_alone(
    planted: Parts, severity: str, reached: bool
) -> None:
    """Every push of an agency waits for them: what can be said before they are taken is."""
    if reached:
        with open_work(planted, SYSTEM) as work:
            draft = ContactDraft(name="林小满", capacity="店长", phone="13900139000")
            row = contacts.add(work, USCC, draft)
            work.session.flush()
            contacts.confirm(work, row.id, "paper")
    tablet, asked = pad(planted), list[str]()
    _to_its_end(tablet, severity)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(planted.engine, "before_cursor_execute", note)
    push(planted, tablet.events)
    (taken,) = [at for at, sql in enumerate(asked) if "INTO document_number" in sql]
    assert any("INTO trace_event" in sql for sql in asked[:taken])
    assert "INTO document " in asked[taken + 1]
    assert "INTO visit_counter" in asked[taken + 1]
    assert ("INTO outbox_message" in asked[taken + 1]) is reached
    assert ("INTO rectification_deadline" in asked[taken + 1]) is (severity == "rectify")
    assert len(asked) == taken + 2


def test_of_a_visit_that_nobody_knows_no_month_is_looked_into(planted: Parts) -> None:
    """There is one more each month, and every look would open them all."""
    tablet, asked = pad(planted), list[str]()
    _to_its_end(tablet)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(planted.engine, "before_cursor_execute", note)
    push(planted, tablet.events[:-1])
    assert any("INTO trace_event" in sql for sql in asked)
    assert not any("FROM trace_event" in sql for sql in asked)
    push(planted, tablet.events[-1:])
    assert any("FROM trace_event" in sql for sql in asked)


def test_a_visit_is_the_same_on_this_engine(planted: Parts) -> None:
    tablet = pad(planted)
    _to_its_end(tablet)
    push(planted, tablet.events[:6])
    with counted(planted.engine) as asked:
        push(planted, tablet.events[6:])
    assert len(asked) <= 40  # with what is told of it; the first of a year begins its numbers

    with open_work(planted, SYSTEM) as work:
        visit = work.session.get_one(Visit, tablet.visit_id)
        assert (visit.complete, visit.irregular, visit.outcome) == (True, False, "guidance")
        assert list(rebuild.differences(work, rebuild.visit_ids(work))) == []
        assert rebuild.unledgered(work) == 0
        first = case_export.of_visit(work, tablet.visit_id)
        assert first.report.faults == ()
    planted.clock.moment += timedelta(days=400)  # type: ignore[attr-defined]
    with open_work(planted, SYSTEM) as work:
        assert case_export.of_visit(work, tablet.visit_id).archive == first.archive


def test_many_visits_are_told_by_as_few_statements_as_one(planted: Parts) -> None:
    """Also where they came in pieces, so that there is something of each to be looked for."""
    ids = [f"task-{number}" for number in range(10, 17)]
    add(planted, [task_row(id_) for id_ in ids])
    with open_work(planted, SYSTEM) as work:
        task_publishing.publish_tasks(work, [work.session.get_one(Task, id_) for id_ in ids])
    tablets, before = list[Pad](), 0
    for visit, task_id in enumerate(ids, 2):
        tablet = pad(planted, visit=visit, task_ids=(task_id,), counted_before=before)
        _to_its_end(tablet)
        before += len(tablet.events)
        push(planted, tablet.events[:-1])
        tablets.append(tablet)

    def asked_for(those: list[Pad]) -> int:
        with counted(planted.engine) as asked:
            push(planted, [one.events[-1] for one in those])
        return len(asked)

    asked_for(tablets[:1])  # the first of a year begins its numbers
    of_one, of_five = asked_for(tablets[1:2]), asked_for(tablets[2:])
    assert of_five <= of_one <= 21
    with open_work(planted, SYSTEM) as work:
        results = work.session.query(Document).filter_by(kind="result").count()
        assert results == len(ids)
        assert list(rebuild.differences(work, rebuild.visit_ids(work))) == []


def test_visits_of_one_push_are_told_together_and_a_fault_of_one_holds_back_no_other(
    planted: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(planted, [task_row("task-2")])
    with open_work(planted, SYSTEM) as work:
        task_publishing.publish_tasks(work, [work.session.get_one(Task, "task-2")])
    first = pad(planted).clean_visit()
    other = pad(planted, visit=2, task_ids=("task-2",), counted_before=len(first.events))
    other.clean_visit()
    announce = delivery.announce

    def but_for_the_first(work: Work, notice: Notice, *more: Any, **told: Any) -> int:
        if notice.visit_id == first.visit_id:
            raise KeyError("a mistake of ours")
        return announce(work, notice, *more, **told)

    with monkeypatch.context() as broken:
        broken.setattr(delivery, "announce", but_for_the_first)
        reply = push(planted, [*first.events, *other.events])

    assert {str(answer.status) for answer in reply.results} == {"applied"}
    assert not any(answer.irregularities for answer in reply.results)
    with open_work(planted, SYSTEM) as work:
        untold = {row.id: row.untold for row in work.session.query(Visit)}
        assert untold == {first.visit_id: True, other.visit_id: False}
        told = work.session.query(Document).filter_by(visit_id=other.visit_id)
        assert {row.number[-6:] for row in told if row.number} == {"〕0001号"}
        (counter,) = work.session.query(VisitCounter)
        assert (counter.done, counter.scheduled) == (2, 0)
        assert list(rebuild.differences(work, rebuild.visit_ids(work))) == []


def test_of_identical_pushes_in_flight_one_is_applied(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()

    replies = together(*[lambda: push(planted, tablet.events)] * AT_ONCE)

    by_event: dict[str, Counter[str]] = {}
    for reply in replies:
        for answer in reply.results:
            by_event.setdefault(answer.id, Counter())[str(answer.status)] += 1
    expected = Counter({"duplicate": AT_ONCE - 1, "applied": 1})
    assert list(by_event.values()) == [expected] * len(tablet.events)
    with Session(planted.engine) as session:
        assert len(session.scalars(select(TraceEvent.id)).all()) == len(tablet.events)


def test_pieces_of_one_visit_pushed_at_once_end_as_one(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    pieces = [tablet.events[n::AT_ONCE] for n in range(AT_ONCE)]

    replies = together(*[lambda piece=piece: push(planted, piece) for piece in pieces])

    assert [r for r in replies if isinstance(r, Exception)] == []
    with open_work(planted, SYSTEM) as work:
        visit = work.session.get_one(Visit, tablet.visit_id)
        assert (visit.complete, visit.irregular) == (True, False)
        assert work.session.get_one(Device, "tablet-1").missing_seqs == []
        assert list(rebuild.differences(work, [tablet.visit_id])) == []


def test_two_tablets_with_one_id_cannot_both_have_it(planted: Parts) -> None:
    enrolled(planted, "tablet-2", officers=())
    mine, theirs = pad(planted, visit=1), pad(planted, visit=2, device_id="tablet-2")
    opened = mine.open()
    stolen = chain.seal({**theirs.open().raw, "id": opened.id}, key("tablet-2"))

    first, second = together(
        lambda: push(planted, [opened]), lambda: push(planted, [stolen], device_id="tablet-2")
    )

    def status(reply: Any, again: Callable[[], Any]) -> str:
        found = again() if isinstance(reply, Unavailable) else reply
        return str(found.results[0].status)

    ends = {
        status(first, lambda: push(planted, [opened])),
        status(second, lambda: push(planted, [stolen], device_id="tablet-2")),
    }
    assert ends == {"applied", "conflict"}


def test_tablets_of_two_visits_do_not_stop_each_other(planted: Parts) -> None:
    names = [f"tablet-{n}" for n in range(2, 2 + AT_ONCE)]
    tablets = []
    for number, name in enumerate(names, start=2):
        enrolled(planted, name, officers=())
        tablet = pad(planted, visit=number, device_id=name, task_ids=())
        tablet.open()
        tablet.scan()
        tablets.append(tablet)

    replies = together(
        *[lambda t=t: push(planted, t.events, device_id=t.device_id) for t in tablets]
    )

    assert [[str(a.status) for a in reply.results] for reply in replies] == [
        ["applied", "applied"]
    ] * AT_ONCE


def test_no_committed_change_is_ever_passed_by(planted: Parts) -> None:
    """Writers hold their transactions open for a while and commit in whatever order."""
    each, done = 25, threading.Event()
    chance = random.Random(7)
    waits = [[chance.random() * 0.01 for _ in range(each)] for _ in range(AT_ONCE)]

    def write(writer: int) -> None:
        for number in range(each):
            with open_work(planted, SYSTEM) as work:
                id_ = f"w{writer}-{number}"
                scope = {agency_scope("agency-1")}
                publishing.publish(work, "item", id_, {"id": id_}, scope)
                work.session.flush()
                time.sleep(waits[writer][number])

    def read() -> set[str]:
        seen: set[str] = set()
        cursor = None
        quiet = 0
        while quiet < 3:
            finished = done.is_set()
            with open_work(planted, as_tablet()) as work:
                page = pull.pull(work, cursor, 50)
            cursor = page.cursor
            seen |= {c.id for c in page.changes if c.kind == "item" and c.op == "upsert"}
            quiet = quiet + 1 if finished and not page.changes and not page.more else 0
        return seen

    def write_all() -> None:
        failures = [f for f in together(*[lambda w=w: write(w) for w in range(AT_ONCE)]) if f]
        done.set()
        assert failures == []

    _, seen = together(write_all, read)

    assert {id_ for id_ in seen if id_.startswith("w")} == {
        f"w{writer}-{number}" for writer in range(AT_ONCE) for number in range(each)
    }


def test_a_change_that_is_not_committed_holds_back_what_came_after_it(planted: Parts) -> None:
    with open_work(planted, as_tablet()) as work:
        page = pull.pull(work, None, 500)
    with open_work(planted, SYSTEM) as slow:
        publishing.publish(slow, "item", "slow", {"id": "slow"}, {agency_scope("agency-1")})
        slow.session.flush()
        with open_work(planted, SYSTEM) as quick:
            publishing.publish(quick, "item", "quick", {"id": "quick"}, {agency_scope("agency-1")})
        with open_work(planted, as_tablet()) as work:
            meanwhile = pull.pull(work, page.cursor, 500)

    with open_work(planted, as_tablet()) as work:
        after = pull.pull(work, meanwhile.cursor, 500)
    assert not meanwhile.changes
    assert {change.id for change in after.changes} == {"slow", "quick"}


def test_what_a_tablet_asks_is_one_statement(planted: Parts) -> None:
    enrolled(planted, "tablet-2", officers=(WANG,))
    client = create_app(planted).test_client()
    mine, theirs = bearer(token(planted)), bearer(token(planted, "tablet-2"))
    statements: list[str] = []
    event.listen(
        planted.engine.get_execution_options()[GLANCES],
        "checkout",  # one for each: none is asked in a transaction
        lambda *_: statements.append("one"),
    )

    def ask(cursor: str, headers: Mapping[str, str], **more: str) -> Any:
        statements.clear()
        told = {"cursor": cursor, **more}
        return client.get("/api/v1/sync/pull", query_string=told, headers=headers)

    with open_work(planted, SYSTEM) as work:
        publishing.publish(work, "item", "lis", {"id": "lis"}, {officer_scope(LI)})
    first = client.get("/api/v1/sync/pull", headers=mine).json
    with open_work(planted, SYSTEM) as work:
        publishing.publish(work, "item", "new", {"id": "new"}, {agency_scope("agency-1")})

    reply = ask(first["cursor"], mine)
    assert [(one["op"], one["id"]) for one in reply.json["changes"]] == [("upsert", "new")]
    assert len(statements) == 1
    tag = {"If-None-Match": reply.headers["ETag"]}
    assert ask(reply.json["cursor"], mine | tag).status_code == 304
    assert len(statements) == 1

    assert ask(first["cursor"], theirs).json["code"] == "epoch_changed"
    assert ask("e30.e30", mine).json["code"] == "epoch_changed"
    assert ask(first["cursor"], bearer("mcd_unknown")).status_code == 401
    for limit in ("0", "501", "1e2", "²"):
        assert ask(first["cursor"], mine, limit=limit).status_code == 422

    with Session(planted.engine) as session:
        of_li = (DeviceOfficer.device_id == "tablet-1") & (DeviceOfficer.officer_id == LI)
        session.execute(update(DeviceOfficer).where(of_li).values(revoked_at=NOON))
        session.commit()
    left = ask(first["cursor"], mine).json  # the page that was asked for is not for it any more
    assert ("delete", "lis") in {(one["op"], one["id"]) for one in left["changes"]}
    assert "new" not in {one["id"] for one in left["changes"]}
    after = ask(left["cursor"], mine).json
    assert [one["id"] for one in after["changes"]] == ["new"]

    with Session(planted.engine) as session:
        session.get_one(Device, "tablet-1").status = DeviceStatus.WIPED
        session.commit()
    assert ask(after["cursor"], mine).status_code == 401


def test_a_page_of_many_pieces_is_in_the_order_of_the_log(planted: Parts) -> None:
    client, mine = create_app(planted).test_client(), bearer(token(planted))

    def ask(**told: str) -> Any:
        return client.get("/api/v1/sync/pull", query_string=told, headers=mine).json

    cursor = ask()["cursor"]
    ids = [f"item-{number * 7 % 61}" for number in range(61)]
    assert len(ids) > 2 * page_statements.PIECE
    with open_work(planted, SYSTEM) as work:
        for id_ in (*ids, ids[0]):
            publishing.publish(work, "item", id_, {"id": id_}, {agency_scope("agency-1")})
        publishing.publish(work, "item", ids[0], {"again": True}, {agency_scope("agency-1")})
    _wait_until_all_may_be_told(planted)

    whole = ask(cursor=cursor)
    assert [one["id"] for one in whole["changes"]] == ids
    assert (whole["changes"][0]["data"], whole["more"]) == ({"again": True}, False)
    some = ask(cursor=cursor, limit="40")
    rest = ask(cursor=some["cursor"], limit="40")
    assert (some["more"], rest["more"]) == (True, False)
    assert some["changes"] == whole["changes"][:40]
    assert [one["id"] for one in rest["changes"]] == [*ids[40:], ids[0]]


def test_a_pull_walks_the_index_and_not_the_history(planted: Parts) -> None:
    with Session(planted.engine) as session:
        noise = [
            {
                "xid": 1000 + n,
                "scope_key": f"agency:{n % 50}",
                "kind": "item",
                "object_id": f"i{n}",
                "at": NOON,
            }
            for n in range(20_000)
        ]
        session.execute(insert(ChangeLog), noise)
        session.commit()
        session.execute(text("ANALYZE change_log"))
        session.commit()
    with open_work(planted, as_tablet()) as work:
        plans: list[str] = []
        original = work.session.execute

        def explained(statement: Any, told: dict[str, Any]) -> Any:
            connection = work.session.connection()
            compiled = statement.compile(connection)
            asked = f"EXPLAIN {compiled}", compiled.construct_params(told)
            plans.extend(connection.exec_driver_sql(*asked).scalars())
            return original(statement, told)

        work.session.execute = explained  # type: ignore[method-assign]
        after = Position(xid=20_000, seq=0)
        scopes = ["*", "agency:1", "officer:1", "device:1"]
        change_log.since(work, scopes, after, 2**62, 100)

    asked = change_log.asked_of_changed(scopes, Position(xid=1_000, seq=0), 500)
    told = {**asked, "token_hash": "", "now": NOON, "day": NOON.date()}
    with planted.engine.get_execution_options()[GLANCES].connect() as aside:
        page = asking_tablets._of_a_token(with_page=True).compile(aside)
        whole = aside.exec_driver_sql(f"EXPLAIN {page}", page.construct_params(told))
        written = "\n".join(whole.scalars())

    plan = "\n".join(plans)
    assert "Seq Scan" not in plan
    assert plan.count("ix_change_log_scope") == len(scopes)
    assert SyncObject.__tablename__ not in plan
    assert "Seq Scan on change_log" not in written
    assert "Index Scan using ix_change_log_scope" in written  # as far as the page needs, no more
    assert "Materialize" not in written  # nor is a copy of the page kept
    assert "CTE Scan on page" not in written


def test_the_database_writes_pages_as_we_would(planted: Parts) -> None:
    scopes = ["*", agency_scope("agency-1")]
    with open_work(planted, SYSTEM) as work:
        more = [f"more-{number}" for number in range(2 * page_statements.PIECE)]
        for id_ in ("plain", 'qu"o\\te', "店\u2028é", "gone", "ended", "others", *more):
            publishing.publish(work, "item", id_, {"id": id_, "n": [1, None, "\n店"]}, scopes[1:])
        publishing.publish(work, "item", "others", {"id": "others"}, {agency_scope("other")})
        publishing.withdraw(work, "item", "gone", scopes[1:])
        publishing.withdraw(work, "item", "others", scopes[1:])
        publishing.remove(work, "item", "ended")
        publishing.publish(work, "item", "plain", {"id": "plain", "again": True}, scopes[1:])
        publishing.publish(work, "item", "plain", {"id": "plain", "again": True}, {"officer:1"})

    _wait_until_all_may_be_told(planted)
    assert sum(_pages_of_the_log(planted, scopes, limit) for limit in (2, 500)) > 2
    for moved, then in (
        (scopes, scopes),  # a tablet that begins
        ([scopes[1]], ["*", "officer:1"]),  # the agency goes, an officer stays
        (["*", "officer:1"], [scopes[1], "officer:1"]),  # one comes, another goes
    ):
        for tell_gone in (False, True):
            pages = [_pages_of_a_grant(planted, moved, then, n, tell_gone) for n in (2, 500)]
            assert pages[0] > pages[1] == 1


def _wait_until_all_may_be_told(planted: Parts) -> None:
    """Databases of one cluster have their transactions in common."""
    told = False
    while not told:
        with Session(planted.engine) as session:
            newest = session.scalar(select(func.max(ChangeLog.xid)))
            low = session.scalar(select(change_log.edges(postgresql=True)[0]))
            told = low > newest


def _pages_of_the_log(planted: Parts, scopes: list[str], limit: int) -> int:
    at, more, pages = Position(xid=0, seq=0), True, 0
    while more:
        with open_work(planted, as_tablet()) as work:
            entries = change_log.since(work, scopes, at, change_log.NO_LINE, limit + 1)
            states = change_log.objects(work, [one.key for one in entries], scopes)
        with open_work(planted, as_tablet()) as work:  # none begun: past the session
            told = change_log.changed(work, scopes, at, limit)
        keys = dict.fromkeys(entry.key for entry in entries[:limit])
        _same(told.changes, [change_log.change(key, states.get(key)) for key in keys])
        assert (told.last, told.more) == (entries[:limit][-1].at, len(entries) > limit)
        at, more, pages = told.last, told.more, pages + 1
    return pages


def _pages_of_a_grant(
    planted: Parts,
    moved: list[str],
    then: list[str],
    limit: int,
    tell_gone: bool,
) -> int:
    after, more, pages = ("", ""), True, 0
    while more:
        with open_work(planted, as_tablet()) as work:
            keys = change_log.held(work, moved, after, limit + 1)
            states = change_log.objects(work, keys, then)
        with open_work(planted, as_tablet()) as work:
            told = change_log.granted(work, moved, then, after, limit, tell_gone=tell_gone)
        ours = [change_log.change(key, states.get(key)) for key in keys[:limit]]
        _same(told.changes, [one for one in ours if tell_gone or one.op == "upsert"])
        assert (told.last, told.more) == (keys[:limit][-1], len(keys) > limit)
        after, more, pages = told.last, told.more, pages + 1
    return pages


def _same(told: Changes, ours: list[Change]) -> None:
    of_theirs, of_ours = b",".join(told.pieces), b",".join(Changes.of(ours).pieces)
    assert json.loads(b"[%b]" % of_theirs) == json.loads(b"[%b]" % of_ours)
    assert told.count == len(ours)


def test_a_connection_the_server_has_ended_is_not_used_again(planted: Parts) -> None:
    with planted.engine.connect() as connection:
        ended = connection.scalar(text("SELECT pg_backend_pid()"))
    with psycopg.connect(_bare(planted)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])

    with planted.engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != ended


def _bare(planted: Parts) -> str:
    return planted.settings.database_url.replace("+psycopg", "")


def test_a_visit_moves_its_task_and_tells_each_holder_without_asking_again(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    of_task = (ChangeLog.kind == "task", ChangeLog.object_id == TASK)
    with Session(planted.engine) as session:
        holders = set(
            session.scalars(
                select(SyncScope.scope_key).where(
                    SyncScope.kind == "task", SyncScope.object_id == TASK
                )
            )
        )
        before = session.scalar(select(func.max(ChangeLog.seq)))
        version = session.get_one(SyncObject, ("task", TASK)).version

    with counted(planted.engine) as asked:
        push(planted, tablet.events)

    assert not [one for one in asked if one.startswith(("SELECT task.", "SELECT sync_"))]
    with Session(planted.engine) as session:
        task, held = session.get_one(Task, TASK), session.get_one(SyncObject, ("task", TASK))
        assert (task.status, task.visit_id) == (TaskStatus.FINALISED, tablet.visit_id)
        assert (held.version, held.data["status"]) == (version + 1, "finalised")
        kept = session.get_one(SyncObjectVersion, ("task", TASK, version + 1))
        assert kept.data == held.data
        rows = session.execute(
            select(ChangeLog.scope_key, ChangeLog.xid).where(*of_task, ChangeLog.seq > before)
        ).all()
    assert holders
    assert sorted(row.scope_key for row in rows) == sorted(holders)
    assert {row.xid > 0 for row in rows} == {True}


def test_an_enterprise_that_a_task_needs_meanwhile_is_not_taken_away(planted: Parts) -> None:
    """The last task of an enterprise goes while another of its officers' is published."""
    assert isinstance(planted.clock, SetClock)
    planted.clock.moment = NOON + timedelta(days=30)
    day = local_day(planted.clock.now())
    new = task_row("new", window_from=day, window_to=day + timedelta(days=5))
    going = threading.Thread(target=go_all, args=(planted, day))
    with open_work(planted, SYSTEM) as work:
        officers = [TaskOfficer(task_id="new", officer_id=id_) for id_ in new.officer_ids]
        work.session.add_all([new, *officers])
        task_publishing.publish_tasks(work, [new])
        going.start()
        while going.is_alive() and not somebody_waits(planted):
            time.sleep(0.01)
    going.join()

    with Session(planted.engine) as session:
        held = select(SyncScope.kind, SyncScope.object_id).where(
            SyncScope.scope_key == officer_scope(WANG)
        )
        kept = {(kind, id_) for kind, id_ in session.execute(held)}
    assert {("task", "new"), ("enterprise", new.uscc), ("premise", new.premise_id)} <= kept
    assert ("task", TASK) not in kept


def go_all(parts: Parts, day: date) -> None:
    moved = True
    while moved:
        with open_work(parts, SYSTEM) as work:
            moved = scope_moves.move(work, day) > 0


def somebody_waits(parts: Parts) -> bool:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with Session(parts.engine) as session:
        return session.scalar(waiting) > 0
