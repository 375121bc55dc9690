"""Tasks: the list beside the task itself. Nothing is changed here."""

from flask import Blueprint, request

from server import edge
from server.access import roles
from server.services import views_tasks
from server.services.views_tasks import Filter, TaskView
from server.web.console import frame
from server.work import Work

blueprint = Blueprint("console_tasks", __name__, url_prefix="/console/tasks")


@blueprint.get("/")
@roles(*frame.TASKS)
def show() -> str:
    """The list, nothing opened."""
    with edge.reading() as work:
        return _page(work, None)


@blueprint.get("/<task_id>")
@roles(*frame.TASKS)
def one(task_id: str) -> str:
    """One task: beside the list, or by itself for htmx."""
    with edge.reading() as work:
        return _page(work, views_tasks.one(work, task_id))


def _page(work: Work, view: TaskView | None) -> str:
    wanted = Filter(
        status=request.args.get("status", ""),
        text=request.args.get("text", "").strip()[:100],
        before=request.args.get("before", ""),
    )
    kept = {k: v for k, v in (("status", wanted.status), ("text", wanted.text)) if v}
    if frame.is_fragment() and view is not None:
        return frame.beside(work, "console/task.html", "", None, view=view, kept=kept)
    return frame.page(
        work,
        "console/tasks.html",
        view=view,
        kept=kept,
        wanted=wanted,
        page=views_tasks.lines(work, wanted),
        counts=views_tasks.counts(work),
        sees_many=frame.sees_many(work.who),
    )
