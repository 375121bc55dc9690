"""What a document is drawn from: the signed content, and what lies outside its hash.

A sheet is values only. Drawing the same sheet twice gives the same bytes, so nothing here may come
from a clock or from chance.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from server.documents.kinds import SIGNED_ON_EACH_PAGE, DocumentKind, title
from server.documents.marks import Stroke, code_svg, strokes_svg
from shared.content import words
from shared.content.parts import is_offsite
from shared.localtime import local_minute

GROUP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """How the enterprise took the document. `outcome` is empty while it has not."""

    outcome: str = ""
    name: str = ""
    capacity: str = ""
    reason: str = ""
    witness: str = ""
    at: datetime | None = None
    strokes: tuple[Stroke, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerMark:
    """An officer's line in the signature block; `mark` says which electronic signature stands."""

    name: str
    certificate_no: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteContact:
    """Whom the enterprise gave as its contact on site; `phone` is masked."""

    name: str = ""
    capacity: str = ""
    phone: str = ""


NOBODY = SiteContact()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One document, ready to be drawn.

    `rectify_by` is the day by which problems are to be put right if served on `issued_on`; it is
    `rectify_provisional` while that year's holidays are not published. `replaces` is the number
    of the version before. `address` is what its code shows. `evidence` are the hashes of the
    record's evidence in its order, for documents that refer to it by number. `recorder` wrote the
    record down, `contact` was named on site. `publicity` says whether a result is made public and
    when, `rating` is where it is rated. `sample` prints a watermark.
    """

    kind: DocumentKind
    content: dict[str, Any]
    content_hash: str
    number: str
    made_at: datetime
    issued_on: date
    address: str = ""
    version: int = 1
    replaces: str = ""
    rectify_by: date | None = None
    rectify_provisional: bool = False
    party: Party = Party()
    officers: tuple[OfficerMark, ...] = ()
    evidence: tuple[str, ...] = ()
    recorder: str = ""
    publicity: str = ""
    contact: SiteContact = NOBODY
    rating: str = ""
    sample: bool = False


def outside_the_hash(sheet: Sheet) -> str:
    """Everything the template is given besides the content, as JSON text."""
    party = sheet.party
    return json.dumps(
        {
            "title": title(sheet.kind, sheet.content).zh,
            "number": sheet.number,
            "version": sheet.version,
            "replaces": sheet.replaces,
            "issued": said_day(sheet.issued_on),
            "rectify_by": said_day(sheet.rectify_by),
            "rectify_provisional": sheet.rectify_provisional,
            "hash": sheet.content_hash,
            "hash_groups": _groups(sheet.content_hash),
            "qr": code_svg(sheet.address),
            "recorder": sheet.recorder,
            "publicity": sheet.publicity,
            "contact": asdict(sheet.contact),
            "rating_qr": code_svg(sheet.rating) if sheet.rating else None,
            "sign_each_page": ""
            if is_offsite(sheet.content)
            else SIGNED_ON_EACH_PAGE.get(sheet.kind, ""),
            "party": {
                "outcome": party.outcome,
                "name": party.name,
                "capacity": party.capacity,
                "reason": party.reason,
                "witness": party.witness,
                "at": local_minute(party.at) if party.at else "",
                "strokes": strokes_svg(party.strokes),
                "short": {"refused": "（拒绝签名）", "absent": "（不在场）"}.get(party.outcome, ""),
            },
            "officers": [
                {"name": one.name, "certificate_no": one.certificate_no, "mark": one.mark}
                for one in sheet.officers
            ],
            "evidence_numbers": {digest: no for no, digest in enumerate(_evidence(sheet), 1)},
            "severities": words.SEVERITIES,
            "answers": words.ANSWERS,
            "effects": words.EFFECTS,
            "sample": sheet.sample,
        },
        ensure_ascii=False,
    )


def _evidence(sheet: Sheet) -> Sequence[str]:
    return sheet.evidence or [item["sha256"] for item in sheet.content.get("evidence", ())]


def said_day(day: date | None) -> str:
    """`2026年11月21日`, or nothing."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _groups(content_hash: str) -> str:
    return " ".join(content_hash[i : i + GROUP] for i in range(0, len(content_hash), GROUP))
