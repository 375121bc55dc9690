from flask import Flask

from server.models import Contact, Notice, NoticeState, OutboxMessage, OutboxState
from server.principal import SYSTEM
from server.services import outbox
from server.work import Parts, open_work
from tests.server.sync_world import Pad
from tests.server.web.browsing import signed_in


def bury_all(parts: Parts) -> str:
    """No channel took anything; returns one message's id."""
    with open_work(parts, SYSTEM) as work:
        rows = work.session.query(OutboxMessage).order_by(OutboxMessage.id).all()
        for row in rows:
            outbox.bury(row, work.now, "smtp_refused")
        notice = work.session.query(Notice).one()
        notice.state, notice.why = NoticeState.UNDELIVERED, "smtp_refused"
        return rows[0].id


def test_a_dead_letter_is_on_the_desk_with_its_recipient_masked(
    app: Flask, planted: Parts, visit: Pad
) -> None:
    bury_all(planted)
    admin = signed_in(app, planted, "admin")
    assert "2 死信" in admin.get("/console/").text
    text = admin.get("/console/delivery/").text
    assert "济南泉城食品有限公司" in text
    assert "138****8000" in text
    assert "13800138000" not in text


def test_it_is_sent_again_at_the_press_of_a_button(app: Flask, planted: Parts, visit: Pad) -> None:
    message_id = bury_all(planted)
    admin = signed_in(app, planted, "admin")
    assert "已重新排队" in admin.post(f"/console/delivery/messages/{message_id}").text
    with open_work(planted, SYSTEM) as work:
        assert work.session.get_one(OutboxMessage, message_id).state == OutboxState.WAITING


def test_a_notice_that_reached_nobody_goes_to_the_contacts_there_are_by_now(
    app: Flask, planted: Parts, visit: Pad
) -> None:
    bury_all(planted)
    admin = signed_in(app, planted, "admin")
    with open_work(planted, SYSTEM) as work:
        document_id = work.session.query(Notice).one().document_id
    page = admin.post(f"/console/delivery/notices/{document_id}")
    assert "已向 2 个联系方式重新发送" in page.text


def test_without_a_contact_it_says_what_to_do(app: Flask, planted: Parts, visit: Pad) -> None:
    bury_all(planted)
    with open_work(planted, SYSTEM) as work:
        work.session.query(Contact).one().removed_at = work.now
        document_id = work.session.query(Notice).one().document_id
    page = signed_in(app, planted, "admin").post(f"/console/delivery/notices/{document_id}")
    assert "请先登记联系人，或者当面送达" in page.text


def test_a_foreign_agency_has_an_empty_desk(app: Flask, planted: Parts, visit: Pad) -> None:
    message_id = bury_all(planted)
    stranger = signed_in(app, planted, "other-admin")
    text = stranger.get("/console/delivery/").text
    assert "没有死信" in text
    assert "每份告知都有人收到" in text
    assert stranger.post(f"/console/delivery/messages/{message_id}").status == 404
