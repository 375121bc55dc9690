"""The same contents give the same case file, and no name leaves its folder."""

import pytest

from shared.case_file import layout
from shared.errors import BadInput
from tests.shared.case_file.cases import PHOTO, Case, sha256_of

CASE = Case().walk()


def test_the_same_contents_give_the_same_bytes_in_the_same_order() -> None:
    contents = CASE.contents()
    turned = CASE.file(
        certificates=list(reversed(contents.certificates)),
        documents=list(reversed(contents.documents)),
    )

    assert list(CASE.file().items()) == list(turned.items())
    assert next(iter(CASE.file())) == layout.MANIFEST


def test_a_certificate_given_twice_is_kept_once() -> None:
    twice = [*CASE.contents().certificates] * 2

    assert CASE.file(certificates=twice) == CASE.file()


def test_everything_lies_where_the_layout_says() -> None:
    visit_id = CASE.tablet.visit_id

    assert set(CASE.file()) == {
        "README.txt",
        "case.json",
        "certificates/001.json",
        "certificates/002.json",
        "certificates/003.json",
        f"chains/{visit_id}/tablet-1.jsonl",
        "documents/d-notice.json",
        "documents/d-notice.pdf",
        "documents/d-record.json",
        "documents/d-record.pdf",
        "documents/d-result.json",
        "documents/d-result.pdf",
        f"evidence/{sha256_of(PHOTO)}",
        "key_set.json",
        "receipts/001.json",
    }


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a\\b", "a\0", "x" * 200, "名"])
def test_an_id_that_is_no_file_name_is_refused(name: str) -> None:
    for change in ({"chains": {(name, "d"): []}}, {"chains": {("v", name): []}}):
        with pytest.raises(BadInput):
            CASE.file(**change)
    with pytest.raises(BadInput):
        CASE.file(evidence={name: b""})
