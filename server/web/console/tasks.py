"""Tasks: the list beside the task itself, and the head's approval of an emergency afterwards."""

from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.limits import SIGN_IN, limiter
from server.services import late_approvals, views_tasks
from server.services.views_tasks import TaskView
from server.web.console import frame
from server.work import Work
from shared.errors import BadInput
from shared.roles import Role

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


@blueprint.post("/<task_id>/approve")
@roles(Role.HEAD)
@limiter.limit(SIGN_IN)
def approve(task_id: str) -> Response:
    """Approve an emergency that was inspected first, with a time code used for this alone."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise BadInput("Nothing was written.", errors={"/reason": "Required."})
    proof = edge.prove_second_factor(request.form.get("totp"))
    with edge.working() as work:
        late_approvals.approve(work, task_id, proof=proof, reason=reason)
    address = url_for("console_tasks.one", task_id=task_id, **frame.kept(frame.wanted()))
    return redirect(address, HTTPStatus.SEE_OTHER)


def _page(work: Work, view: TaskView | None) -> str:
    wanted = frame.wanted()
    kept = frame.kept(wanted)
    if frame.is_fragment() and view is not None:
        line = views_tasks.line(work, view.task.id)
        return frame.beside(
            work, "console/task.html", "console/task_row.html", line, view=view, kept=kept
        )
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
