"""送达回证 (D9): the proof that documents were served, made of how that really happened.

Made in the transaction that takes the receipt, or that tells a result somebody refused on the spot.
A result that was merely left for later is served by nobody yet, and has no proof.
"""

from server.documents.kinds import DocumentKind
from server.documents.kinds import title as title_of
from server.documents.sheet import OfficerMark, Party
from server.models import Agency, Document, Notice, NoticeReceipt
from server.services import documents, met_before, service_consents
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


def is_served(given: Acknowledged | None) -> bool:
    """Whether a result was handed over on the spot: to somebody who took or refused it."""
    return given is not None and given.outcome in ("signed", "refused")


def on_the_spot(
    work: Work, agency: Agency, result: Document, given: Acknowledged, party: Party, number: str
) -> Document:
    """The proof of a result that is told now and was handed over at the end of the visit.

    What was made only afterwards was not handed over with it. `number` was taken with the result's.
    """
    about = result.content
    how = Service(
        method=DIRECT if given.outcome == "signed" else LEAVING,
        place=about["place"] or about["enterprise"]["address"],
        sent_at=None,
        opened_at=None,
        served_at=given.at,
        outcome=given.outcome or "",
        name=given.name or "",
        capacity=given.capacity or "",
        reason=given.reason or "",
        witness=given.witness or "",
        proof=f"检查现场在执法终端上作出，事件编号{given.event_id}。",
    )
    draft = _draft((result,), how, party, subject_id=given.event_id)
    before = None if met_before.is_new(work, result.visit_id or "") else _before(work, draft)
    return documents.make_numbered(work, agency, draft, number, before=before)


def on_paper(work: Work, result: Document, how: Service, party: Party) -> Document:
    """The proof of a result that somebody brought, posted or announced, with what was enclosed."""
    served = (result, *enclosed(work, result))
    return _make(work, served, how, party, subject_id=result.id)


def _make(
    work: Work, served: tuple[Document, ...], how: Service, party: Party, *, subject_id: str
) -> Document:
    draft = _draft(served, how, party, subject_id=subject_id)
    agency = work.session.get_one(Agency, served[0].agency_id)
    return documents.make(work, agency, draft, before=_before(work, draft))


def _before(work: Work, draft: Draft) -> Document | None:
    current = documents.current(work, draft.visit_id or "")
    return current.get((draft.kind, draft.subject_id))


def _draft(served: tuple[Document, ...], how: Service, party: Party, *, subject_id: str) -> Draft:
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
    return Draft(
        kind=DocumentKind.SERVICE,
        subject_id=subject_id,
        visit_id=result.visit_id,
        uscc=result.uscc,
        content=content,
        content_hash=content_hash(content),
        party=party,
        officers=tuple(OfficerMark(**one) for one in result.particulars["officers"]),
    )
