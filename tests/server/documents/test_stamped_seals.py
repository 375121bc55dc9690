"""Seals with a real authority's time stamp (RFC 3161), and what signing once more does to one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers, validation
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko_certvalidator import ValidationContext

from server.documents import authority, issuing, sample_visits, samples, sealing
from server.documents.kinds import DocumentKind
from server.documents.press import Press, Standard, font_folder
from tests.server.documents.drawings import drawn
from tests.time_authority import TimeAuthority, time_authority

NOW = datetime.now(UTC)  # noqa: TID251 -- the authority of time has the real clock
MADE = authority.make(os.urandom, NOW)
DRAWN = drawn(DocumentKind.RESULT).pdf


@pytest.fixture(scope="module")
def clockmaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeAuthority]:
    with time_authority(tmp_path_factory.mktemp("tsa")) as running:
        yield running


def root(of: bytes) -> asn1.Certificate:
    return asn1.Certificate.load(pem.unarmor(of)[2])


def test_a_seal_bears_the_stamp_of_the_authority_that_was_named(clockmaker: TimeAuthority) -> None:
    sealer = sealing.opened(MADE.seal, timestamp_url=clockmaker.url)
    sealed = sealer.seal(DRAWN, at=NOW, look=None)
    (seal,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
    status = validation.validate_pdf_signature(
        seal,
        ValidationContext(trust_roots=[root(MADE.authority)], moment=NOW),
        ts_validation_context=ValidationContext(trust_roots=[root(clockmaker.roots.read_bytes())]),
    )
    found = sealing.check(sealed, [root(MADE.authority)])

    stamp = status.timestamp_validity
    assert stamp is not None
    assert (stamp.intact, stamp.valid, stamp.trusted) == (True, True, True)
    assert abs(stamp.timestamp - NOW) < timedelta(hours=1)
    assert found is not None
    assert (found.is_whole, found.is_trusted) == (True, True)


def test_without_the_stamp_that_was_asked_for_there_is_no_seal(clockmaker: TimeAuthority) -> None:
    clockmaker.silent = True
    try:
        with pytest.raises(TimestampRequestError):
            sealing.opened(MADE.seal, timestamp_url=clockmaker.url).seal(DRAWN, at=NOW, look=None)
    finally:
        clockmaker.silent = False


def test_a_second_signature_covers_no_damage_to_the_first() -> None:
    """Whoever signs a changed file anew makes it neither whole nor ours."""
    sealed = sealing.opened(MADE.seal).seal(DRAWN, at=NOW, look=None)
    place = DRAWN.index(b"endstream") - 40
    damaged = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    other = signers.SimpleSigner.load_pkcs12_data(authority.make(os.urandom, NOW).seal, (), None)
    for under in (sealed, damaged):
        covered = BytesIO()
        signers.sign_pdf(
            IncrementalPdfFileWriter(BytesIO(under)),
            signers.PdfSignatureMetadata(field_name="Another"),
            signer=other,
            output=covered,
        )
        found = sealing.check(covered.getvalue(), [root(MADE.authority)])
        assert found is None or not found.is_whole


@pytest.mark.skipif(shutil.which("verapdf") is None, reason="veraPDF is not on this machine")
@pytest.mark.parametrize("standard", Standard)
def test_verapdf_finds_nothing_against_any_document(standard: Standard, tmp_path: Path) -> None:
    press, sealer = Press(font_folder(None), standard), sealing.opened(MADE.seal)
    for kind in DocumentKind:
        for name in ("plain", "hard"):
            page = samples.sheet(kind, sample_visits.CASES[name])
            (tmp_path / f"{kind}-{name}.pdf").write_bytes(press.draw(page).pdf)
            sealed = issuing.issue(press, sealer, page, NOW)
            (tmp_path / f"{kind}-{name}-sealed.pdf").write_bytes(sealed)
    done = subprocess.run(
        ["verapdf", "--flavour", standard[2:], "--format", "text", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(("PASS", "FAIL"))]
    assert [line for line in lines if line.startswith("FAIL")] == []
    assert len(lines) == 4 * len(DocumentKind)
