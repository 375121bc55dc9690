from datetime import timedelta

import pytest
from flask import Flask

from server.clock import SetClock
from server.models import Quarantine
from server.principal import SYSTEM
from server.work import Parts, open_work
from tests.server import sync_world
from tests.server.sync_world import Pad
from tests.server.web.browsing import Browser, signed_in


@pytest.fixture
def forged(planted: Parts) -> Pad:
    """A visit whose second event carries a signature that is not the tablet's."""
    pad = sync_world.pad(planted)
    pad.open()
    scan = dict(pad.scan().raw)
    scan["sig"] = dict(pad.events[0].raw)["sig"]
    sync_world.push(planted, [pad.events[0], scan])
    return pad


@pytest.fixture
def supervisor(app: Flask, planted: Parts) -> Browser:
    return signed_in(app, planted, "super")


def test_what_cannot_be_trusted_waits_with_its_reason_and_as_it_came(
    supervisor: Browser, forged: Pad
) -> None:
    assert "1 隔离待处理" in supervisor.get("/console/").text
    text = supervisor.get("/console/quarantine/").text
    assert "签名不符" in text
    assert forged.events[1].id in text
    assert "另有 1 个事件无法核实" in supervisor.get(f"/console/visits/{forged.visit_id}").text


def test_it_is_ruled_on_with_a_reason_and_stays_to_be_seen(
    supervisor: Browser, planted: Parts, forged: Pad
) -> None:
    with open_work(planted, SYSTEM) as work:
        row = work.session.query(Quarantine).one()
    assert "采信" not in supervisor.get("/console/quarantine/").text.replace("已采信", "")
    address = f"/console/quarantine/{row.id}"
    assert supervisor.post(address, decision="dismiss", reason="").status == 422
    assert supervisor.post(address, decision="admit", reason="看着没问题").status == 409
    supervisor.post(address, decision="dismiss", reason="签名不是本机的")
    assert "这里没有事件" in supervisor.get("/console/quarantine/").text
    assert "签名不是本机的" in supervisor.get("/console/quarantine/?state=dismissed").text


def test_a_tablet_is_asked_again(supervisor: Browser, planted: Parts, forged: Pad) -> None:
    with open_work(planted, SYSTEM) as work:
        row = work.session.query(Quarantine).one()
    supervisor.post(f"/console/quarantine/{row.id}", decision="resend", reason="请重传")
    assert "等平板重传" in supervisor.get("/console/quarantine/?state=resend").text


def test_another_regions_supervision_sees_nothing(
    app: Flask, planted: Parts, forged: Pad, clock: SetClock
) -> None:
    clock.move(timedelta(minutes=1))
    stranger = signed_in(app, planted, "other-super")
    assert "这里没有事件" in stranger.get("/console/quarantine/").text
