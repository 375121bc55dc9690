"""The server is back: the tablet hands over what it has, and the server makes of it what it is."""

from tests.system.demo.breaking import Break
from tests.system.demo.play import Play
from tests.system.demo.scenes import console
from tests.system.demo.scenes.planning import PLANNER
from tests.system.demo.timeline import Line, check

SUPERVISION = "supervision"


def restart(play: Play, line: Line) -> None:
    if play.broken is not Break.SERVER:
        play.start_server()
    line.show(play.url)


def sync(play: Play, line: Line) -> None:
    """Push, receipt, pull, evidence: nothing may be left, held or set apart."""
    seen = play.tablet.do("sync")
    check(not seen["problem"], f"同步没有成功 the tablet could not sync: {seen['problem']}")
    counts, events = seen["counts"], len(play.sealed["events"])
    check(counts["applied"] == events, f"应受理 {events} 条 events applied: {counts}")
    check(not seen["waiting"] and not seen["files_left"], f"还有没传完的 something is left: {seen}")
    line.show(f"受理 {counts['applied']} 条 events applied")
    line.note(**counts)


def projected(play: Play, line: Line) -> None:
    """The visit as the server sees it: whole, regular, with its findings."""
    seen = play.api(PLANNER).get(f"/visits/{play.visit_id}")
    check(not seen["irregularities"], f"检查被判异常 irregular: {seen['irregularities']}")
    events = play.api(PLANNER).get(f"/visits/{play.visit_id}/events")["events"]
    check(
        [one["event"]["hash"] for one in events] == [hash_ for _, hash_ in play.sealed["events"]],
        "服务端的事件链不同 the server's chain differs",
    )
    check(seen["complete"], "检查不完整 the visit is not complete")
    line.show(
        f"{seen['stage']}", f"{seen['outcome']}", f"{len(events)} 条事件 events", "无异常 regular"
    )


def desk(play: Play, line: Line) -> None:
    page = console.desk(play, PLANNER)
    play.pages.go(page, "/console/visits/", "visits")
    play.pages.go(page, f"/console/visits/{play.visit_id}", "visit")
    page = console.desk(play, SUPERVISION)
    play.pages.go(page, "/console/", "queue-supervision")
    play.pages.go(page, f"/console/visits/{play.visit_id}", "visit-supervision")
    line.show(play.known.place.name)
