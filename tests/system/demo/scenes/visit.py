"""The visit, with no server anywhere: scanned in, credentials shown, recorded, signed, sealed."""

import time
from itertools import pairwise
from typing import Any

from server.clock import SystemClock
from server.seed import county
from shared import rfc3339, tokens
from tests.servers import LOOPBACK
from tests.system.demo import drawing
from tests.system.demo.breaking import Break
from tests.system.demo.drawing import Sticker
from tests.system.demo.known import AGENCY
from tests.system.demo.play import Play
from tests.system.demo.processes import answers
from tests.system.demo.timeline import Line, check

REFUSED = "ConnectionRefusedError"
NOTE = "第二层货架一箱纯牛奶已过保质期两天，未下架。"
STATEMENT = "情况属实，立即下架，今后每天检查保质期。"
NOT_MET = "保质期"


def stop(play: Play, line: Line) -> None:
    """The server's process is ended, and nobody answers there any more."""
    began = time.monotonic()
    code = play.stop_server()
    check(answers(play.port) == REFUSED, "服务停了还有应答 the port still answers")
    _knock(play, "停服之后 after the stop")
    line.show(f"SIGTERM，退出码 exit {code}", "连接被拒绝 connection refused")
    line.note(exit_code=code, took_s=round(time.monotonic() - began, 3))


def open_(play: Play, line: Line) -> None:
    seen = play.tablet.do("open", task=play.task["id"])
    play.visit_id = seen["visit"]
    check(seen["kinds"] == ["visit_opened"], f"没有开始检查 not opened: {seen['kinds']}")
    line.show(play.known.place.name)
    line.note(visit_id=play.visit_id)


def scan(play: Play, line: Line) -> None:
    sticker = Sticker.SPOILT if play.broken is Break.DECODER else Sticker.CLEAN
    url = tokens.url(play.url, "e", play.known.place.code)
    picture = drawing.hold(drawing.code(url, sticker), play.folders.camera, "door")
    play.keep(picture, "door-code.jpg")
    seen = play.tablet.do("scan")
    drawing.take_away(play.folders.camera)
    check(seen["kinds"][-1] == "scanned_in", f"没有扫码入企 not scanned in: {seen['kinds']}")
    _knock(play, "扫码之后 after the scan")
    line.show(play.known.place.uscc)


def credentials(play: Play, line: Line) -> None:
    for officer in play.known.officers:
        seen = play.tablet.do("show_credential", officer=officer.id, pin=play.pins[officer.id])
    shown = seen["kinds"].count("credentials_shown")
    check(shown == 2, f"应有两次亮证 two credentials, not {shown}")
    line.show("、".join(f"{o.name} {o.certificate}" for o in play.known.officers))


def offline(play: Play, line: Line) -> None:
    """The tablet itself tries, and says on its screen that it could not."""
    seen = play.tablet.do("try_sync")
    check(seen["problem"] == "offline", f"平板没有说离线 the tablet says: {seen['problem']}")
    check(seen["waiting"] > 0, "没有待传的记录 nothing is waiting")
    play.refused.append({"who": "tablet", "at": _now(), "how": seen["problem"]})
    _knock(play, "平板尝试同步之后 after the tablet's own try")
    line.show("离线 offline", f"待传 {seen['waiting']} 条 events waiting")
    line.note(waiting=seen["waiting"])


def notice(play: Play, line: Line) -> None:
    seen = play.tablet.do("notice", name=play.known.place.contact)
    check("notice_served" in seen["kinds"], f"没有送达通知书 no notice: {seen['kinds']}")
    line.show(f"{play.known.place.contact} 签收 signed for")


def checklist(play: Play, line: Line) -> None:
    titles = [point["title"] for point in _points()]
    points, nonconform = len(titles), titles.index(NOT_MET) + 1
    picture = drawing.hold(drawing.shelf(), play.folders.camera, "shelf")
    play.keep(picture, "photo.jpg")
    seen = play.tablet.do("checklist", points=points, nonconform=nonconform, note=NOTE)
    drawing.take_away(play.folders.camera)
    answered = seen["kinds"].count("point_answered")
    check(answered == points, f"应答 {points} 项 points, not {answered}")
    check("evidence_added" in seen["kinds"], "没有照片 there is no photo")
    line.show(f"{points} 项 points", f"第 {nonconform} 项{NOT_MET}不符合 not met", "照片 photo")


def record(play: Play, line: Line) -> None:
    seen = play.tablet.do("record", statement=STATEMENT)
    check("record_read" in seen["kinds"], f"没有宣读笔录 not read: {seen['kinds']}")
    line.show(STATEMENT)


def sign(play: Play, line: Line) -> None:
    seen = play.tablet.do("sign")
    check("signed" in seen["kinds"], f"没有签名 not signed: {seen['kinds']}")
    line.show(play.known.place.contact)


def result(play: Play, line: Line) -> None:
    seen = play.tablet.do("result")
    check("result_given" in seen["kinds"], f"没有告知结果 no result: {seen['kinds']}")
    line.show("责令改正 to rectify", "待书面告知 the notice will follow")


def leave(play: Play, line: Line) -> None:
    play.tablet.do("leave")
    seen = play.tablet.do("seal")
    kinds = seen["kinds"]
    check(kinds[-2:] == ["left", "sealed"], f"没有封存 not sealed: {kinds}")
    _knock(play, "封存之后 after the seal")
    play.sealed = play.tablet.do("hashes", visit=play.visit_id)
    play.tablet.do("done")
    order = " → ".join(kind for kind, after in pairwise([*kinds, ""]) if kind != after)
    line.show(f"{len(kinds)} 条 events")
    line.note(kinds=order, events=len(kinds), evidence=len(play.sealed["evidence"]))


def _points() -> list[dict[str, Any]]:
    seed = next(each for each in county.agencies() if each.key == AGENCY)
    return list(seed.items[0]["points"])


def _knock(play: Play, when: str) -> None:
    """Try to connect, as anybody could; what came of it is remembered and shown at the end."""
    how = answers(play.port)
    play.refused.append(
        {"who": f"orchestrator → {LOOPBACK}:{play.port}", "at": _now(), "how": how, "when": when}
    )


def _now() -> str:
    return rfc3339.write(SystemClock().now())
