"""Content of the proof of service (送达回证, D9): which documents, to whom, how, when, by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.content import words
from shared.content.parts import VERSION, minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A document that was served."""

    title: str
    number: str
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How it was served. `outcome` is signed or refused; strokes lie beside the content.

    `consent` says since when and for which address the addressee agreed to electronic service;
    empty where no such consent was recorded, which is then said.
    """

    method: str
    place: str
    sent_at: datetime | None
    opened_at: datetime | None
    served_at: datetime
    outcome: str
    name: str
    capacity: str
    reason: str = ""
    witness: str = ""
    proof: str = ""
    consent: str = ""


def build(about: Mapping[str, Any], documents: Sequence[Served], how: Service) -> dict[str, Any]:
    """Return the proof as JSON. `about` is the content of the document served."""
    return {
        "v": VERSION,
        "content": "service",
        "visit_id": about["visit_id"],
        "provisional_no": about["provisional_no"],
        "agency": about["agency"],
        "enterprise": about["enterprise"],
        "documents": [
            {"title": one.title, "number": one.number, "content_hash": one.content_hash}
            for one in documents
        ],
        "method": how.method,
        "method_text": words.SERVICE_METHODS[how.method],
        "methods": list(words.SERVICE_METHODS.values()),
        "place": how.place,
        "sent_at": minute(how.sent_at),
        "opened_at": minute(how.opened_at),
        "served_at": minute(how.served_at),
        "recipient": {
            "outcome": how.outcome,
            "name": how.name,
            "capacity": how.capacity,
            "reason": how.reason,
            "witness": how.witness,
        },
        "proof": how.proof,
        "consent": how.consent,
        "officers": about["officers"],
    }
