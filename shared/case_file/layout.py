"""Where what lies in a case file. Names only; changing one makes old files unreadable."""

import re

MANIFEST = "case.json"
KEY_SET = "key_set.json"
README = "README.txt"
CHAINS = "chains/"
CERTIFICATES = "certificates/"
EVIDENCE = "evidence/"
DOCUMENTS = "documents/"
RECEIPTS = "receipts/"
ANCHORS = "anchors/"
STAMPS = "timestamps/"

TYP = "case"
STAMPED = "stamped"
MAX_JSON = 64 * 1024 * 1024

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", re.ASCII)
"""What an id must look like to be a file's name: no separator, no leading dot."""


def chain(visit_id: str, device_id: str) -> str:
    return f"{CHAINS}{visit_id}/{device_id}.jsonl"


def certificate(number: int) -> str:
    return f"{CERTIFICATES}{number:03}.json"


def evidence(sha256: str) -> str:
    return f"{EVIDENCE}{sha256}"


def document_content(document_id: str) -> str:
    return f"{DOCUMENTS}{document_id}.json"


def document_pdf(document_id: str) -> str:
    return f"{DOCUMENTS}{document_id}.pdf"


def anchor(number: int) -> str:
    return f"{ANCHORS}{number:03}.json"


def stamp_statement(number: int) -> str:
    return f"{STAMPS}{number:03}.json"


def stamp_response(number: int) -> str:
    return f"{STAMPS}{number:03}.tsr"


def receipt(number: int) -> str:
    return f"{RECEIPTS}{number:03}.json"
