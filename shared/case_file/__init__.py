"""The case file: everything of one visit that a court needs, checkable with nothing else.

`build` puts it together and signs it, `verify` checks every hash, link and signature of one,
`verify_archive` its outer form besides, which `to_zip` makes and `from_zip` reads.
docs/case-file.md is its description. Pure: bytes in, bytes out; no file is opened here.
"""

from shared.case_file.archive import from_zip, open_archive, to_zip
from shared.case_file.build import CaseContents, CaseDocument, build, stamped_statement
from shared.case_file.report import Finding, Report
from shared.case_file.verify import verify, verify_archive

__all__ = [
    "CaseContents",
    "CaseDocument",
    "Finding",
    "Report",
    "build",
    "from_zip",
    "open_archive",
    "stamped_statement",
    "to_zip",
    "verify",
    "verify_archive",
]
