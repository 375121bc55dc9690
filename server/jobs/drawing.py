"""Drawing one document after the transaction that made it."""

from server.models import Document
from server.principal import SYSTEM
from server.services import documents
from server.work import Parts, open_work


def draw_document(parts: Parts, *, document: str) -> None:
    """Draw and store a document's PDF if it is not there; the same row gives the same bytes."""
    with open_work(parts, SYSTEM) as work:
        row = work.session.get(Document, document)
        if row is not None:
            documents.draw(work, row)
