"""Putting a case file together: the same contents give the same bytes, whoever exports them.

It copies and lists; it judges nothing. What is missing is listed as missing, with the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared import crypto, rfc3339, signed
from shared.canonical import canonical
from shared.case_file import layout
from shared.errors import BadInput

_README = """\
本卷宗由“明察”平台导出。chains 目录为执法终端现场形成、逐条签名的事件链；evidence 为证据原件，
以 SHA-256 命名；documents 为文书内容及其版式文件；case.json 列出全部文件的散列值并由平台签名。
核验方法：mingcha verify 本文件。只需平台公钥，无需联网。

Exported by the Mingcha platform. chains/ holds the events as the tablets signed them on the spot,
evidence/ the originals by their SHA-256, documents/ the contents and their printed form;
case.json lists the hash of every file and is signed by the platform.
To check it: `mingcha verify` this file, with nothing but the platform's public key.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDocument:
    """A notice, record or result: the signed `content` as canonical bytes, and its drawing."""

    id: str
    kind: str
    content: bytes
    pdf: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContents:
    """All that goes into one case file.

    Attributes:
        visit_id: The visit the case is about.
        as_of: When the newest thing in it came about: exporting it again changes no byte.
        chains: (visit id, device id) to the canonical bytes of its events in order, as they came.
        key_set: The platform's signed key set.
        certificates: Signed certificates of the tablets and officers that occur.
        evidence: SHA-256 in hex to the bytes.
        absent: SHA-256 of evidence that is not here, to the reason.
        documents: With what was signed, and what was drawn.
        receipts: The platform's receipts for these chains.
        stamps: (statement, response) of every RFC 3161 time stamp of the visit, in their order.
        anchors: Proofs that receipts lie under a published daily anchor (shared/anchors.py).
    """

    visit_id: str
    as_of: datetime
    chains: Mapping[tuple[str, str], Sequence[bytes]]
    key_set: Mapping[str, Any]
    certificates: Sequence[Mapping[str, Any]]
    evidence: Mapping[str, bytes] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    documents: Sequence[CaseDocument] = ()
    receipts: Sequence[Mapping[str, Any]] = ()
    stamps: Sequence[tuple[bytes, bytes]] = ()
    anchors: Sequence[Mapping[str, Any]] = ()


def stamped_statement(visit_id: str, heads: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What a time stamp is asked for: the heads {seq, hash} of all chains of a visit, by tablet."""
    return {"typ": layout.STAMPED, "visit_id": visit_id, "heads": dict(heads)}


def build(contents: CaseContents, *, key: crypto.Signer, kid: str) -> dict[str, bytes]:
    """Every entry of the case file by its name, the manifest first, the rest in order of name."""
    entries = dict(sorted(_entries(contents).items()))
    manifest = signed.sign(_manifest(contents, entries), key, kid)
    return {layout.MANIFEST: canonical(manifest), **entries}


def _entries(contents: CaseContents) -> dict[str, bytes]:
    found = {layout.README: _README.encode(), layout.KEY_SET: canonical(contents.key_set)}
    for (visit_id, device_id), events in contents.chains.items():
        path = layout.chain(_name(visit_id), _name(device_id))
        found[path] = b"".join(event + b"\n" for event in events)
    for number, certificate in enumerate(_ordered(contents.certificates), 1):
        found[layout.certificate(number)] = certificate
    for number, receipt in enumerate(_ordered(contents.receipts), 1):
        found[layout.receipt(number)] = receipt
    for number, proof in enumerate(_ordered(contents.anchors), 1):
        found[layout.anchor(number)] = proof
    for number, (statement, response) in enumerate(contents.stamps, 1):
        found[layout.stamp_statement(number)] = statement
        found[layout.stamp_response(number)] = response
    for sha256, data in contents.evidence.items():
        found[layout.evidence(_name(sha256))] = data
    for document in contents.documents:
        found[layout.document_content(_name(document.id))] = document.content
        if document.pdf is not None:
            found[layout.document_pdf(document.id)] = document.pdf
    return found


def _ordered(objects: Sequence[Mapping[str, Any]]) -> list[bytes]:
    return sorted({canonical(each) for each in objects})


def _manifest(contents: CaseContents, entries: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "typ": layout.TYP,
        "visit_id": contents.visit_id,
        "as_of": rfc3339.write(contents.as_of),
        "files": {
            path: {"sha256": crypto.sha256_hex(data), "size": len(data)}
            for path, data in entries.items()
        },
        "absent": dict(contents.absent),
        "documents": [_listed(each) for each in sorted(contents.documents, key=lambda d: d.id)],
    }


def _listed(document: CaseDocument) -> dict[str, str]:
    content_hash = crypto.sha256_hex(document.content)
    return {"id": document.id, "kind": document.kind, "content_hash": content_hash}


def _name(text: str) -> str:
    if not layout.NAME.fullmatch(text):
        raise BadInput("Cannot be the name of an entry.", name=text)
    return text
