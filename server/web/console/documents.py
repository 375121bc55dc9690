"""A document of a visit, to be looked at beside its chain."""

from flask import Blueprint, Response

from server import edge
from server.access import roles
from server.services import documents
from server.web.console import frame
from server.web.downloads import inline_pdf

blueprint = Blueprint("console_documents", __name__, url_prefix="/console/documents")


@blueprint.get("/<document_id>/pdf")
@roles(*frame.VISITS)
def pdf(document_id: str) -> Response:
    """The drawing; made now if it was not yet."""
    with edge.working() as work:
        return inline_pdf(documents.pdf(work, document_id))
