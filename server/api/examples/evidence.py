"""Examples of /evidence: a PDF is handed over on site and brought in two pieces."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from server.api.example import Example
from server.api.examples.cast import EVENT_ID, VISIT_ID

VERSION = {"Tus-Resumable": "1.0.0"}
EVIDENCE_ID = "01a1f6a7-4600-7a69-abb3-8b9c1de83405"
UPLOAD_ID = "01a1f6ea-1b60-7858-900a-4c9416f5c1ee"
LINK = "eyJlIjoiZXhhbXBsZSJ9.ZXhhbXBsZS1vbmx5"
BEGIN, REST = (
    "%PDF-1.7\n",
    "1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n",
)
WHOLE = (BEGIN + REST).encode()
TOLD = {
    "evidence_id": EVIDENCE_ID,
    "visit_id": VISIT_ID,
    "sha256": sha256(WHOLE).hexdigest(),
    "filename": "冷柜检定证书.pdf",
    "filetype": "application/pdf",
}
METADATA = ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in TOLD.items())


def _checksum(piece: str) -> str:
    return f"sha256 {b64encode(sha256(piece.encode()).digest()).decode()}"


EXAMPLES: Mapping[str, Example] = {
    "evidence.Uploads.options": Example(),
    "evidence.Uploads.post": Example(
        asked={
            **VERSION,
            "Upload-Length": str(len(WHOLE)),
            "Upload-Metadata": METADATA,
            "Upload-Checksum": _checksum(BEGIN),
        },
        sent=BEGIN,
    ),
    "evidence.OneUpload.head": Example(asked=VERSION),
    "evidence.OneUpload.patch": Example(
        asked={
            **VERSION,
            "Upload-Offset": str(len(BEGIN)),
            "Upload-Checksum": _checksum(REST),
        },
        sent=REST,
    ),
    "evidence.OneUpload.delete": Example(asked=VERSION),
    "evidence.OneEvidence.get": Example(
        told={
            "id": EVIDENCE_ID,
            "visit_id": VISIT_ID,
            "event_id": EVENT_ID,
            "sha256": TOLD["sha256"],
            "size": len(WHOLE),
            "media_type": "application/pdf",
            "state": "bytes_complete",
            "detail": "",
            "completed_at": "2026-11-20T03:06:00+00:00",
            "content_url": f"/api/v1/evidence/content/{LINK}",
        }
    ),
    "evidence.Content.get": Example(asked={"Range": "bytes=0-262143"}),
}
