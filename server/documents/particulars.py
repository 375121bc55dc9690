"""A sheet without its content and code, as JSON in the document's row."""

from datetime import date
from typing import Any

from server.documents.kinds import DocumentKind
from server.documents.sheet import OfficerMark, Party, Sheet, SiteContact
from server.models import Document
from shared import rfc3339


def pack(sheet: Sheet) -> dict[str, Any]:
    """Everything of a sheet that its row does not hold by itself."""
    party = sheet.party
    return {
        "issued_on": sheet.issued_on.isoformat(),
        "replaces": sheet.replaces,
        "rectify_by": sheet.rectify_by.isoformat() if sheet.rectify_by else None,
        "rectify_provisional": sheet.rectify_provisional,
        "party": {
            "outcome": party.outcome,
            "name": party.name,
            "capacity": party.capacity,
            "reason": party.reason,
            "witness": party.witness,
            "at": rfc3339.write(party.at) if party.at else None,
            "strokes": [[list(point) for point in stroke] for stroke in party.strokes],
        },
        "officers": [
            {"name": one.name, "certificate_no": one.certificate_no, "mark": one.mark}
            for one in sheet.officers
        ],
        "evidence": list(sheet.evidence),
        "recorder": sheet.recorder,
        "publicity": sheet.publicity,
        "contact": {
            "name": sheet.contact.name,
            "capacity": sheet.contact.capacity,
            "phone": sheet.contact.phone,
        },
        "rating": sheet.rating,
    }


def sheet_of(document: Document, *, address: str = "") -> Sheet:
    """The sheet a document's row was made from, with the address that its code is to show."""
    kept = document.particulars
    party = kept["party"]
    return Sheet(
        kind=DocumentKind(document.kind),
        content=document.content,
        content_hash=document.content_hash,
        number=document.number or "",
        made_at=document.made_at,
        issued_on=date.fromisoformat(kept["issued_on"]),
        address=address,
        version=document.version,
        replaces=kept["replaces"],
        rectify_by=date.fromisoformat(kept["rectify_by"]) if kept["rectify_by"] else None,
        rectify_provisional=kept["rectify_provisional"],
        party=Party(
            outcome=party["outcome"],
            name=party["name"],
            capacity=party["capacity"],
            reason=party["reason"],
            witness=party["witness"],
            at=rfc3339.read(party["at"]) if party["at"] else None,
            strokes=tuple(party["strokes"]),
        ),
        officers=tuple(OfficerMark(**one) for one in kept["officers"]),
        evidence=tuple(kept["evidence"]),
        recorder=kept["recorder"],
        publicity=kept["publicity"],
        contact=SiteContact(**kept["contact"]),
        rating=kept["rating"],
    )
