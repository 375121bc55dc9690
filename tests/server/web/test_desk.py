import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.models import (
    AuditEntry,
    Device,
    Hold,
    Notice,
    NoticeState,
    OutboxMessage,
    Quarantine,
    ServerFact,
    Task,
    Visit,
)
from server.principal import SYSTEM
from server.services import change_log, desk, desk_rulings, gaps, outbox, publishing, rebuild
from server.services.desk import Matter, Wanted
from server.services.desk_rulings import Decision
from server.web import desk_words
from server.work import Parts, open_work
from shared.events.kinds import EventKind
from shared.roles import Role
from tests.checkout import ROOT
from tests.server import sync_world
from tests.server.factories import principal
from tests.server.sync_world import Pad
from tests.server.web.browsing import Browser, signed_in
from tests.world import LI, OTHER_USCC, USCC, WANG

DESK = "/console/desk/"
SUPER = principal("super", Role.SUPERVISION, agency="agency-1", region="370102")


@pytest.fixture
def supervisor(app: Flask, planted: Parts) -> Browser:
    return signed_in(app, planted, "super")


@pytest.fixture
def forked(planted: Parts) -> Pad:
    """A visit whose tablet wrote two second events: the answer to the first point differs."""
    pad = sync_world.pad(planted)
    pad.open()
    pad.scan()
    other = sync_world.pad(planted)
    other.open()
    assert other.events[0].raw == pad.events[0].raw
    other.answer("p1")
    sync_world.push(planted, pad.events)
    sync_world.push(planted, [other.events[1]])
    return pad


@pytest.fixture
def holed(planted: Parts) -> Pad:
    """A visit of which the second event did not come."""
    pad = sync_world.pad(planted)
    pad.open()
    pad.scan()
    pad.answer("p1")
    sync_world.push(planted, [pad.events[0], pad.events[2]])
    return pad


def asked_for(parts: Parts) -> list[str]:
    """What the tablet is asked to send again."""
    with open_work(parts, SYSTEM) as work:
        scope = [publishing.device_scope("tablet-1")]
        held = change_log.held(work, scope, ("", ""), 100)
    return [id_ for kind, id_ in held if kind == "resend"]


def decide(person: Browser, address: str, decision: str, reason: str = "情况属实") -> int:
    return person.post(DESK + address, decision=decision, reason=reason).status


def codes_of(session: Session, pad: Pad) -> list[str]:
    """What is irregular about a visit."""
    return [said["code"] for said in session.get_one(Visit, pad.visit_id).irregularities]


def break_off(pad: Pad, why: str) -> None:
    """The officers leave without having inspected anything."""
    photo = pad.photo()
    pad.act(
        EventKind.UNABLE,
        reason="moved",
        explanation=why,
        officer_ids=[WANG, LI],
        evidence=[photo.payload["sha256"]],
    )


def must_rebuild(parts: Parts, pad: Pad) -> None:
    with open_work(parts, SUPER) as work:
        assert list(rebuild.differences(work, [pad.visit_id])) == []
        assert gaps.differences(work) == []


def test_two_versions_stand_side_by_side_and_the_decision_is_a_fact(
    supervisor: Browser, planted: Parts, forked: Pad
) -> None:
    assert "1 两个版本" in supervisor.get("/console/").text
    with Session(planted.engine) as session:
        row = session.query(Quarantine).one()
    page = supervisor.get(f"{DESK}fork/{row.id}")
    assert "同一编号有两个事件" in page.text
    assert {"scanned_in", "point_answered"} <= set(page.text.split())
    assert not {"None", "False"} & set(page.text.split())

    assert decide(supervisor, f"fork/{row.id}", "ratify") == 409
    assert decide(supervisor, f"fork/{row.id}", "reject", "") == 422
    decide(supervisor, f"fork/{row.id}", "reject", "两段记录只能信一段")

    assert supervisor.get(f"{DESK}fork/{row.id}").status == 404
    with Session(planted.engine) as session:
        fact = session.query(ServerFact).filter_by(kind="desk_ruling").one()
        assert (fact.by_id, fact.payload["decision"]) == ("super", "dismiss")
        visit = session.get_one(Visit, forked.visit_id)
        assert {"code": "desk_ruled", "decisions": 1} in visit.flags
    must_rebuild(planted, forked)


def test_a_visit_is_asked_for_again_and_waits_anew_when_something_comes(
    supervisor: Browser, planted: Parts, forked: Pad
) -> None:
    decide(supervisor, f"visit/{forked.visit_id}", "ask_again")

    assert f"visit:{forked.visit_id}" in asked_for(planted)
    assert "没有符合条件的事项" in supervisor.get(f"{DESK}?kind=visit").text
    assert "等了" in supervisor.get(f"{DESK}?kind=visit&show=asked").text
    must_rebuild(planted, forked)

    forked.answer("p2")
    sync_world.push(planted, forked.events)
    assert "等了" in supervisor.get(f"{DESK}?kind=visit").text
    assert decide(supervisor, f"visit/{forked.visit_id}", "reject") == 200
    must_rebuild(planted, forked)


def test_what_is_held_is_asked_for_or_taken_in_now(
    supervisor: Browser, planted: Parts, holed: Pad
) -> None:
    held = holed.events[2].id
    assert "第 3 个事件在等它前面的事件" in supervisor.get(DESK).text
    decide(supervisor, f"hold/{held}", "ask_again")
    assert f"visit:{holed.visit_id}" in asked_for(planted)
    assert "已请平板补传" in supervisor.get(f"{DESK}hold/{held}").text

    decide(supervisor, f"hold/{held}", "ratify")

    with Session(planted.engine) as session:
        assert session.get_one(Hold, held).expired_at is not None
        codes = [said["code"] for said in session.get_one(Visit, holed.visit_id).irregularities]
        assert "chain_gap" in codes
    must_rebuild(planted, holed)


def test_a_gap_waits_until_it_is_accepted_or_filled(
    supervisor: Browser, planted: Parts, holed: Pad, clock: SetClock
) -> None:
    decide(supervisor, f"hold/{holed.events[2].id}", "ratify")  # the third is here, the second not
    assert "平板编号不连续" in supervisor.get(f"{DESK}?kind=gap").text
    must_rebuild(planted, holed)
    decide(supervisor, "gap/tablet-1", "ask_again")
    assert "seq:tablet-1:2-2" in asked_for(planted)
    assert "平板编号不连续" in supervisor.get(f"{DESK}?kind=gap&show=asked").text

    decide(supervisor, "gap/tablet-1", "ratify", "平板摔坏，只剩这些")

    assert decide(supervisor, "gap/tablet-1", "ratify") == 409
    must_rebuild(planted, holed)
    with Session(planted.engine) as session:
        tablet = session.get_one(Device, "tablet-1")
        assert (tablet.missing_seqs, tablet.gap_since) == ([[2, 2]], None)
        actions = {entry.action for entry in session.query(AuditEntry)}
        assert {"gap.ruled", "hold.ruled"} <= actions
    sync_world.push(planted, [holed.events[1]])
    with Session(planted.engine) as session:
        assert session.get_one(Device, "tablet-1").missing_seqs == []
    must_rebuild(planted, holed)


def test_what_is_held_and_not_believed_is_set_apart_for_good(
    supervisor: Browser, planted: Parts, holed: Pad
) -> None:
    held = holed.events[2].id
    assert decide(supervisor, f"hold/{held}", "reject", "来路不明") == 200

    assert decide(supervisor, f"hold/{held}", "ratify") == 404
    assert "第 3 个事件" not in supervisor.get(DESK).text
    with Session(planted.engine) as session:
        row = session.query(Quarantine).one()
        assert (row.code, row.state, row.ruling) == ("hold_rejected", "dismissed", "来路不明")
        assert (row.ruled_by, session.get_one(Hold, held).expired_at) == ("super", None)
        assert codes_of(session, holed) == ["event_quarantined"]
        audited = session.query(AuditEntry).filter_by(action="hold.ruled").one()
        assert (audited.facts["decision"], audited.facts["reason"]) == ("reject", "来路不明")
    must_rebuild(planted, holed)
    again = supervisor.post(f"/console/quarantine/{row.id}", decision="resend", reason="再看")
    assert again.status == 409  # its tablet would hear the first answer, whatever it sends

    reply = sync_world.push(planted, holed.events)
    assert [(each.status, each.first) for each in reply.results] == [
        ("duplicate", "applied"),
        ("applied", ""),
        ("duplicate", "quarantined"),
    ]
    must_rebuild(planted, holed)


def test_a_gap_that_nobody_explains_makes_the_visits_beside_it_irregular(
    supervisor: Browser, planted: Parts, visit: Pad
) -> None:
    far = sync_world.pad(planted, visit=2, counted_before=len(visit.events) + 2)
    far.open()
    sync_world.push(planted, far.events)
    assert decide(supervisor, "gap/tablet-1", "reject", "平板完好，无从解释") == 200

    assert decide(supervisor, "gap/tablet-1", "ratify") == 409
    with Session(planted.engine) as session:
        assert codes_of(session, visit) == ["numbers_missing"]  # though its result was told
        assert "numbers_missing" in codes_of(session, far)
        spans = {str(f.payload["spans"]) for f in session.query(ServerFact) if "spans" in f.payload}
        n = len(visit.events)
        assert spans == {str([[n + 1, n + 2]])}
    both = supervisor.get(f"{DESK}visit/{far.visit_id}").text
    assert "无法说明" in both
    assert "None" not in both.split()  # what has not happened yet in one of two visits
    for pad in (visit, far):
        must_rebuild(planted, pad)
    assert decide(supervisor, f"visit/{visit.visit_id}", "ratify") == 200
    must_rebuild(planted, visit)


def test_a_dead_letter_is_closed_and_its_notice_waits_to_be_served_by_hand(
    supervisor: Browser, planted: Parts, visit: Pad
) -> None:
    with open_work(planted, SYSTEM) as work:
        for letter in work.session.scalars(select(OutboxMessage)):
            outbox.bury(letter, work.now, "unsure")  # as a restored backup leaves it
    assert decide(supervisor, f"dead_letter/{letter.id}", "reject", "邮箱已注销") == 200

    assert decide(supervisor, f"dead_letter/{letter.id}", "ask_again") == 409
    assert supervisor.get(f"{DESK}dead_letter/{letter.id}").status == 404
    assert "监督决定不再发送" in supervisor.get("/console/delivery/").text
    with Session(planted.engine) as session:
        closed = session.get_one(OutboxMessage, letter.id)
        notice = session.query(Notice).one()
        assert (closed.state, notice.state) == ("failed", NoticeState.UNDELIVERED)
        fact = session.query(ServerFact).filter_by(kind="desk_ruling").one()
        assert (fact.payload["matter"], fact.payload["decision"]) == ("dead_letter", "reject")
        audited = session.query(AuditEntry).filter_by(action="message.given_up").one()
        assert audited.facts["reason"] == "邮箱已注销"
    must_rebuild(planted, visit)


def test_what_the_page_offers_is_done_and_written_down() -> None:
    """docs/sync.md says of each matter what each decision means, or that there is none."""
    told = (ROOT / "docs" / "sync.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|(.+)\|(.+)\|(.+)\|$", told, re.MULTILINE)
    written = {
        (Matter(matter), decision)
        for matter, *cells in rows
        if matter in set(Matter)
        for decision, cell in zip(Decision, cells, strict=True)
        if not cell.strip().startswith("–")
    }
    assert written == set(desk_words.ACTS) == set(desk_rulings._DO)


def test_gaps_late_approvals_and_dead_letters_wait_in_the_same_queue(
    supervisor: Browser, planted: Parts, visit: Pad, clock: SetClock
) -> None:
    holed = sync_world.pad(planted, visit=2, counted_before=len(visit.events))
    holed.open()
    holed.scan()
    holed.answer("p1")
    sync_world.push(planted, [holed.events[0], holed.events[2]])
    decide(supervisor, f"hold/{holed.events[2].id}", "ratify")
    with open_work(planted, SYSTEM) as work:
        for letter in work.session.scalars(select(OutboxMessage)):
            outbox.bury(letter, work.now, "smtp_refused")
        task = work.session.scalars(select(Task)).first()
        task.approved_by, task.post_approval_due = "", work.now - timedelta(hours=1)
    with open_work(planted, SUPER) as work:
        waits = {line.matter for line in desk.lines(work, Wanted()).lines}
        counts = {matter: count.count for matter, count in desk.counts(work).items()}
    assert waits >= {Matter.GAP, Matter.LATE_APPROVAL, Matter.DEAD_LETTER}
    assert (counts[Matter.GAP], counts[Matter.LATE_APPROVAL]) == (1, 1)
    queue = supervisor.get(DESK)
    assert queue.source.count('class="row-link"') == sum(counts.values())
    for matter in ("gap", "late_approval", "dead_letter"):
        assert 'class="row-link"' in supervisor.get(f"{DESK}?kind={matter}").source
    with Session(planted.engine) as session:
        letter = session.query(OutboxMessage).first()
        assert letter is not None
    decide(supervisor, f"late_approval/{task.id}", "ask_again", "请补签")
    decide(supervisor, f"dead_letter/{letter.id}", "ask_again", "对方邮箱已恢复")
    with Session(planted.engine) as session:
        said = {entry.action: entry.facts for entry in session.query(AuditEntry)}
    assert said["approval.urged"]["reason"] == "请补签"
    assert said["message.tried_again"]["reason"] == "对方邮箱已恢复"


@pytest.mark.parametrize(("decision", "chip"), [("ratify", "已同意改派"), ("reject", "未同意改派")])
def test_who_came_to_another_enterprises_door_asks_whether_to_inspect_it(
    supervisor: Browser, planted: Parts, decision: str, chip: str
) -> None:
    pad = sync_world.pad(planted)
    pad.open()
    seen = {"expected": f"{USCC}/premise-1", "seen": OTHER_USCC}
    pad.act(EventKind.SCAN_MISMATCH, **seen)
    sync_world.push(planted, pad.events)
    assert "1 改派请求" not in supervisor.get("/console/").text  # they may still find the right one
    break_off(pad, "门牌已换成另一家")
    sync_world.push(planted, pad.events)

    assert "1 改派请求" in supervisor.get("/console/").text
    address = f"retarget/{pad.visit_id}"
    matter = supervisor.get(DESK + address).text
    assert "门牌已换成另一家" in matter
    assert {USCC, OTHER_USCC} <= set(matter.split())
    assert decide(supervisor, address, "ask_again") == 409
    assert decide(supervisor, address, decision) == 200

    assert decide(supervisor, address, decision) == 404
    assert supervisor.get(DESK + address).status == 404
    assert chip in supervisor.get(f"/console/visits/{pad.visit_id}").text
    with Session(planted.engine) as session:
        fact = session.query(ServerFact).filter_by(kind="desk_ruling").one()
        assert (fact.payload["matter"], fact.payload["decision"]) == ("retarget", decision)
        assert "retarget.ruled" in {entry.action for entry in session.query(AuditEntry)}
    must_rebuild(planted, pad)


def test_a_right_scan_after_a_wrong_one_asks_for_nothing(
    supervisor: Browser, planted: Parts
) -> None:
    pad = sync_world.pad(planted)
    pad.open()
    pad.act(EventKind.SCAN_MISMATCH, expected=f"{USCC}/premise-1", seen=OTHER_USCC)
    pad.scan()
    break_off(pad, "检查中断")
    sync_world.push(planted, pad.events)
    assert "1 改派请求" not in supervisor.get("/console/").text
    must_rebuild(planted, pad)


def test_the_queue_is_the_regions_own_and_its_counts_are_its_length(
    app: Flask, supervisor: Browser, planted: Parts, forked: Pad, clock: SetClock
) -> None:
    mine = supervisor.get(DESK)
    assert mine.source.count('class="row-link"') == 2  # the fork, and the visit it made irregular
    assert "2 裁定台" in supervisor.get("/console/").text
    clock.move(timedelta(minutes=1))
    stranger = signed_in(app, planted, "other-super")
    assert "没有等您决定的事" in stranger.get(DESK).text
    assert stranger.get(f"{DESK}visit/{forked.visit_id}").status == 404
    assert decide(stranger, f"visit/{forked.visit_id}", "reject") == 404


def test_a_page_begins_after_the_last_line(
    supervisor: Browser, planted: Parts, forked: Pad, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.desk.AT_ONCE", 1)
    first = supervisor.get(DESK)
    assert first.source.count('class="row-link"') == 1
    further = next(
        part.split('"')[0] for part in first.source.split('href="') if "after=" in part
    ).replace("&amp;", "&")
    second = supervisor.get(further)
    assert second.source.count('class="row-link"') == 1
    assert "更晚的" not in second.text
