"""Examples of /documents: the result of the visit (D8)."""

from collections.abc import Mapping

from server.api.example import Example
from server.api.examples.cast import (
    AGENCY,
    AGENCY_ID,
    DOCUMENT_ID,
    DOCUMENT_NO,
    FIRM,
    ITEM,
    ITEM_CODE,
    PHOTO_SHA256,
    PLACE,
    RECORD_HASH,
    USCC,
    VISIT_ID,
)
from shared.canonical import canonical
from shared.crypto import sha256_hex

CONTENT = {
    "v": 1,
    "content": "result",
    "visit_id": VISIT_ID,
    "provisional_no": "T-c9881b1-17",
    "agency": {
        "id": AGENCY_ID,
        "name": AGENCY,
        "phone": "0531-66666601",
        "supervision_phone": "0531-66666612",
    },
    "enterprise": {"name": FIRM, "uscc": USCC, "address": PLACE, "legal_rep": "林小满"},
    "place": PLACE,
    "inspected_on": "2026-11-20 09:30",
    "officers": [
        {"name": "王建国", "unit": "执法二大队", "certificate_no": "15010100001"},
        {"name": "李秀英", "unit": "执法二大队", "certificate_no": "15010100002"},
    ],
    "items": [{"code": ITEM_CODE, "name": ITEM}],
    "bases": [{"title": "中华人民共和国食品安全法", "article": "第三十三条"}],
    "record": {
        "content_hash": RECORD_HASH,
        "outcome": "signed",
        "name": "林小满",
        "capacity": "店长",
        "reason": "",
        "witness": "",
    },
    "conclusion": "rectify",
    "conclusion_text": "发现问题，责令改正",
    "problems": [
        {
            "point_no": "3",
            "title": "冷藏温度",
            "standard": "冷藏食品的温度在 0 至 8 ℃",
            "severity": "rectify",
            "note": "冷柜温度 12 ℃",
            "fixed_on_spot": False,
            "basis": "《中华人民共和国食品安全法》第三十三条",
            "evidence": [PHOTO_SHA256],
        }
    ],
    "guidance": [],
    "rectify_within_workdays": 15,
    "objection_within_workdays": 10,
    "remedies": "对责令改正等行政行为不服的，可以自收到之日起六十日内依法申请行政复议。",
    "unable": "",
}
RESULT = {
    "id": DOCUMENT_ID,
    "kind": "result",
    "number": DOCUMENT_NO,
    "version": 1,
    "agency_id": AGENCY_ID,
    "visit_id": VISIT_ID,
    "uscc": USCC,
    "content": CONTENT,
    "content_hash": sha256_hex(canonical(CONTENT)),
    "pdf_sha256": "6881b16f478c0e73b8f08235f41fad547872af11baa23c9a2320865713e95bae",
    "issued_at": "2026-11-20T03:02:00+00:00",
    "superseded_by": None,
}
EXAMPLES: Mapping[str, Example] = {
    "documents.Documents.get": Example(asked={"visit_id": VISIT_ID}, told={"documents": [RESULT]}),
    "documents.OneDocument.get": Example(told=RESULT),
    "documents.DocumentPdf.get": Example(),
}
