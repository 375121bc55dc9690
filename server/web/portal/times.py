"""The half day an enterprise would like an announced inspection on."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.sentences import sentence
from server.services import visit_times
from server.services.portal_visits import ENTERPRISE
from server.web.language import said
from server.work import Work
from shared import slots
from shared.errors import BadInput, Conflict, DomainError

blueprint = Blueprint("portal_times", __name__, url_prefix="/portal/upcoming")


@blueprint.get("/<announced_task_id>/time")
@roles(*ENTERPRISE)
def show(announced_task_id: str) -> str:
    """What may be chosen, and what came of it."""
    return _page(announced_task_id)


@blueprint.post("/<announced_task_id>/time")
@roles(*ENTERPRISE)
def act(announced_task_id: str) -> Response | tuple[str, int]:
    """Ask for one, or take that back."""
    do = request.form.get("do", "")
    if do not in STEPS:
        raise BadInput("Not a step.", errors={"/do": ", ".join(STEPS)})
    step, done = STEPS[do]
    try:
        with edge.working() as work:
            step(work, announced_task_id)
    except (BadInput, Conflict) as refused:
        return _page(announced_task_id, refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(done)
    address = url_for(".show", announced_task_id=announced_task_id)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _page(task_id: str, refused: DomainError | None = None) -> str:
    with edge.reading() as work:
        return render_template(
            "portal/time.html",
            choice=visit_times.choice(work, task_id),
            problem=said(sentence(refused.code)) if refused else "",
            who=work.who,
        )


def _ask(work: Work, task_id: str) -> None:
    visit_times.ask(work, task_id, slots.read(request.form.get("slot", "")))


STEPS: Mapping[str, tuple[Callable[[Work, str], None], LazyString]] = {
    "ask": (_ask, _("已告诉检查机关，答复会通知您。")),
    "withdraw": (visit_times.withdraw, _("已撤回。")),
}
