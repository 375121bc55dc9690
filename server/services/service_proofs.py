"""送达回证 (D9): the proof that documents were served, made of how that really happened.

Made in the transaction that takes the receipt, or that tells a result somebody refused on the spot.
A result that was merely left for later is served by nobody yet, and has no proof.
"""

from server.documents.kinds import DocumentKind
from server.documents.kinds import title as title_of
from server.documents.sheet import OfficerMark, Party
from server.models import Agency, Document, Notice, NoticeReceipt
from server.services import documents, service_consents
from server.services.documents import Draft
from server.work import Work
from shared.content import service
from shared.content.hashing import content_hash
from shared.content.service import Served, Service
from shared.flow.state import Acknowledged

ENCLOSED = (DocumentKind.ORDER, DocumentKind.RECHECK)
DIRECT, LEAVING, ELECTRONIC = "direct", "leaving", "electronic"


def enclosed(work: Work, result: Document) -> tuple[Document, ...]:
    """What goes to the enterprise together with a result: an order, an opinion on a recheck."""
    current = documents.current(work, result.visit_id or "")
    keys = ((kind, result.subject_id) for kind in ENCLOSED)
    return tuple(current[key] for key in keys if key in current)


def signed_for(work: Work, result: Document, notice: Notice, receipt: NoticeReceipt) -> Document:
    """The proof of a receipt given in the portal, for the result and what was enclosed."""
    how = Service(
        method=ELECTRONIC,
        place=f"明察企业端（{work.settings.public_url}）",
        sent_at=notice.sent_at,
        opened_at=notice.opened_at,
        served_at=receipt.signed_at,
        outcome="signed",
        name=receipt.name,
        capacity=receipt.capacity,
        consent=service_consents.told(service_consents.in_force(work, notice.uscc)),
        proof=f"签收凭据由平台签名，密钥编号{receipt.signed_object['kid']}，可随文书核验。",
    )
    strokes = (receipt.strokes or {}).get("strokes", [])
    party = Party(
        outcome="signed",
        name=receipt.name,
        capacity=receipt.capacity,
        at=receipt.signed_at,
        strokes=tuple(strokes),
    )
    return _make(work, (result, *enclosed(work, result)), how, party, subject_id=receipt.id)


def on_the_spot(work: Work, result: Document, given: Acknowledged, party: Party) -> Document | None:
    """The proof of a result handed over at the end of the visit, taken or refused there.

    What was made only afterwards was not handed over with it. None where nobody was there.
    """
    if given.outcome not in ("signed", "refused"):
        return None
    about = result.content
    how = Service(
        method=DIRECT if given.outcome == "signed" else LEAVING,
        place=about["place"] or about["enterprise"]["address"],
        sent_at=None,
        opened_at=None,
        served_at=given.at,
        outcome=given.outcome,
        name=given.name or "",
        capacity=given.capacity or "",
        reason=given.reason or "",
        witness=given.witness or "",
        proof=f"检查现场在执法终端上作出，事件编号{given.event_id}。",
    )
    return _make(work, (result,), how, party, subject_id=given.event_id)


def on_paper(work: Work, result: Document, how: Service, party: Party) -> Document:
    """The proof of a result that somebody brought, posted or announced, with what was enclosed."""
    served = (result, *enclosed(work, result))
    return _make(work, served, how, party, subject_id=result.id)


def _make(
    work: Work, served: tuple[Document, ...], how: Service, party: Party, *, subject_id: str
) -> Document:
    result, *_ = served
    content = service.build(
        result.content,
        [
            Served(
                title=title_of(DocumentKind(one.kind), one.content).zh,
                number=one.number or "",
                content_hash=one.content_hash,
            )
            for one in served
        ],
        how,
    )
    draft = Draft(
        kind=DocumentKind.SERVICE,
        subject_id=subject_id,
        visit_id=result.visit_id,
        uscc=result.uscc,
        content=content,
        content_hash=content_hash(content),
        party=party,
        officers=tuple(OfficerMark(**one) for one in result.particulars["officers"]),
    )
    before = documents.current(work, result.visit_id or "").get((draft.kind, subject_id))
    agency = work.session.get_one(Agency, result.agency_id)
    return documents.make(work, agency, draft, before=before)
