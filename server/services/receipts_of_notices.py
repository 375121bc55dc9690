"""The receipt of a notice: who took it, in what capacity, by their own hand, of which content.

The first receipt stands; signing again gives it back. The platform signs what was signed, so that
a receipt can be checked years later with nothing but the key set.
"""

from collections.abc import Sequence
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select

from server.models import Contact, Document, NoticeReceipt
from server.refusals import OfficersNumber
from server.services import audit, contact_checks, notices, service_proofs
from server.services.scoping import require_role
from server.work import Work
from shared import crypto, rfc3339, signed
from shared.canonical import canonical
from shared.errors import BadInput, Conflict, NotFound
from shared.events.payloads import Stroke
from shared.roles import Role

PORTAL = "portal"
LONGEST_WORD = 60
MOST_STROKES = 200
_STROKE = Stroke()
Strokes = Sequence[Sequence[Sequence[int]]]


def sign(
    work: Work, document_id: str, *, name: str, capacity: str, strokes: Strokes
) -> NoticeReceipt:
    """Sign the receipt of a notice that was opened.

    Raises `BadInput` for an empty name, capacity or signature, `Conflict` before it was opened,
    `NotFound` for another enterprise's notice, `OfficersNumber` from an officer's telephone.
    """
    require_role(work.who, Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
    drawn = _checked(name, capacity, strokes)
    notice = notices.of_document(work, document_id, lock=True)
    document = work.session.get_one(Document, document_id)
    if notice.uscc != work.who.uscc or notice.superseded_at is not None:
        raise NotFound("No such notice.")
    if notice.opened_at is None:
        raise Conflict("Open it before its receipt is signed.")
    there = of_document(work, document_id)
    if there is not None:
        return there
    if contact_checks.is_an_officers(work, work.session.get_one(Contact, work.who.id)):
        raise OfficersNumber("An officer does not sign for the enterprise.")
    receipt = _written(work, document, name.strip(), capacity.strip(), drawn)
    work.session.add(receipt)
    work.session.flush()
    notices.receipted(work, document_id)
    service_proofs.signed_for(work, document, notice, receipt)
    audit.write(work, "notice.receipted", "notice", notice.id, content_hash=receipt.content_hash)
    return receipt


def of_document(work: Work, document_id: str) -> NoticeReceipt | None:
    """The receipt of a document's notice, if there is one."""
    return work.session.scalars(
        select(NoticeReceipt).where(NoticeReceipt.document_id == document_id)
    ).one_or_none()


def _written(
    work: Work, document: Document, name: str, capacity: str, strokes: list[list[list[int]]]
) -> NoticeReceipt:
    link = notices.link_of(work, document.id)
    body = {
        "typ": "notice_receipt",
        "document_id": document.id,
        "number": document.number,
        "content_hash": document.content_hash,
        "uscc": document.uscc,
        "name": name,
        "capacity": capacity,
        "enclosed": [
            {"document_id": one.id, "number": one.number, "content_hash": one.content_hash}
            for one in service_proofs.enclosed(work, document)
        ],
        "strokes_sha256": crypto.sha256_hex(canonical(strokes)),
        "signed_at": rfc3339.write(work.now),
    }
    secrets = work.secrets
    return NoticeReceipt(
        id=work.ids(),
        document_id=document.id,
        contact_id=work.who.id,
        link_id=link.id if link else None,
        name=name,
        capacity=capacity,
        method=PORTAL,
        content_hash=document.content_hash,
        strokes={"strokes": strokes},
        signed_object=signed.sign(body, secrets.signing_key(), secrets.signing_kid),
        signed_at=work.now,
    )


def _checked(name: str, capacity: str, strokes: Strokes) -> list[list[list[int]]]:
    wrong = {}
    for pointer, word in (("/name", name), ("/capacity", capacity)):
        if not 0 < len(word.strip()) <= LONGEST_WORD:
            wrong[pointer] = f"1 to {LONGEST_WORD} characters."
    try:
        pen = strokes if isinstance(strokes, list) else []
        drawn: Any = [_STROKE.deserialize(stroke) for stroke in pen]
    except ValidationError:
        drawn = []
    if not 0 < len(drawn) <= MOST_STROKES:
        wrong["/strokes"] = "Sign by hand."
    if wrong:
        raise BadInput("The receipt is not complete.", errors=wrong)
    return list(drawn)
