"""Sealed documents, read back with a validator that knows nothing of how they were made."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pypdf import PdfReader

from server.config import Settings
from server.documents import authority, issuing, samples, sealing
from server.documents.kinds import DocumentKind
from server.documents.press import Press, Standard, font_folder
from server.refusals import KeysExposed, NotSetUp
from tests.server.documents.drawings import drawn, press, sheet
from tests.server.documents.reading import text_of

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
PRESS = press()
ARCHIVE = Press(font_folder(None), Standard.A_2B)
MADE = authority.make(os.urandom, NOW)
SEALER = sealing.opened(MADE.seal)
RESULT = samples.sheet(DocumentKind.RESULT)
DRAWN = PRESS.draw(RESULT)
SEALED = issuing.issue(PRESS, SEALER, RESULT, NOW)


def root_of(made: authority.Made) -> asn1.Certificate:
    return asn1.Certificate.load(pem.unarmor(made.authority)[2])


def test_a_sealed_file_is_whole_and_trusted_by_who_trusts_its_authority() -> None:
    found = sealing.check(SEALED, [root_of(MADE)])

    assert found is not None
    assert (found.is_whole, found.is_trusted) == (True, True)
    assert found.at == NOW
    assert found.signer == authority.SEAL_NAME


def test_what_sealing_adds_begins_on_a_line_of_its_own() -> None:
    """PDF/A wants that of every object (ISO 19005-3, 6.1.9); veraPDF sees it, no reader does."""
    drawn, added = SEALED[: len(DRAWN.pdf)], SEALED[len(DRAWN.pdf) :]

    assert drawn == DRAWN.pdf
    assert drawn.endswith(b"%%EOF")
    assert re.match(rb"\n\d+ 0 obj\n", added)
    assert re.search(rb"[^\n\d]\d+ 0 obj", added) is None


def test_another_authority_of_the_same_name_is_not_trusted() -> None:
    found = sealing.check(SEALED, [root_of(authority.make(os.urandom, NOW))])

    assert found is not None
    assert (found.is_whole, found.is_trusted) == (True, False)


def test_a_changed_byte_is_noticed() -> None:
    place = SEALED.index(b"endstream") - 40
    changed = SEALED[:place] + bytes([SEALED[place] ^ 1]) + SEALED[place + 1 :]
    found = sealing.check(changed, [root_of(MADE)])

    assert found is not None
    assert (found.is_whole, found.is_trusted) == (False, False)


def test_whatever_is_added_afterwards_is_noticed() -> None:
    added = BytesIO()
    with pikepdf.open(BytesIO(SEALED)) as pdf:
        pdf.docinfo["/Title"] = "另一份"
        pdf.save(added)
    again = sealing.check(SEALER.seal(SEALED[: len(DRAWN.pdf)], at=NOW, look=None), SEALER.roots)
    found = sealing.check(SEALED + b"\n% more\n", SEALER.roots)

    assert again is not None
    assert again.is_whole
    assert found is None or not found.is_whole
    changed = sealing.check(added.getvalue(), SEALER.roots)
    assert changed is None or not changed.is_whole


def test_a_certificate_that_had_run_out_is_not_trusted() -> None:
    late = NOW + authority.LIFE + timedelta(days=1)
    found = sealing.check(SEALER.seal(DRAWN.pdf, at=late, look=None), SEALER.roots)

    assert found is not None
    assert (found.is_whole, found.is_trusted) == (True, False)


def test_a_file_without_a_seal_has_none() -> None:
    assert sealing.check(DRAWN.pdf, SEALER.roots) is None


def test_sealing_adds_to_the_end_and_changes_nothing_before() -> None:
    assert SEALED.startswith(DRAWN.pdf)
    assert PRESS.draw(RESULT) == DRAWN


def test_the_signature_is_pades_over_every_byte_but_its_own() -> None:
    signature = PdfReader(BytesIO(SEALED)).get_fields()["Seal"]["/V"]  # type: ignore[index]
    start, first, second, last = signature["/ByteRange"]

    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    assert start == 0
    assert second + last == len(SEALED)
    assert SEALED[first : first + 1] == b"<"
    assert SEALED[second - 1 : second] == b">"


def test_the_seal_is_seen_over_the_agency_and_the_date() -> None:
    page = PdfReader(BytesIO(SEALED)).pages[DRAWN.place.page - 1]  # type: ignore[union-attr]
    (widget,) = (one.get_object() for one in page["/Annots"])  # type: ignore[union-attr]
    left, bottom, right, top = widget["/Rect"]

    assert right - left == pytest.approx(sealing.SIDE, abs=1)
    assert top - bottom == pytest.approx(sealing.SIDE, abs=1)
    assert page.mediabox.left < left < right < page.mediabox.right
    assert page.mediabox.bottom < bottom < top < page.mediabox.top


def test_a_record_is_signed_without_a_seal_to_be_seen() -> None:
    drawn = PRESS.draw(samples.sheet(DocumentKind.RECORD))
    sealed = issuing.issue(PRESS, SEALER, samples.sheet(DocumentKind.RECORD), NOW)
    found = sealing.check(sealed, SEALER.roots)

    assert drawn.place is None
    assert found is not None
    assert found.is_trusted


@pytest.mark.parametrize("standard", Standard)
@pytest.mark.parametrize("kind", DocumentKind)
def test_a_document_is_archival_before_and_after_it_is_sealed(
    kind: DocumentKind, standard: Standard
) -> None:
    is_3a = standard is Standard.A_3A
    before = drawn(kind) if is_3a else ARCHIVE.draw(sheet(kind))
    look = None
    if before.place is not None:
        look = sealing.Look(face=PRESS.seal_face("某机关", issuing.DEVELOPMENT), place=before.place)

    for data in (before.pdf, SEALER.seal(before.pdf, at=NOW, look=look)):
        with pikepdf.open(BytesIO(data)) as pdf:
            assert pdf.check_pdf_syntax() == []
            told = pdf.open_metadata()
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == tuple(standard[2:].upper())
            assert list(pdf.attachments) == (["content.json"] if is_3a else [])
            assert told["dc:title"] == str(pdf.docinfo["/Title"])
            (intent,) = pdf.Root.OutputIntents  # type: ignore[misc]
            assert intent.S == "/GTS_PDFA1"
            assert intent.DestOutputProfile.N == 3
            assert pdf.Root.MarkInfo.Marked
            assert not pdf.is_encrypted
            assert fonts_of(pdf)
            assert all(embedded(font) for font in fonts_of(pdf))
            assert all(printed(note) for page in pdf.pages for note in page.get("/Annots", []))


def test_an_archive_of_part_2_gets_the_same_paper_and_is_told_where_the_content_is() -> None:
    for_archive, usual = text_of(ARCHIVE.draw(RESULT).pdf), text_of(DRAWN.pdf)

    assert for_archive == usual.replace("附于本PDF之内", "存于案卷")
    assert for_archive != usual


def fonts_of(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [
        one
        for one in pdf.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
    ]


def embedded(font: pikepdf.Object) -> bool:
    return any(key in font for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def printed(note: pikepdf.Object) -> bool:
    """PDF/A 6.3: an annotation is printed, and neither hidden nor without a view."""
    return int(note.F) & 0b100111 == 0b000100


def test_a_development_seal_says_so_in_its_certificate_and_on_the_paper() -> None:
    face = PRESS.seal_face("济南市历下区市场监督管理局", issuing.DEVELOPMENT)
    plain = PdfReader(BytesIO(face)).pages[0].extract_text()

    assert SEALER.is_development
    assert "无法律效力" in root_of(MADE).subject.native["organization_name"]
    assert "仅供开发测试" in plain
    assert not {*"济南市历下区场监督管理局"} - {*plain}


@pytest.mark.parametrize("name", ["税务局", "某" * 30])
def test_a_name_short_or_long_stays_within_the_ring(name: str) -> None:
    (page,) = PdfReader(BytesIO(PRESS.seal_face(name, ""))).pages

    assert page.extract_text().replace("\n", "").replace(" ", "") == name


def settings(folder: Path, **changes: object) -> Settings:
    told = Settings.from_env({"MINGCHA_DATA_DIR": str(folder)})
    return replace(told, **changes)  # type: ignore[arg-type]


def test_the_development_seal_is_made_once_and_read_back(tmp_path: Path) -> None:
    here = settings(tmp_path)
    folder = here.secrets_dir / sealing.FOLDER
    authority.ensure(folder, os.urandom, NOW)
    made = (folder / authority.SEAL).read_bytes()
    authority.ensure(folder, os.urandom, NOW)

    assert (folder / authority.SEAL).read_bytes() == made
    assert (folder / authority.SEAL).stat().st_mode & 0o777 == 0o600
    assert sealing.sealer_of(here).is_development


def test_a_certificate_of_ones_own_is_read_with_its_words(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "某县人民政府")])
    certificate = authority.certificate_of_itself(name, key, os.urandom, NOW)
    p12, words = tmp_path / "own.p12", tmp_path / "words"
    p12.write_bytes(
        pkcs12.serialize_key_and_certificates(
            None, key, certificate, None, BestAvailableEncryption(b"open sesame")
        )
    )
    p12.chmod(0o600)
    words.write_text("open sesame\n")
    words.chmod(0o600)

    own = settings(tmp_path, signing_p12=p12, signing_passphrase_file=words)
    found = sealing.check(sealing.sealer_of(own).seal(DRAWN.pdf, at=NOW, look=None), [])

    assert not sealing.sealer_of(own).is_development
    assert found is not None
    assert (found.signer, found.is_whole) == ("某县人民政府", True)
    with pytest.raises(NotSetUp):
        sealing.sealer_of(settings(tmp_path, signing_p12=p12))
    p12.chmod(0o644)
    with pytest.raises(KeysExposed):
        sealing.sealer_of(settings(tmp_path, signing_p12=p12, timestamp_url="http://tsa.test"))
    p12.chmod(0o600)
    words.chmod(0o644)
    with pytest.raises(KeysExposed):
        sealing.sealer_of(replace(own, timestamp_url="http://tsa.test"))


def test_a_missing_seal_is_a_clear_refusal(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp):
        sealing.sealer_of(settings(tmp_path))


def test_a_seal_of_an_earlier_certificate_stays_trusted_as_of_its_day(tmp_path: Path) -> None:
    later = NOW + timedelta(days=400)
    new, folder = authority.make(os.urandom, later), tmp_path / "retired"
    p12 = tmp_path / "new.p12"
    p12.write_bytes(new.seal)
    p12.chmod(0o600)
    now = settings(tmp_path, signing_p12=p12)
    with_old = replace(now, signing_retired=folder)
    with pytest.raises(NotSetUp):
        sealing.roots_of(with_old)
    folder.mkdir()
    (folder / "2026.pem").write_bytes(MADE.authority)
    sealed_new = sealing.sealer_of(now).seal(DRAWN.pdf, at=later, look=None)
    sealed_late = SEALER.seal(DRAWN.pdf, at=NOW + authority.LIFE + timedelta(days=1), look=None)

    def trusted(pdf: bytes, by: Settings) -> bool:
        found = sealing.check(pdf, sealing.roots_of(by))
        assert found is not None
        assert found.is_whole
        return found.is_trusted

    assert [trusted(SEALED, now), trusted(sealed_new, now)] == [False, True]
    assert [trusted(SEALED, with_old), trusted(sealed_new, with_old)] == [True, True]
    assert not trusted(sealed_late, with_old)
    (folder / "broken.pem").write_text("no certificate")
    with pytest.raises(NotSetUp):
        sealing.roots_of(with_old)
