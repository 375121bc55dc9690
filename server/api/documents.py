"""Documents over the interface: what was issued of a visit, and the PDF itself."""

from typing import Any
from urllib.parse import quote

import marshmallow as ma
from flask import Response
from flask.views import MethodView
from marshmallow.validate import Length

from server import edge
from server.access import OF_CASES, roles
from server.api.frame import BYTES, Blueprint
from server.api.plan_schemas import Word
from server.documents.kinds import DocumentKind
from server.models import Document
from server.services import documents
from shared.errors import NotFound

blueprint = Blueprint("documents", __name__, url_prefix="/documents")
PDF = "application/pdf"


class DocumentSchema(ma.Schema):
    id = ma.fields.String(required=True)
    kind = Word(DocumentKind, required=True)
    number = ma.fields.String(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)
    agency_id = ma.fields.String(required=True)
    visit_id = ma.fields.String(required=True, allow_none=True)
    uscc = ma.fields.String(required=True, allow_none=True)
    content = ma.fields.Dict(required=True, metadata={"description": "What was signed."})
    content_hash = ma.fields.String(
        required=True, metadata={"description": "SHA-256 of `content` by RFC 8785, hex."}
    )
    pdf_sha256 = ma.fields.String(required=True, allow_none=True)
    issued_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    superseded_by = ma.fields.String(required=True, allow_none=True)


class OfWhatSchema(ma.Schema):
    visit_id = ma.fields.String(validate=Length(1, 64))
    task_id = ma.fields.String(
        validate=Length(1, 64), metadata={"description": "Instead: the approval of a task (D1)."}
    )

    @ma.validates_schema
    def one_of_them(self, data: dict[str, str], **_told: object) -> None:
        """Exactly one is asked for."""
        if len(data) != 1:
            raise ma.ValidationError("Required.", "visit_id")


class DocumentsSchema(ma.Schema):
    documents = ma.fields.List(ma.fields.Nested(DocumentSchema), required=True)


@blueprint.route("")
class Documents(MethodView):
    @roles(*OF_CASES)
    @blueprint.arguments(OfWhatSchema, location="query")
    @blueprint.response(200, DocumentsSchema)
    @blueprint.leads_to("documents.OneDocument.get", document_id="documents/0/id")
    def get(self, asked: dict[str, str]) -> dict[str, Any]:
        """The documents of a visit or of a task, superseded ones too."""
        with edge.reading() as work:
            if "task_id" in asked:
                return {"documents": documents.of_task(work, asked["task_id"])}
            return {"documents": documents.of_visit(work, asked["visit_id"])}


@blueprint.route("/<document_id>")
class OneDocument(MethodView):
    @roles(*OF_CASES)
    @blueprint.response(200, DocumentSchema)
    @blueprint.fails(NotFound)
    @blueprint.leads_to("documents.DocumentPdf.get", document_id="id")
    def get(self, document_id: str) -> Document:
        """A document."""
        with edge.reading() as work:
            return documents.get(work, document_id)


@blueprint.route("/<document_id>/pdf")
class DocumentPdf(MethodView):
    @roles(*OF_CASES)
    @blueprint.response(200, BYTES, content_type=PDF)
    @blueprint.fails(NotFound)
    def get(self, document_id: str) -> Response:
        """The document as an archival PDF (PDF/A-3) with its content attached."""
        with edge.working() as work:
            pdf = documents.pdf(work, document_id)
        return as_file(pdf)


def as_file(pdf: documents.Pdf) -> Response:
    """A PDF as a reply; its name is given in both ways browsers understand (RFC 6266)."""
    reply = Response(pdf.data, content_type=PDF)
    reply.headers["Content-Disposition"] = (
        f"attachment; filename=\"document.pdf\"; filename*=UTF-8''{quote(pdf.filename)}"
    )
    reply.headers["ETag"] = f'"{pdf.sha256}"'
    return reply
