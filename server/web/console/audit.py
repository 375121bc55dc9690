"""The audit log, to be looked through. Nothing is changed here."""

from flask import Blueprint, request

from server import edge
from server.access import roles
from server.services import views_audit
from server.services.views_audit import Filter
from server.web.console import frame

LONGEST_NUMBER = 18  # digits of a 64-bit integer, one less

blueprint = Blueprint("console_audit", __name__, url_prefix="/console/audit")


@blueprint.get("/")
@roles(*frame.AUDIT)
def show() -> str:
    """The newest entries that fit."""
    before = request.args.get("before", "")
    wanted = Filter(
        text=request.args.get("text", "").strip()[:100],
        before=int(before) if before.isdecimal() and len(before) < LONGEST_NUMBER else None,
    )
    with edge.reading() as work:
        return frame.page(
            work, "console/audit.html", wanted=wanted, page=views_audit.page(work, wanted)
        )
