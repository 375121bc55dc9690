"""The archive: the same bytes every time, and nothing hostile is unpacked."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.case_file import from_zip, to_zip
from shared.errors import BadInput

ENTRIES = {"case.json": b"{}", "evidence/aa": b"\x00\xff" * 500, "空.txt": b""}


def test_what_was_packed_is_unpacked_in_its_order() -> None:
    assert list(from_zip(to_zip(ENTRIES)).items()) == list(ENTRIES.items())


def test_the_same_entries_give_the_same_bytes() -> None:
    assert to_zip(ENTRIES) == to_zip(dict(ENTRIES))


def zipped(*entries: tuple[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, how)
    return target.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_is_there_twice_is_refused() -> None:
    with pytest.raises(BadInput):
        from_zip(zipped(("case.json", b"1"), ("case.json", b"2")))


def test_a_bomb_is_refused_unopened() -> None:
    with pytest.raises(BadInput):
        from_zip(zipped(("bomb", bytes(10**7)), how=zipfile.ZIP_DEFLATED))


def test_entries_that_share_their_bytes_are_refused() -> None:
    """Many names for one stored entry would unfold into far more than the archive is long."""
    data = bytearray(zipped(("a", b"x" * 5000), ("b", b"")))
    central = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", central + 1)
    data[second + 16 : second + 28] = data[central + 16 : central + 28]
    data[second + 42 : second + 46] = data[central + 42 : central + 46]

    with pytest.raises(BadInput):
        from_zip(bytes(data))


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", to_zip(ENTRIES)[:-30]])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        from_zip(data)


@given(where=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
def test_a_changed_archive_gives_its_entries_or_bad_input(where: int, flip: int) -> None:
    data = bytearray(to_zip(ENTRIES))
    data[where % len(data)] ^= flip
    try:
        entries = from_zip(bytes(data))
    except BadInput:
        return
    assert isinstance(entries, dict)
