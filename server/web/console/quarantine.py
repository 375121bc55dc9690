"""The ruling desk for what could not be read or trusted. Nothing here is ever dropped."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import quarantine
from server.services.ledger import OPEN
from server.services.quarantine import ADMISSIBLE, Decision, Wanted
from server.web.console import frame
from server.web.vocabulary import QUARANTINE_STATE
from shared.errors import BadInput

AT_ONCE = 50

blueprint = Blueprint("console_quarantine", __name__, url_prefix="/console/quarantine")


@blueprint.get("/")
@roles(*frame.QUARANTINE)
def show() -> str:
    """What lies there, of one state, perhaps of one visit."""
    wanted = _wanted()
    with edge.reading() as work:
        rows = quarantine.search(work, wanted)
        return frame.page(
            work,
            "console/quarantine.html",
            wanted=wanted,
            rows=rows,
            next=rows[-1].id if len(rows) == AT_ONCE else None,
            admissible=ADMISSIBLE,
        )


@blueprint.post("/<quarantine_id>")
@roles(*frame.QUARANTINE)
def rule(quarantine_id: str) -> Response:
    """Ask for it again, take it in after all, or leave it where it is."""
    decision = request.form.get("decision", "")
    if decision not in set(Decision):
        raise BadInput("Not a decision.", errors={"/decision": "resend, admit or dismiss"})
    with edge.working() as work:
        quarantine.rule(work, quarantine_id, Decision(decision), request.form.get("reason", ""))
    flash(_("已处理，并记入操作日志。"))
    wanted = _wanted()
    address = url_for("console_quarantine.show", state=wanted.state, visit=wanted.visit_id)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _wanted() -> Wanted:
    state = request.args.get("state", "")
    return Wanted(
        visit_id=request.args.get("visit") or None,
        state=state if state in QUARANTINE_STATE else OPEN,
        after=request.args.get("after", ""),
        limit=AT_ONCE,
    )
