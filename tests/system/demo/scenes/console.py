"""The console as planner, head, administrator and supervision see it, with pictures."""

from typing import TYPE_CHECKING

from tests.system.demo.pages import must_read
from tests.system.demo.play import Play
from tests.system.demo.scenes.planning import HEAD, PLANNER
from tests.system.demo.timeline import Line

if TYPE_CHECKING:
    from playwright.sync_api import Page


def findings(play: Play, line: Line) -> None:
    """The planner looks at what the rules found."""
    page = desk(play, PLANNER)
    play.pages.go(page, "/console/", "queue-planner")
    play.pages.go(page, "/console/plans/", "plans")
    play.pages.go(page, f"/console/plans/{play.plan['id']}", "plan-findings")
    must_read(page, play.plan["title"], *{finding["rule"] for finding in play.findings})
    line.show(f"{len(play.findings)} 条结果 findings")


def waiting(play: Play, line: Line) -> None:
    """The head finds the plan in the queue."""
    page = desk(play, HEAD)
    play.pages.go(page, "/console/", "queue-head")
    play.pages.go(page, f"/console/plans/{play.plan['id']}", "plan-to-approve")
    must_read(page, play.plan["title"], play.known.place.name)
    line.show(play.account(HEAD).name)


def filed(play: Play, line: Line) -> None:
    page = desk(play, PLANNER)
    play.pages.go(page, f"/console/plans/{play.plan['id']}", "plan-filed")
    must_read(page, play.plan["no"])
    play.pages.go(page, f"/console/tasks/{play.task['id']}", "task")
    must_read(page, play.task["code"])
    line.show(play.plan["no"])


def desk(play: Play, username: str) -> "Page":
    """Somebody's window, signed in at the first look."""
    account = play.account(username)
    if username not in play.desks:
        play.desks[username] = play.pages.desk(
            username, account.password, lambda: play.time_code(username)
        )
    return play.desks[username]
