"""Checking the chains of a case file: every line, link and signature, and what they point to.

An event's payload is read only for its hashes and quotations; whether an act was lawful is not
asked here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared import rfc3339
from shared.canonical import canonical, parse_object
from shared.case_file import layout
from shared.case_file.report import Finding
from shared.certificates import DeviceCertificate, OfficerCertificate
from shared.chain import check_link, officer_signature_ok, signature_ok
from shared.errors import BadInput, DomainError
from shared.events.kinds import OFFICER_SIGNED, EventKind

Event = Mapping[str, Any]
Certificate = DeviceCertificate | OfficerCertificate

_OFFICER_SIGNED = frozenset(map(str, OFFICER_SIGNED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One chain as read: (place, event) in order; unreadable lines are left out."""

    path: str
    visit_id: str
    device_id: str
    events: Sequence[tuple[str, Event]]

    def hash_at(self, seq: object) -> str | None:
        """The hash of the event with that `seq`, or None if it is not here."""
        return next((_text(e, "hash") for _, e in self.events if e.get("seq") == seq), None)

    @property
    def head(self) -> str:
        return _text(self.events[-1][1], "hash") if self.events else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """The verified certificates, by whose key they are for."""

    devices: Mapping[str, Sequence[DeviceCertificate]]
    officers: Mapping[tuple[str, str], Sequence[OfficerCertificate]]


def read_chain(path: str, data: bytes) -> tuple[Chain, list[Finding]]:
    """The events of one entry `chains/<visit>/<device>.jsonl`, and what cannot be read in it."""
    visit_id, _, device_id = path.removeprefix(layout.CHAINS).removesuffix(".jsonl").partition("/")
    findings: list[Finding] = []
    events: list[tuple[str, Event]] = []
    lines = data.split(b"\n")
    if lines.pop() or not lines:
        findings.append(Finding(code="unreadable", where=path, detail="The last line is cut off."))
    for number, line in enumerate(lines, 1):
        place = f"{path}:{number}"
        try:
            event = parse_object(line, max_bytes=layout.MAX_JSON)
        except BadInput as error:
            findings.append(Finding(code="unreadable", where=place, detail=error.message))
            continue
        if canonical(event) != line:
            findings.append(Finding(code="not_canonical", where=place))
        events.append((place, event))
    chain = Chain(path=path, visit_id=visit_id, device_id=device_id, events=tuple(events))
    return chain, findings


def check_chain(chain: Chain, holders: Holders) -> Iterator[Finding]:
    """Faults of the links and signatures of one chain."""
    previous: Event | None = None
    for place, event in chain.events:
        if (event.get("visit_id"), event.get("device_id")) != (chain.visit_id, chain.device_id):
            yield _finding("wrong_place", place, event)
        try:
            check_link(event, previous)
        except DomainError as error:
            yield _finding(error.code, place, event)
        yield from _device_signature(place, event, holders)
        yield from _officer_signature(place, event, holders)
        yield from _seal(place, event)
        previous = event


def check_quotes(chain: Chain, chains: Iterable[Chain]) -> Iterator[Finding]:
    """Quoted heads of other tablets of the same visit that are not what those tablets have."""
    others = {(other.visit_id, other.device_id): other for other in chains}
    for place, event in chain.events:
        for quote in _quotes(_payload(event)):
            other = others.get((chain.visit_id, _text(quote, "device_id")))
            if other is None or other.hash_at(quote.get("seq")) != quote.get("head"):
                yield _finding("quote_mismatch", place, event)


def evidence_of(chain: Chain) -> Iterator[tuple[str, str, object]]:
    """(place, SHA-256, size or None) of every piece of evidence the chain speaks of."""
    for place, event in chain.events:
        payload = _payload(event)
        if _text(event, "kind") == EventKind.EVIDENCE_ADDED:
            yield place, _text(payload, "sha256"), payload.get("size")
        for sha256 in _list(payload.get("evidence")):
            yield place, str(sha256), None


def contents_of(chain: Chain) -> Iterator[tuple[str, str]]:
    """(place, content hash) of everything that was served, read or signed in the chain."""
    for place, event in chain.events:
        payload = _payload(event)
        for holder in (payload, payload.get("acknowledgement")):
            if isinstance(holder, dict) and isinstance(holder.get("content_hash"), str):
                yield place, holder["content_hash"]


def _device_signature(place: str, event: Event, holders: Holders) -> Iterator[Finding]:
    certificates = holders.devices.get(_text(event, "device_id"), ())
    signers = [each for each in certificates if signature_ok(event, each.public_key)]
    if not certificates:
        yield _finding("no_certificate", place, event)
    elif not signers:
        yield _finding("bad_signature", place, event)
    else:
        yield from _in_force(place, event, signers)


def _officer_signature(place: str, event: Event, holders: Holders) -> Iterator[Finding]:
    if "officer_sig" not in event:
        if _text(event, "kind") in _OFFICER_SIGNED:
            yield _finding("officer_signature_missing", place, event)
        return
    holder = (_text(event, "officer_id"), _text(event, "device_id"))
    certificates = holders.officers.get(holder, ())
    signers = [each for each in certificates if officer_signature_ok(event, each.public_key)]
    if not certificates:
        yield _finding("no_certificate", place, event)
    elif not signers:
        yield _finding("officer_signature_bad", place, event)
    else:
        yield from _in_force(place, event, signers)


def _seal(place: str, event: Event) -> Iterator[Finding]:
    """The closing event says itself what it closes, for a reader of documents alone."""
    if _text(event, "kind") != EventKind.SEALED:
        return
    payload, seq = _payload(event), event.get("seq")
    before = seq - 1 if isinstance(seq, int) else None
    if payload.get("head") != event.get("prev") or payload.get("events") != before:
        yield _finding("seal_mismatch", place, event)


def _in_force(place: str, event: Event, signers: Sequence[Certificate]) -> Iterator[Finding]:
    moment = _moment(event)
    if moment is None or not any(each.in_force(moment) for each in signers):
        yield _finding("certificate_not_in_force", place, event)


def _moment(event: Event) -> datetime | None:
    """When the tablet says the act was, by the server's clock as far as it knew it."""
    at = event.get("at")
    if not isinstance(at, dict):
        return None
    offset = at.get("server_offset_ms")
    try:
        shift = timedelta(milliseconds=offset if isinstance(offset, int) else 0)
        return rfc3339.read(at.get("wall")) + shift
    except (BadInput, OverflowError):
        return None


def _quotes(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    several = [payload.get("lead"), payload.get("member"), *_list(payload.get("quoted"))]
    return [each for each in several if isinstance(each, dict) and "head" in each]


def _payload(event: Event) -> Mapping[str, Any]:
    payload = event.get("payload")
    return payload if isinstance(payload, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(obj: Mapping[str, Any], name: str) -> str:
    value = obj.get(name)
    return value if isinstance(value, str) else ""


def _finding(code: str, place: str, event: Event) -> Finding:
    return Finding(code=code, where=place, detail=str(event.get("id")))
