"""Checking a case file against the platform's keys and against itself: every hash and signature.

It never stops at the first fault, never raises for bad contents, and needs nothing from outside
but the key set it is given.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared import anchors, crypto, keyset, merkle, rfc3339, signed
from shared.canonical import canonical, parse_object
from shared.case_file import chains, layout
from shared.case_file.archive import open_archive
from shared.case_file.report import Anchor, Finding, Report
from shared.certificates import DeviceCertificate, OfficerCertificate, read_certificate
from shared.errors import BadInput, DomainError, UnknownKey
from shared.keyset import KeySet
from shared.receipts import Receipt, read_receipt

Entries = Mapping[str, bytes]
StampHolds = Callable[[bytes, bytes], object]


@dataclass(frozen=True, slots=True)
class _Keys:
    """The anchor as a looker-back needs it: what a key signed before it was revoked stays good."""

    key_set: KeySet | None

    def public(self, kid: str, at: datetime) -> str:
        if self.key_set is None:
            raise UnknownKey("There is no key set.", kid=kid)
        return self.key_set.public_before_revocation(kid, at)


@dataclass(slots=True)
class _Check:
    """One run over one file; the parts add to `findings` and `counts`."""

    entries: Entries
    keys: _Keys
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def found(self, code: str, where: str, detail: str = "") -> None:
        self.findings.append(Finding(code=code, where=where, detail=detail))

    def under(self, folder: str) -> Iterator[str]:
        return (path for path in sorted(self.entries) if path.startswith(folder))

    def objects(self, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(path, object) of every readable JSON entry of a folder."""
        for path in (path for path in self.under(folder) if not path.endswith(".tsr")):
            obj = self.object(path)
            if obj is not None:
                yield path, obj

    def object(self, path: str) -> dict[str, Any] | None:
        try:
            obj = parse_object(self.entries[path], max_bytes=layout.MAX_JSON)
        except BadInput as error:
            self.found("unreadable", path, error.message)
            return None
        if canonical(obj) != self.entries[path]:
            self.found("not_canonical", path)
        return obj


def verify(
    entries: Entries,
    trusted: KeySet | None,
    published: Collection[str] | None = None,
    stamp_holds: StampHolds | None = None,
) -> Report:
    """Check a whole case file.

    Args:
        entries: Name to bytes of everything in it, as `from_zip` gives them.
        trusted: The platform's key set from elsewhere. Without it the file's own is used, and the
            report says so: then its fingerprint must be compared by a person.
        published: Digests (shared/anchors.py) of the anchors as a reader once found them published;
            an anchor in the file that is not among them is a fault.
        stamp_holds: Checks (response, statement) of an RFC 3161 time stamp against authorities the
            reader trusts, and raises `DomainError`; without it the report says that none was asked.
    """
    offered, key_findings = _key_set(entries, trusted)
    check = _Check(entries, _Keys(_anchor(offered, trusted)), findings=key_findings)
    manifest = _manifest(check)
    _files(check, manifest)
    holders = _certificates(check)
    read = _chains(check, holders)
    _evidence(check, read, manifest)
    _documents(check, read, manifest)
    _receipts(check, read)
    _anchors(check, published)
    _stamps(check, read, stamp_holds)
    return Report(
        anchor=Anchor.TRUSTED if trusted else Anchor.ITSELF,
        key_set_fingerprint=keyset.fingerprint(offered.signed) if offered else "",
        findings=tuple(check.findings),
        counts=dict(check.counts),
        heads={chain.path: chain.head for chain in read},
    )


def verify_archive(
    data: bytes,
    trusted: KeySet | None,
    published: Collection[str] | None = None,
    stamp_holds: StampHolds | None = None,
) -> Report:
    """Check the bytes of a whole case file: the archive itself, and everything in it."""
    opened = open_archive(data)
    report = verify(opened.entries, trusted, published, stamp_holds)
    changed = (Finding(code="archive_changed", where=w, detail=d) for w, d in opened.faults)
    return replace(report, findings=(*changed, *report.findings))


def _key_set(entries: Entries, trusted: KeySet | None) -> tuple[KeySet | None, list[Finding]]:
    where = layout.KEY_SET
    try:
        raw = parse_object(entries.get(where, b""), max_bytes=layout.MAX_JSON)
        offered = keyset.read(raw)
    except BadInput as error:
        return None, [Finding(code="unreadable", where=where, detail=error.message)]
    if trusted is None:
        return offered, [Finding(code="key_set_unanchored", where=where)]
    if keyset.fingerprint(raw) == keyset.fingerprint(trusted.signed):
        return offered, []
    try:
        signed.verify(raw, _Keys(trusted), offered.issued_at)
    except DomainError as error:
        return offered, [Finding(code=error.code, where=where, detail=error.message)]
    return offered, []


def _anchor(offered: KeySet | None, trusted: KeySet | None) -> KeySet | None:
    """The newer of the two if the trusted one vouches for it, and else the trusted one."""
    if trusted is None or offered is None or offered.version <= trusted.version:
        return trusted or offered
    try:
        signed.verify(offered.signed, _Keys(trusted), offered.issued_at)
    except DomainError:
        return trusted
    return offered


def _manifest(check: _Check) -> Mapping[str, Any]:
    if layout.MANIFEST not in check.entries:
        check.found("manifest_missing", layout.MANIFEST)
        return {}
    manifest = check.object(layout.MANIFEST)
    if manifest is None or manifest.get("typ") != layout.TYP:
        check.found("manifest_unreadable", layout.MANIFEST)
        return {}
    try:
        signed.verify(manifest, check.keys, rfc3339.read(manifest.get("as_of")))
    except DomainError as error:
        check.found(error.code, layout.MANIFEST, error.message)
    return manifest


def _files(check: _Check, manifest: Mapping[str, Any]) -> None:
    listed = _mapping(manifest.get("files"))
    for path, facts in sorted(listed.items()):
        data = check.entries.get(path)
        if data is None:
            check.found("entry_missing", path)
        elif _mapping(facts) != {"sha256": crypto.sha256_hex(data), "size": len(data)}:
            check.found("entry_changed", path)
    for path in sorted(set(check.entries) - set(listed) - {layout.MANIFEST}):
        check.found("entry_unlisted", path)


def _certificates(check: _Check) -> chains.Holders:
    devices: dict[str, list[DeviceCertificate]] = defaultdict(list)
    officers: dict[tuple[str, str], list[OfficerCertificate]] = defaultdict(list)
    for path, obj in check.objects(layout.CERTIFICATES):
        check.counts["certificates"] += 1
        try:
            found = read_certificate(obj, check.keys)
        except DomainError as error:
            check.found(error.code, path, error.message)
            continue
        if isinstance(found, DeviceCertificate):
            devices[found.device_id].append(found)
        else:
            officers[found.officer_id, found.device_id].append(found)
    return chains.Holders(devices=devices, officers=officers)


def _chains(check: _Check, holders: chains.Holders) -> Sequence[chains.Chain]:
    read: list[chains.Chain] = []
    for path in check.under(layout.CHAINS):
        chain, findings = chains.read_chain(path, check.entries[path])
        read.append(chain)
        check.findings.extend(findings)
        check.findings.extend(chains.check_chain(chain, holders))
        check.counts["chains"] += 1
        check.counts["events"] += len(chain.events)
        check.counts["signatures"] += len(chain.events)
        check.counts["officer_signatures"] += sum("officer_sig" in e for _, e in chain.events)
    for chain in read:
        check.findings.extend(chains.check_quotes(chain, read))
    return read


def _evidence(check: _Check, read: Sequence[chains.Chain], manifest: Mapping[str, Any]) -> None:
    absent = _mapping(manifest.get("absent"))
    for path in check.under(layout.EVIDENCE):
        check.counts["evidence"] += 1
        if crypto.sha256_hex(check.entries[path]) != path.removeprefix(layout.EVIDENCE):
            check.found("evidence_changed", path)
    for place, sha256, size in (each for chain in read for each in chains.evidence_of(chain)):
        data = check.entries.get(layout.evidence(sha256))
        if data is None:
            code = "evidence_absent" if sha256 in absent else "evidence_missing"
            check.found(code, place, str(absent.get(sha256, sha256)))
        elif size is not None and size != len(data):
            check.found("evidence_size", place, sha256)


def _documents(check: _Check, read: Sequence[chains.Chain], manifest: Mapping[str, Any]) -> None:
    there = set()
    listed = manifest.get("documents")
    for document in listed if isinstance(listed, list) else []:
        check.counts["documents"] += 1
        path = layout.document_content(str(_mapping(document).get("id")))
        content_hash = crypto.sha256_hex(check.entries.get(path, b""))
        there.add(content_hash)
        if content_hash != _mapping(document).get("content_hash"):
            check.found("content_changed", path)
    for place, content_hash in (each for chain in read for each in chains.contents_of(chain)):
        if content_hash not in there:
            check.found("content_missing", place, content_hash)


def _receipts(check: _Check, read: Sequence[chains.Chain]) -> None:
    covered: Counter[str] = Counter()
    for path, obj in check.objects(layout.RECEIPTS):
        check.counts["receipts"] += 1
        try:
            receipt = read_receipt(obj, check.keys, str(obj.get("device_id")))
        except DomainError as error:
            check.found(error.code, path, error.message)
            continue
        for chain in read:
            seq = _covered(check, path, receipt, chain)
            covered[chain.path] = max(covered[chain.path], seq)
    for chain in read:
        if chain.events and chain.events[-1][1].get("seq") != covered[chain.path]:
            check.found("not_receipted", chain.path)


def _covered(check: _Check, path: str, receipt: Receipt, chain: chains.Chain) -> int:
    """Up to which `seq` a receipt covers a chain; a head that is not here is a fault."""
    head = receipt.heads.get(chain.visit_id) if receipt.device_id == chain.device_id else None
    if head is None:
        return 0
    if chain.hash_at(head.seq) != head.hash:
        check.found("receipt_mismatch", path, chain.path)
        return 0
    return head.seq


def _anchors(check: _Check, published: Collection[str] | None) -> None:
    there = {merkle.leaf(check.entries[path]) for path in check.under(layout.RECEIPTS)}
    for path, obj in check.objects(layout.ANCHORS):
        check.counts["anchors"] += 1
        try:
            leaf, anchored = anchors.check_proof(obj, check.keys)
        except DomainError as error:
            check.found(error.code, path, error.message)
            continue
        if leaf not in there:
            check.found("anchor_mismatch", path, "of no receipt here")
        if published is not None and anchors.digest(obj["anchor"]) not in published:
            check.found("anchor_not_published", path, anchored.day)


def _stamps(check: _Check, read: Sequence[chains.Chain], stamp_holds: StampHolds | None) -> None:
    """A stamp's statement against the chains here, and its response against the authority."""
    for path, stated in check.objects(layout.STAMPS):
        check.counts["timestamps"] += 1
        heads = {
            chain.device_id: chain for chain in read if chain.visit_id == stated.get("visit_id")
        }
        told = _mapping(stated.get("heads"))
        fits = all(
            device in heads and heads[device].hash_at(_mapping(head).get("seq")) == head["hash"]
            for device, head in told.items()
            if "hash" in _mapping(head)
        )
        if not told or not fits or stated.get("typ") != layout.STAMPED:
            check.found("stamp_mismatch", path)
        if stamp_holds is None:
            check.found("stamp_unchecked", path)
            continue
        response = check.entries.get(path.removesuffix(".json") + ".tsr", b"")
        try:
            stamp_holds(response, check.entries[path])
        except DomainError as error:
            check.found(error.code, path, error.message)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
