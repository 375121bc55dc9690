"""A compliance report behind the link its enterprise gave away.

No GET changes anything or tells anything of the report, so a messenger's preview neither opens nor
reads it: whoever wants to see it says so.
"""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.limits import LINK, UNKNOWN_LINK, limiter, was_unknown
from server.services import report_links
from server.web.downloads import inline_pdf
from shared.roles import Role

blueprint = Blueprint("report", __name__, url_prefix="/r")
guessed = limiter.shared_limit(UNKNOWN_LINK, scope="unknown_link", deduct_when=was_unknown)
"""Counted together with links of notices that lead nowhere."""


@blueprint.get("/<share>")
@roles(Role.PUBLIC)
@guessed
def cover(share: str) -> str:
    """That there is a report."""
    with edge.reading() as work:
        found = report_links.cover(work, share)
    return render_template("public/report.html", share=share, cover=found, opened=None)


@blueprint.post("/<share>")
@roles(Role.PUBLIC)
@guessed
@limiter.limit(LINK)
def open_report(share: str) -> str:
    """Its first page."""
    with edge.working() as work:
        opened = report_links.open_(work, share)
    return render_template("public/report.html", share=share, cover=opened.cover, opened=opened)


@blueprint.post("/<share>/pdf")
@roles(Role.PUBLIC)
@guessed
@limiter.limit(LINK)
def pdf(share: str) -> Response:
    """The paper."""
    with edge.working() as work:
        return inline_pdf(report_links.download(work, share))
