"""Times enterprises ask for before an announced inspection: agreed to, or not, with a reason."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import visit_times
from server.web.console import frame
from shared.errors import BadInput

blueprint = Blueprint("console_times", __name__, url_prefix="/console/times")


@blueprint.get("/")
@roles(*visit_times.READERS)
def show() -> str:
    """What waits for an answer, the nearest day first."""
    with edge.reading() as work:
        return frame.page(work, "console/times.html", lines=visit_times.waiting(work))


@blueprint.post("/<asked_task_id>")
@roles(*visit_times.ANSWERERS)
def answer(asked_task_id: str) -> Response:
    """Agree, or keep the agency's own day."""
    do = request.form.get("do", "")
    with edge.working() as work:
        if do == "agree":
            visit_times.agree(work, asked_task_id)
        elif do == "keep":
            visit_times.keep(work, asked_task_id, request.form.get("reason", ""))
        else:
            raise BadInput("Not a step.", errors={"/do": "agree, keep"})
    flash(_("已答复，企业会收到通知。"))
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)
