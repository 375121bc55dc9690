"""Serving a result by hand, by post or otherwise on paper: noted afterwards, proven by D9.

For an enterprise that did not agree to be served electronically, or that nobody could reach. The
signature itself is on the paper in the file; what is noted here is what stands on it.
"""

from dataclasses import replace

from server.documents.sheet import Party
from server.models import Document, NoticeReceipt
from server.services import audit, notices, receipts_of_notices, service_proofs, typed_words
from server.services.scoping import require_own_agency, require_role
from server.work import Work
from shared.content.service import Service
from shared.errors import BadInput, Conflict
from shared.roles import Role

OUTCOMES = {
    "direct": ("signed",),
    "leaving": ("refused", "absent"),
    "post": ("signed", "refused"),
    "entrusted": ("signed", "refused"),
    "announcement": ("absent",),
}
"""How a document can have been taken, by the way it was served (D9)."""

SERVERS = (Role.OFFICER, Role.AGENCY_ADMIN)
PAPER = "paper"
ON_FILE = "纸质送达回证原件存卷。"
LONGEST_WORD = 60
LONGEST = 300


def note(work: Work, document_id: str, said: Service) -> Document:
    """Note that a result was served on paper as its slip says; returns the proof of it (D9).

    `said.proof` is a postal number or where it was announced. Raises `BadInput` for what cannot
    stand on a slip, `Conflict` once it was signed for or has a newer version.
    """
    require_role(work.who, *SERVERS)
    notice = notices.of_document(work, document_id, lock=True)
    require_own_agency(work, notice.agency_id)
    result = work.session.get_one(Document, document_id)
    if notice.superseded_at is not None:
        raise Conflict("There is a newer version of this document.")
    if receipts_of_notices.of_document(work, document_id) is not None:
        raise Conflict("It was signed for.")
    _check(work, result, said)
    proof = service_proofs.on_paper(
        work,
        result,
        replace(said, proof=f"{said.proof}　{ON_FILE}" if said.proof else ON_FILE),
        Party(outcome=said.outcome, name=said.name, capacity=said.capacity),
    )
    notices.sent(work, document_id)
    if said.outcome == "signed":
        work.session.add(_receipt(work, result, proof, said))
        work.session.flush()
        notices.receipted(work, document_id)
    audit.write(
        work, "notice.served_on_paper", "notice", notice.id, method=said.method, proof=proof.id
    )
    return proof


def _check(work: Work, result: Document, said: Service) -> None:
    wrong: dict[str, str] = {}
    if said.outcome not in OUTCOMES.get(said.method, ()):
        wrong["/outcome"] = ", ".join(OUTCOMES.get(said.method, ()))
    if not result.made_at.replace(second=0, microsecond=0) <= said.served_at <= work.now:
        wrong["/served_at"] = "After the document was made, and not in the future."
    needed = {"place": said.place}
    if said.outcome == "signed":
        needed |= {"name": said.name, "capacity": said.capacity}
    if said.outcome == "refused" or said.method == "leaving":
        needed |= {"reason": said.reason, "witness": said.witness}
    if said.method in ("post", "announcement"):
        needed["proof"] = said.proof
    if wrong:
        raise BadInput("That cannot stand on a proof of service.", errors=wrong)
    typed_words.require(
        **{
            field: (text, LONGEST_WORD if field in ("name", "capacity") else LONGEST)
            for field, text in needed.items()
        }
    )


def _receipt(work: Work, result: Document, proof: Document, said: Service) -> NoticeReceipt:
    return NoticeReceipt(
        id=work.ids(),
        document_id=result.id,
        name=said.name,
        capacity=said.capacity,
        method=PAPER,
        content_hash=result.content_hash,
        strokes=None,
        signed_object={"proof": proof.id, "content_hash": proof.content_hash},
        signed_at=said.served_at,
    )
