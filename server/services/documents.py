"""Documents: made and numbered in one transaction, drawn afterwards, verified by anybody.

A document that was made is never changed: a newer version supersedes it. The drawing is a
function of the row and of the code that is signed for it, so it may be made late; the seal is laid
on once.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select, text, update

from server.database import any_of, insert_all
from server.documents import issuing, particulars, sealing
from server.documents.kinds import (
    ABBREVIATIONS,
    DRAWN_WHEN_WANTED,
    DocumentKind,
)
from server.documents.kinds import title as title_of
from server.documents.press import press_of
from server.documents.sheet import NOBODY, OfficerMark, Party, Sheet, SiteContact
from server.job_names import JobName
from server.models import Agency, Document
from server.models.document import UNDRAWN
from server.principal import PrincipalKind
from server.services import numbers, platform_keys, report_figures
from server.services.report_figures import Figures
from server.services.scoping import knows_agency, one
from server.storage.objects import object_store
from server.work import Work
from shared import crypto, keyset, tokens
from shared.errors import NotFound
from shared.localtime import local_day
from shared.mask import mask_enterprise
from shared.text import Text
from shared.tokens import TokenForged, TokenType

log = logging.getLogger(__name__)
FOLDER = "documents"


class Standing(StrEnum):
    """Whether a document is the one that counts."""

    CURRENT = "current"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a document is made of before it has a number, a date and an address.

    `subject_id` is what it is about: a visit, the task of an approval, the receipt of a proof of
    service. An enterprise finds it among its own by `uscc`, and not at all if that is None.
    """

    kind: DocumentKind
    subject_id: str
    visit_id: str | None
    uscc: str | None
    content: dict[str, Any]
    content_hash: str
    party: Party
    officers: tuple[OfficerMark, ...]
    evidence: tuple[str, ...] = ()
    rectify_by: date | None = None
    rectify_provisional: bool = False
    recorder: str = ""
    publicity: str = ""
    contact: SiteContact = NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdf:
    data: bytes
    filename: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What anybody learns who scans a document's code. `replaced_by` is the current number.

    `seal` is what a validator says of the stored file; None while there is none. `report` are the
    figures of a compliance report, with how many inspections its enterprise left out.
    """

    title: Text
    number: str
    agency_name: str
    issued_on: date
    content_hash: str
    standing: Standing
    replaced_by: str
    enterprise_masked: str
    seal: sealing.Found | None
    report: Figures | None = None


def in_force(*kinds: DocumentKind) -> tuple[ColumnElement[bool], ...]:
    """What tells the documents that count now from the versions before; of `kinds`, if any."""
    counts = Document.superseded_by.is_(None)
    return (counts, Document.kind.in_(kinds)) if kinds else (counts,)


def result_in_force(work: Work, visit_id: str) -> Document | None:
    """The result of a visit that counts now; None before it was told."""
    return work.session.scalars(
        select(Document).where(Document.visit_id == visit_id, *in_force(DocumentKind.RESULT))
    ).one_or_none()


Papers = dict[tuple[DocumentKind, str], Document]
"""Documents of a visit by kind and by what they are about."""
_CURRENT = select(Document).where(any_of(Document.visit_id, "visits"), *in_force())


def current(work: Work, visit_id: str) -> Papers:
    """The documents of a visit that count now."""
    return current_of_each(work, [visit_id])[visit_id]


def current_of_each(work: Work, visit_ids: Collection[str]) -> dict[str, Papers]:
    """The same of each of several visits, asked at once."""
    found: dict[str, Papers] = {visit_id: {} for visit_id in visit_ids}
    rows = work.session.scalars(_CURRENT, {"visits": list(visit_ids)}) if found else ()
    for row in rows:
        found[row.visit_id or ""][DocumentKind(row.kind), row.subject_id] = row
    return found


def of_visit(work: Work, visit_id: str) -> tuple[Document, ...]:
    """Every document of a visit within reach of who asks, superseded ones too, oldest first."""
    return _in_reach(work, Document.visit_id == visit_id)


def of_task(work: Work, task_id: str) -> tuple[Document, ...]:
    """The same for what is about a task itself: its approval."""
    return _in_reach(work, Document.subject_id == task_id)


def _in_reach(work: Work, wanted: ColumnElement[bool]) -> tuple[Document, ...]:
    rows = work.session.scalars(
        select(Document).where(wanted).order_by(Document.made_at, Document.id)
    )
    return tuple(row for row in rows if _may_read(work, row))


def make(work: Work, agency: Agency, draft: Draft, *, before: Document | None) -> Document:
    """Number a document and keep everything it is drawn from; it is drawn once this is durable.

    The number is taken in this transaction, so that none is left out; `before` is the version
    whose place it takes.
    """
    number = numbers.take(work, agency, ABBREVIATIONS[draft.kind], local_day(work.now).year)
    return make_numbered(work, agency, draft, number, before=before)


def make_numbered(
    work: Work, agency: Agency, draft: Draft, number: str, *, before: Document | None
) -> Document:
    """The same with a number that was taken already."""
    row = Document(**_issued(work, agency, draft, before, number))
    work.session.add(row)
    return row


def make_each(
    work: Work, agency: Agency, drafts: Iterable[tuple[Draft, Document | None, str]]
) -> None:
    """The same for several of which nothing more is wanted here than that they are kept."""
    insert_all(work.session, Document, [_issued(work, agency, *each) for each in drafts])


def _issued(
    work: Work, agency: Agency, draft: Draft, before: Document | None, number: str
) -> dict[str, Any]:
    row = _row(work, agency, draft, number, before)
    if before is not None:
        before.superseded_by = row["id"]
    if draft.kind not in DRAWN_WHEN_WANTED:
        work.after_commit(JobName.DRAW_DOCUMENT, document=row["id"])
    return row


def make_all(work: Work, agency: Agency, drafts: Sequence[Draft]) -> None:
    """First versions of many documents of one kind, numbered in their order."""
    if not drafts:
        return
    abbreviation = ABBREVIATIONS[drafts[0].kind]
    year = local_day(work.now).year
    taken = numbers.take_all(work, agency, abbreviation, year, len(drafts))
    work.session.add_all(
        Document(**_row(work, agency, draft, number, None))
        for draft, number in zip(drafts, taken, strict=True)
    )


def _rating(work: Work, draft: Draft) -> str:
    """Where a result is rated: the page of its inspection, after signing in (R64)."""
    if draft.kind is not DocumentKind.RESULT or draft.visit_id is None:
        return ""
    return f"{work.settings.public_url}/portal/inspections/{draft.visit_id}"


def _row(
    work: Work, agency: Agency, draft: Draft, number: str, before: Document | None
) -> dict[str, Any]:
    sheet = Sheet(
        kind=draft.kind,
        content=draft.content,
        content_hash=draft.content_hash,
        number=number,
        made_at=work.now,
        issued_on=local_day(work.now),
        version=before.version + 1 if before else 1,
        replaces=(before.number or "") if before else "",
        rectify_by=draft.rectify_by,
        rectify_provisional=draft.rectify_provisional,
        party=draft.party,
        officers=draft.officers,
        evidence=draft.evidence,
        recorder=draft.recorder,
        publicity=draft.publicity,
        contact=draft.contact,
        rating=_rating(work, draft),
    )
    return {
        "id": work.ids(),
        "kind": sheet.kind,
        "subject_id": draft.subject_id,
        "version": sheet.version,
        "agency_id": agency.id,
        "visit_id": draft.visit_id,
        "uscc": draft.uscc,
        "number": sheet.number,
        "content": sheet.content,
        "content_hash": sheet.content_hash,
        "particulars": particulars.pack(sheet),
        "token": None,
        "pdf_key": None,
        "pdf_sha256": None,
        "superseded_by": None,
        "made_at": sheet.made_at,
        "issued_at": sheet.made_at,
    }


def get(work: Work, document_id: str) -> Document:
    """A document within reach of who asks; raises `NotFound`."""
    document = one(work.session.get(Document, document_id))
    if not _may_read(work, document):
        raise NotFound("No such document.")
    return document


def pdf(work: Work, document_id: str) -> Pdf:
    """A document's PDF, drawn now if it was not yet. `work` must be one that commits."""
    return file_of(work, get(work, document_id))


def file_of(work: Work, document: Document) -> Pdf:
    """The same of a document that whoever asks was found to hold the right to."""
    data = draw(work, document)
    return Pdf(
        data=data,
        filename=f"{document.number or document.id}.pdf",
        sha256=crypto.sha256_hex(data),
    )


def draw(work: Work, document: Document) -> bytes:
    """The PDF of a document: as it was stored, else drawn, sealed and stored. Safe to repeat.

    A document is sealed once. Where the sealed file was lost, what is drawn again lacks the seal
    and is not stored, so that the file itself may still be brought back from a backup.
    """
    store = object_store(work.settings)
    if document.pdf_key is None:
        token = code(work, document)
        sheet = particulars.sheet_of(document, address=_address(work, token))
        sealer = sealing.sealer_of(work.settings)
        data = issuing.issue(press_of(work.settings), sealer, sheet, work.now)
        drawn = {"pdf_key": store.put(FOLDER, data), "pdf_sha256": crypto.sha256_hex(data)}
        if _first(work, document, {**drawn, "token": token}):
            return data
    try:
        return store.get(document.pdf_key or "")
    except NotFound:
        log.exception("document %s: its sealed file is gone, a copy is drawn", document.id)
        address = _address(work, code(work, document))
        return press_of(work.settings).draw(particulars.sheet_of(document, address=address)).pdf


def code(work: Work, document: Document) -> str:
    """The code of a document: the one its file shows, else one to be shown by it.

    It is signed with the first drawing, which alone shows it.
    """
    if document.token is not None:
        return document.token
    iat = int(work.now.timestamp())
    claims = {"doc": document.id, "hash": document.content_hash, "iat": iat}
    secrets = work.secrets
    return tokens.make(TokenType.DOCUMENT, claims, secrets.signing_key(), secrets.signing_kid)


def _first(work: Work, document: Document, drawn: Mapping[str, str]) -> bool:
    """Whether this file is the one that stands: another worker may have been quicker."""
    work.session.flush()
    stored = work.session.scalars(
        update(Document)
        .where(Document.id == document.id, Document.pdf_key.is_(None))
        .values(drawn)
        .returning(Document.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    work.session.refresh(document)
    return stored is not None


def undrawn(work: Work, since: datetime, limit: int) -> list[str]:
    """Documents made at `since` or before and not drawn yet, oldest first."""
    return list(
        work.session.scalars(
            select(Document.id)
            .where(text(UNDRAWN), Document.made_at <= since)
            .order_by(Document.made_at)
            .limit(limit)
        )
    )


def verify(work: Work, token: str) -> Verified:
    """What the code on a document stands for. For anybody; raises `TokenRefused` or `NotFound`."""
    trusted = keyset.read(platform_keys.key_set(work))
    claims = tokens.read(token, TokenType.DOCUMENT, trusted.public_before_revocation, work.now)
    document = one(work.session.get(Document, claims["doc"]))
    if document.content_hash != claims["hash"]:
        raise TokenForged("Of another content.")
    latest = newest(work, document)
    agency = work.session.get_one(Agency, document.agency_id)
    return Verified(
        title=title_of(DocumentKind(document.kind), document.content),
        number=document.number or "",
        agency_name=agency.name,
        issued_on=local_day(document.issued_at or document.made_at),
        content_hash=document.content_hash,
        standing=Standing.CURRENT if latest is document else Standing.SUPERSEDED,
        replaced_by="" if latest is document else latest.number or "",
        enterprise_masked=mask_enterprise(document.content["enterprise"]["name"]),
        seal=_seal(work, document),
        report=(report_figures.of(document) if document.kind == DocumentKind.COMPLIANCE else None),
    )


def _seal(work: Work, document: Document) -> sealing.Found | None:
    if document.pdf_key is None:
        return None
    try:
        data = object_store(work.settings).get(document.pdf_key)
    except NotFound:
        return None
    return sealing.check(data, sealing.roots_of(work.settings))


def newest(work: Work, document: Document) -> Document:
    """The version that counts now: itself, or what took its place at last."""
    while document.superseded_by is not None:
        document = work.session.get_one(Document, document.superseded_by)
    return document


def _address(work: Work, token: str) -> str:
    return tokens.url(work.settings.public_url, tokens.LETTERS[TokenType.DOCUMENT], token)


def _may_read(work: Work, document: Document) -> bool:
    if work.who.kind is PrincipalKind.ENTERPRISE:
        return document.uscc is not None and document.uscc == work.who.uscc
    return knows_agency(work, document.agency_id)
