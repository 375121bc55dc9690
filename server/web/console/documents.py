"""Documents to be looked at: of a visit beside its chain, of a task beside its plan."""

from flask import Blueprint, Response

from server import edge
from server.access import roles
from server.services import approval_forms, documents
from server.web.console import frame
from server.web.downloads import inline_pdf

blueprint = Blueprint("console_documents", __name__, url_prefix="/console/documents")


@blueprint.get("/<document_id>/pdf")
@roles(*frame.VISITS)
def pdf(document_id: str) -> Response:
    """The drawing; made now if it was not yet."""
    with edge.working() as work:
        return inline_pdf(documents.pdf(work, document_id))


@blueprint.get("/approvals/<planned_task_id>")
@roles(*frame.TASKS)
def approval(planned_task_id: str) -> Response:
    """The approval form of a task."""
    with edge.working() as work:
        form = approval_forms.of_task(work, planned_task_id)
        return inline_pdf(documents.pdf(work, form.id))
