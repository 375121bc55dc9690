from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.models import (
    ChainHead,
    Device,
    DeviceOfficer,
    DeviceStatus,
    GivenReceipt,
    Hold,
    LedgerEntry,
    OutboxMessage,
    Quarantine,
    ServerFact,
    TraceEvent,
    Visit,
)
from server.principal import SYSTEM
from server.services import holds, intake, platform_keys
from server.services.intake import BatchTooLarge
from server.work import Parts, open_work
from shared import chain, keyset
from shared.canonical import canonical
from shared.crypto import SigningKey
from shared.events.envelope import Event
from shared.events.kinds import EventKind as Kind
from shared.receipts import read_receipt
from tests.server.counting import counted
from tests.server.sync_world import Pad, enrolled, pad, push, statuses
from tests.world import LI, NOON, WANG, key


def rows(parts: Parts, table: Any) -> int:
    with Session(parts.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def visit(parts: Parts, tablet: Pad) -> Visit:
    with Session(parts.engine) as session:
        return session.get_one(Visit, tablet.visit_id)


def codes(found: Visit) -> set[str]:
    return {said["code"] for said in found.irregularities}


def reseal(event: Event, *, by: str | None = None, **changes: Any) -> dict[str, Any]:
    """The event with other members, sealed again by its own tablet (and officer `by`)."""
    raw = {**event.raw, **changes}
    officer = key(by) if by else (key(event.officer_id) if event.officer_sig else None)
    return chain.seal(raw, key(event.device_id), officer)


def answered(answers: Sequence[Any]) -> list[tuple[str, str]]:
    return [(str(answer.status), answer.code) for answer in answers]


def test_a_whole_visit_is_applied_and_its_receipt_holds(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()

    reply = push(planted, tablet.events)

    assert statuses(reply) == ["applied"] * 13
    with open_work(planted, SYSTEM) as work:
        trusted = keyset.read(platform_keys.key_set(work))
    receipt = read_receipt(reply.receipt, trusted, "tablet-1")
    assert receipt.heads[tablet.visit_id].hash == tablet.events[-1].hash
    assert receipt.device_seq == 13
    found = visit(planted, tablet)
    assert (found.stage, found.complete, found.irregular) == ("sealed", True, False)


def test_the_bytes_are_kept_as_they_were_signed(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    push(planted, tablet.events)

    with Session(planted.engine) as session:
        kept = session.scalars(select(TraceEvent.canonical)).one()
    assert kept == canonical(tablet.raws[0])


def test_the_same_again_changes_nothing_and_is_answered_as_the_first_time(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.scan()  # before it was opened: taken, and irregular
    first = push(planted, tablet.events)

    again = push(planted, tablet.events)

    (answer,) = again.results
    assert (answer.status, answer.first) == ("duplicate", "applied")
    assert answer.irregularities == first.results[0].irregularities != []
    assert rows(planted, TraceEvent) == 1


def test_a_batch_may_hold_the_same_event_twice(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()

    reply = push(planted, [*tablet.events, *tablet.events])

    assert [(str(a.status), a.first) for a in reply.results] == [
        ("applied", ""),
        ("duplicate", "applied"),
    ]


def test_the_same_id_with_another_hash_is_a_conflict_and_kept_apart(planted: Parts) -> None:
    tablet = pad(planted)
    opened = tablet.open()
    push(planted, [opened])

    changed = reseal(opened, task_ids=[])
    for _ in range(2):
        reply = push(planted, [changed])
        assert answered(reply.results) == [("conflict", "id_conflict")]

    assert rows(planted, Quarantine) == 1
    assert "event_quarantined" in codes(visit(planted, tablet))


def test_an_event_without_its_predecessor_is_held_until_that_comes(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    first, missing, *rest = tablet.events

    held = push(planted, [first, *rest])
    assert answered(held.results)[1:] == [("held", "predecessor_missing")] * len(rest)
    assert held.receipt["heads"][tablet.visit_id]["seq"] == 1

    reply = push(planted, [missing])

    assert statuses(reply) == ["applied"]
    assert reply.receipt["heads"][tablet.visit_id]["seq"] == 13
    assert [a.first for a in push(planted, rest).results] == ["applied"] * len(rest)
    assert visit(planted, tablet).complete


def test_what_waited_five_days_is_taken_in_flagged_and_goes_nowhere(
    planted: Parts, clock: SetClock
) -> None:
    tablet = pad(planted).clean_visit()
    missing = tablet.events.pop(5)
    push(planted, tablet.events)
    clock.move(timedelta(days=5))

    expire(planted)

    found = visit(planted, tablet)
    assert (found.stage, found.complete, codes(found)) == ("sealed", False, {*codes(found)})
    assert "chain_gap" in codes(found)
    assert {"code": "hold_expired", "events": 7} in found.flags
    assert rows(planted, OutboxMessage) == 0

    push(planted, [missing])  # it comes after all: in its place, and the flag stays
    found = visit(planted, tablet)
    assert (found.complete, codes(found)) == (True, set())
    assert {"code": "hold_expired", "events": 7} in found.flags
    assert rows(planted, TraceEvent) == 13


def expire(parts: Parts) -> None:
    with open_work(parts, SYSTEM) as work:
        for chain_key in holds.due(work, work.now, 10):
            holds.expire(work, *chain_key)


def test_expiring_a_hold_twice_is_once(planted: Parts, clock: SetClock) -> None:
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    push(planted, tablet.events[1:])
    clock.move(timedelta(days=6))
    expire(planted)

    with open_work(planted, SYSTEM) as work:
        assert holds.due(work, work.now, 10) == []
        assert holds.expire(work, tablet.visit_id, "tablet-1") == 0
    assert rows(planted, TraceEvent) == 1


def test_two_events_on_one_make_the_second_a_fork_and_the_visit_irregular(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    push(planted, tablet.events)

    forked = reseal(tablet.events[1], id="00000000-0000-4000-8000-000000000001", device_seq=9)
    built = dict(forked, id="00000000-0000-4000-8000-000000000002", seq=3, device_seq=10)
    built["prev"] = forked["hash"]
    reply = push(planted, [forked, chain.seal(built, key("tablet-1"))])

    assert answered(reply.results) == [("quarantined", "chain_fork")] * 2
    assert "event_quarantined" in codes(visit(planted, tablet))
    assert rows(planted, TraceEvent) == 2


def test_a_bad_signature_is_set_apart_and_the_right_one_taken_later(planted: Parts) -> None:
    tablet = pad(planted)
    opened = tablet.open()
    forged = {**opened.raw, "sig": "A" * 86}

    assert answered(push(planted, [forged]).results) == [("quarantined", "bad_signature")]
    assert answered(push(planted, [forged]).results) == [("duplicate", "bad_signature")]
    assert statuses(push(planted, [opened])) == ["applied"]


def test_an_older_bad_signature_is_covered_by_the_newest(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    tablet.scan()

    reply = push(planted, [{**tablet.raws[0], "sig": "A" * 86}, tablet.raws[1]])

    assert statuses(reply) == ["applied", "applied"]


@pytest.mark.parametrize(
    ("by", "code"),
    [("tablet-1", "officer_signature_bad"), (LI, "officer_signature_bad")],
)
def test_one_person_cannot_play_two(planted: Parts, by: str, code: str) -> None:
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    shown = tablet.draft(
        Kind.CREDENTIALS_SHOWN,
        WANG,
        {
            "officer_id": WANG,
            "certificate_no": "15010100001",
            "valid_to": "2029-12-31",
            "status_checked_at": None,
        },
    )

    reply = push(planted, [*tablet.events, reseal(shown, by=by)])

    assert answered(reply.results)[2] == ("quarantined", code)


def test_an_officer_who_is_not_on_the_tablet_has_no_key_there(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    tablet.show("officer-zhao")

    reply = push(planted, tablet.events)

    assert answered(reply.results)[2] == ("quarantined", "officer_key_unknown")


def test_a_key_that_ended_signs_nothing_after_its_end(planted: Parts) -> None:
    with open_work(planted, SYSTEM) as work:
        held = select(DeviceOfficer).where(DeviceOfficer.officer_id == WANG)
        work.session.scalars(held).one().revoked_at = NOON
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)

    assert answered(push(planted, tablet.events).results)[2] == (
        "quarantined",
        "officer_key_revoked",
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"v": 2}, "newer_app"),
        ({"kind": "teleported"}, "newer_app"),
        ({"suite": "sm-1"}, "newer_app"),
        ({"extra": 1}, "unreadable"),
        ({"seq": "one"}, "unreadable"),
        ({"loc": 7}, "unreadable"),
        ({"device_id": "tablet-9"}, "other_device"),
        ({"seq": 5}, "hash_mismatch"),
        ({"id": None}, "unreadable"),
    ],
)
def test_what_cannot_be_read_is_set_apart_and_stops_nothing(
    planted: Parts, changes: dict[str, Any], code: str
) -> None:
    bad, good = pad(planted, visit=1), pad(planted, visit=2)
    bad.open()
    good.open()

    reply = push(planted, [{**bad.raws[0], **changes}, *good.events])

    assert answered(reply.results) == [("quarantined", code), ("applied", "")]


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, {"id": 3}, {"payload": [[]]}])
def test_junk_in_a_batch_is_set_apart(planted: Parts, junk: object) -> None:
    tablet = pad(planted)
    tablet.open()

    reply = push(planted, [junk, *tablet.events])  # type: ignore[list-item]

    assert answered(reply.results)[0] == ("quarantined", "unreadable")
    assert statuses(reply)[1] == "applied"


@pytest.mark.parametrize(
    "wall", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2999-01-01T00:00:00Z"]
)
def test_a_time_of_no_age_of_ours_is_unreadable(planted: Parts, wall: str) -> None:
    tablet = pad(planted)
    opened = tablet.open()
    at = {**opened.raw["at"], "wall": wall}

    reply = push(planted, [reseal(opened, at=at)])

    assert answered(reply.results) == [("quarantined", "unreadable")]


def test_after_an_unreadable_event_the_next_waits_for_it(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    newer = {**tablet.raws[1], "v": 2}

    reply = push(planted, [tablet.raws[0], newer, tablet.raws[2]])

    assert answered(reply.results)[1:] == [
        ("quarantined", "newer_app"),
        ("held", "predecessor_quarantined"),
    ]


def test_a_tablet_out_of_use_is_heard_but_not_believed(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Device, "tablet-1").status = DeviceStatus.RETIRED

    assert answered(push(planted, tablet.events).results) == [("quarantined", "device_retired")]
    assert rows(planted, TraceEvent) == 0


def test_a_damaged_copy_is_no_copy_even_of_a_tablet_out_of_use(planted: Parts) -> None:
    """Told that it is set apart as it stands, the tablet would wipe the only true one."""
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    shown = tablet.show(WANG)
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Device, "tablet-1").status = DeviceStatus.RETIRED
    broken = {**shown.raw, "officer_sig": tablet.events[0].raw["sig"]}

    assert answered(push(planted, [broken]).results) == [("quarantined", "officer_signature_bad")]
    assert answered(push(planted, [shown]).results) == [("quarantined", "device_retired")]


def test_a_stranger_cannot_push_into_a_visit(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    push(planted, tablet.events)
    enrolled(planted, "tablet-2", officers=())
    stranger = pad(planted, device_id="tablet-2")
    stranger.open()

    reply = push(planted, stranger.events, device_id="tablet-2")

    assert answered(reply.results) == [("quarantined", "foreign_visit")]
    assert not visit(planted, tablet).irregular


def test_a_stranger_who_waits_in_a_visit_is_found_when_the_wait_is_over(
    planted: Parts, clock: SetClock
) -> None:
    tablet = pad(planted)
    tablet.open()
    push(planted, tablet.events)
    enrolled(planted, "tablet-2", officers=())
    stranger = pad(planted, device_id="tablet-2")
    stranger.open()
    stranger.scan()
    push(planted, stranger.events[1:], device_id="tablet-2")
    clock.move(timedelta(days=6))

    expire(planted)

    with Session(planted.engine) as session:
        assert session.scalars(select(Quarantine.code)).all() == ["foreign_visit"]
    assert not visit(planted, tablet).irregular


class Member(Pad):
    """A tablet whose officers have keys of their own on it."""

    def officer_key(self, officer: str) -> SigningKey:
        return key(f"{self.device_id}/{officer}")


def test_a_member_whose_joining_came_damaged_is_no_stranger_after_five_days(
    planted: Parts, clock: SetClock
) -> None:
    lead = pad(planted)
    lead.open()
    push(planted, lead.events)
    enrolled(planted, "tablet-2")
    member = Member(**vars(pad(planted, device_id="tablet-2")))
    joined = member.act(
        Kind.JOINED,
        lead={"device_id": "tablet-1", "seq": 1, "head": lead.events[0].hash},
        agency_id="agency-1",
        references=list(member.named),
    )
    member.photo()
    push(planted, [{**joined.raw, "sig": "A" * 86}], device_id="tablet-2")
    push(planted, [member.events[1]], device_id="tablet-2")
    clock.move(timedelta(days=6))
    expire(planted)
    expire(planted)

    assert statuses(push(planted, [joined], device_id="tablet-2")) == ["applied"]

    again = push(planted, [member.events[1]], device_id="tablet-2")
    assert [(one.status, one.first) for one in again.results] == [("duplicate", "applied")]
    with Session(planted.engine) as session:
        assert session.scalars(select(Quarantine.code)).all() == ["bad_signature"]


def test_nobody_can_take_another_tablets_event_for_a_seen_one(planted: Parts) -> None:
    """An id that was only seen in something that does not hold is still free."""
    tablet = pad(planted)
    opened = tablet.open()
    enrolled(planted, "tablet-2", officers=())

    reply = push(planted, [opened], device_id="tablet-2")
    assert answered(reply.results) == [("quarantined", "other_device")]

    assert statuses(push(planted, [opened])) == ["applied"]


def test_a_gap_in_the_tablets_own_count_is_known(planted: Parts) -> None:
    first = pad(planted, visit=1)
    first.open()
    later = pad(planted, visit=2, counted_before=5)
    later.open()

    reply = push(planted, [*first.events, *later.events])

    assert reply.receipt["device_seq"] == 1
    with Session(planted.engine) as session:
        assert session.get_one(Device, "tablet-1").missing_seqs == [[2, 5]]


def test_more_events_than_a_push_may_carry_are_refused_as_a_whole(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()

    with pytest.raises(BatchTooLarge):
        push(planted, tablet.raws * (intake.MOST_EVENTS + 1))
    assert rows(planted, LedgerEntry) == rows(planted, ChainHead) == 0


def test_a_tablet_that_lost_its_clock_is_heard(planted: Parts) -> None:
    tablet = pad(planted)
    opened = tablet.open()
    at = {**opened.raw["at"], "wall": "1970-01-01T00:02:00+00:00", "server_offset_ms": None}

    reply = push(planted, [reseal(opened, at={**at, "suspect": True})])

    assert statuses(reply) == ["applied"]
    found = visit(planted, tablet)
    assert found.time_confidence == "low"
    assert {"code": "clock_suspect", "events": 1} in found.flags


def test_the_queries_of_a_push_do_not_grow_with_its_events(planted: Parts) -> None:
    short, long = pad(planted, visit=1), pad(planted, visit=2, counted_before=100)
    for tablet, photos in ((short, 1), (long, 40)):
        tablet.open()
        tablet.scan()
        for number in range(photos):
            tablet.photo(f"{tablet.visit}-{number}")

    with counted(planted.engine) as few:
        push(planted, short.events)
    with counted(planted.engine) as many:
        push(planted, long.events)

    # The second visit of the task notes that there is a first: one more.
    assert len(many) <= len(few) + 1
    assert len(few) < 35


def test_facts_of_a_visit_are_numbered_and_kept(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    push(planted, tablet.events[:3])
    push(planted, tablet.events[3:])

    with Session(planted.engine) as session:
        facts = session.scalars(select(ServerFact).order_by(ServerFact.seq)).all()
    assert [fact.kind for fact in facts] == ["reference_snapshot"] * 2
    assert f"officer:{LI}" in facts[1].payload["known"]
    assert f"officer:{WANG}" not in facts[1].payload["known"]
    assert rows(planted, Hold) == 0


def test_a_receipt_is_kept_once_for_all_heads_that_it_moved(planted: Parts) -> None:
    first, second = pad(planted), pad(planted, visit=2, counted_before=1)
    both = [first.open(), second.open()]
    given = push(planted, both).receipt
    later = planted.clock.now() + timedelta(minutes=1)
    push(planted, both, at=later)  # nothing moves: the receipt that is kept still says all

    with Session(planted.engine) as session:
        (kept,) = session.scalars(select(GivenReceipt))
        assert kept.content == given
        assert set(session.scalars(select(ChainHead.receipt_id))) == {kept.id}

    first.scan()
    again = push(planted, first.events[1:], at=later).receipt
    with Session(planted.engine) as session:
        newest = session.get_one(ChainHead, (first.visit_id, first.device_id)).receipt_id
        other = session.get_one(ChainHead, (second.visit_id, second.device_id)).receipt_id
        assert session.get_one(GivenReceipt, newest).content == again
        assert session.get_one(GivenReceipt, other).content == given
