"""The agency's seal on a PDF: a PAdES signature over the whole file, seen where the seal goes.

Knows keys and bytes, no database. Signing adds to the end of a file and changes nothing before
it, so that what was drawn can be told from what was signed.
"""

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import core, pem, x509
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps, validation
from pyhanko.sign.attributes import CMSAttributeProvider
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation.status import SignatureCoverageLevel as Coverage
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from server.config import Settings
from server.documents import authority, hardware
from server.refusals import KeysExposed, NotSetUp

FIELD = "Seal"
FOLDER = "documents"
"""Below the secrets folder."""

ATTRIBUTES_ROOM = 2048
PAGE_HEIGHT = 841.89
SIDE = 42 / 25.4 * 72
"""Points: the 42 mm of a county organ's seal (国发〔1999〕25号); the templates agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the upper left corner of the seal goes: `page` from 1, points from the upper left."""

    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is seen of a signature: a PDF of one page, and where it is laid."""

    face: bytes
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a validator says of a file's seal.

    `is_whole`: the signature holds and covers every byte of the file; `is_trusted`: besides, the
    certificate is of an authority asked for and was in force at the time the signature names.
    """

    signer: str
    at: datetime | None
    is_whole: bool
    is_trusted: bool


class Sealer:
    """Signs with one key, held in memory or in a hardware module. Threads may share it."""

    def __init__(
        self, signer: signers.Signer, timestamper: timestamps.TimeStamper | None = None
    ) -> None:
        self._signer, self._timestamper = signer, timestamper
        # What pyHanko would find out by signing twice; with a time stamp only trying tells.
        certificates = [signer.signing_cert, *signer.cert_registry]
        certified = sum(len(one.dump()) for one in certificates if one is not None)
        self._room = None if timestamper else 2 * (certified + ATTRIBUTES_ROOM)

    @property
    def is_development(self) -> bool:
        """Whether the certificate says of itself that it has no legal effect."""
        certificate = self._signer.signing_cert
        if certificate is None:
            raise NotSetUp("The seal of documents has no certificate.")
        told = certificate.subject.native.get("organization_name")
        return bool(told == authority.ORGANISATION)

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """The authorities that came with the key."""
        return tuple(one for one in self._signer.cert_registry if one.self_issued)

    def seal(self, pdf: bytes, *, at: datetime, look: Look | None) -> bytes:
        """The same file with a signature over all of it, made at `at`; seen if there is a look."""
        signed = BytesIO()
        _PdfSigner(
            at,
            signers.PdfSignatureMetadata(
                field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
            ),
            self._signer,
            timestamper=self._timestamper,
            stamp_style=StaticStampStyle(background=_Face(look.face), border_width=0)
            if look
            else None,
            new_field_spec=_field(look),
        ).sign_pdf(_Appending(BytesIO(_ended(pdf))), bytes_reserved=self._room, output=signed)
        return signed.getvalue()


def _ended(pdf: bytes) -> bytes:
    """With its last line ended, for what is added begins with an object.

    PDF/A wants each on a line of its own (ISO 19005-3, 6.1.9); Typst ends with `%%EOF` alone.
    """
    return pdf if pdf.endswith(b"\n") else pdf + b"\n"


def check(pdf: bytes, roots: Iterable[x509.Certificate]) -> Found | None:
    """What the one seal of a file proves; None if it has none. Asks nobody over the network."""
    seals = PdfFileReader(BytesIO(pdf)).embedded_signatures
    if len(seals) != 1:
        return None
    (seal,) = seals
    at = seal.self_reported_timestamp
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=at)
    status = validation.validate_pdf_signature(seal, context)
    is_whole = status.intact and status.valid and status.coverage is Coverage.ENTIRE_FILE
    return Found(
        signer=str(status.signing_cert.subject.native["common_name"]),
        at=at,
        is_whole=is_whole,
        is_trusted=is_whole and status.trusted,
    )


def roots_of(settings: Settings) -> tuple[x509.Certificate, ...]:
    """Whose seals are believed: the authorities of the key in force, and those of earlier keys.

    A seal counts as of the moment it names, so an earlier key's stays trusted when its certificate
    has run out or was replaced. `NotSetUp` for a file in that folder that is no certificate.
    """
    retired = settings.signing_retired
    files = sorted(retired.glob("*.pem")) if retired else []
    if retired and not retired.is_dir():
        raise NotSetUp("There is no folder of earlier authorities.", folder=str(retired))
    return (*sealer_of(settings).roots, *(one for file in files for one in _certificates(file)))


def _certificates(file: Path) -> Iterator[x509.Certificate]:
    try:
        for _, _, der in pem.unarmor(file.read_bytes(), multiple=True):
            yield x509.Certificate.load(der, strict=True)
    except ValueError:
        raise NotSetUp("Not a certificate.", file=str(file)) from None


def sealer_of(settings: Settings) -> Sealer:
    """The seal of this server: in the hardware or file it was told of, else the development one.

    `NotSetUp` if there is no such key or its words do not open it; `KeysExposed` if everybody
    on this machine may read a file.
    """
    words, stamps = settings.signing_passphrase_file, settings.timestamp_url
    if settings.signing_pkcs11:
        return _hardware_sealer(settings.signing_pkcs11, words, stamps)
    own = settings.secrets_dir / FOLDER / authority.SEAL
    return _sealer(settings.signing_p12 or own, words, stamps)


def opened(p12: bytes, passphrase: bytes | None = None, timestamp_url: str | None = None) -> Sealer:
    """A seal of the bytes of a PKCS#12 file; `NotSetUp` if they are none or do not open."""
    try:
        loaded = signers.SimpleSigner.load_pkcs12_data(p12, (), passphrase)
    except ValueError:
        raise NotSetUp("The seal of documents cannot be opened.") from None
    signer = _Signer(loaded.signing_cert, loaded.signing_key, loaded.cert_registry)
    return Sealer(signer, _stamper(timestamp_url))


def _stamper(url: str | None) -> timestamps.TimeStamper | None:
    return timestamps.HTTPTimeStamper(url) if url else None


@cache
def _sealer(p12: Path, passphrase_file: Path | None, timestamp_url: str | None) -> Sealer:
    return opened(_read(p12), _words(passphrase_file), timestamp_url)


@cache
def _hardware_sealer(uri: str, pin_file: Path | None, timestamp_url: str | None) -> Sealer:
    return Sealer(hardware.signer(uri, _words(pin_file)), _stamper(timestamp_url))


def _words(file: Path | None) -> bytes | None:
    return _read(file).strip() if file else None


def _read(file: Path) -> bytes:
    """What only some may read."""
    try:
        if file.stat().st_mode & stat.S_IROTH:
            raise KeysExposed("Everybody on this machine can read a key.", file=str(file))
        return file.read_bytes()
    except FileNotFoundError as missing:
        raise NotSetUp("The seal of documents is missing.", file=str(missing.filename)) from None


def _field(look: Look | None) -> fields.SigFieldSpec:
    if look is None:
        return fields.SigFieldSpec(FIELD)
    place = look.place
    left, bottom = round(place.x), round(PAGE_HEIGHT - place.y - SIDE)
    box = (left, bottom, left + round(SIDE), bottom + round(SIDE))
    return fields.SigFieldSpec(FIELD, on_page=place.page - 1, box=box)


class _Face(PdfContent):
    """A page of another PDF, held in memory."""

    def __init__(self, page: bytes) -> None:
        super().__init__(box=BoxConstraints(width=SIDE, height=SIDE))
        self._page = page

    def render(self) -> bytes:
        writer = self._ensure_writer
        form = writer.import_page_as_xobject(PdfFileReader(BytesIO(self._page)))
        self.resources.xobject["/Face"] = form
        return b"/Face Do"


class _Signer(signers.SimpleSigner):
    """One whose attributes are made of bytes, see `_Written`."""

    def _signed_attr_providers(self, *told: Any, **named: Any) -> Iterator[CMSAttributeProvider]:
        return map(_Written, super()._signed_attr_providers(*told, **named))


class _Written(CMSAttributeProvider):
    """An attribute's value, written once and read back.

    asn1crypto writes anew whatever was put together by hand, twice at each of its levels, every
    time it is asked for it; what it read from bytes it hands out as it came. The bytes are the
    same, and a seal takes half the time.
    """

    def __init__(self, given: CMSAttributeProvider) -> None:
        self._given = given
        self.attribute_type = given.attribute_type

    async def build_attr_value(self, dry_run: bool = False) -> Any:  # noqa: FBT001, FBT002 -- pyHanko's
        value = await self._given.build_attr_value(dry_run=dry_run)
        return type(value).load(value.dump()) if isinstance(value, core.Sequence) else value


class _PdfSigner(signers.PdfSigner):
    """One that is told the time instead of asking the machine."""

    def __init__(self, at: datetime, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        self._at = at.replace(microsecond=0)

    def init_signing_session(self, *told: Any, **named: Any) -> PdfSigningSession:
        session = super().init_signing_session(*told, **named)
        session.system_time = self._at
        return session


class _Appending(IncrementalPdfFileWriter):
    """One that leaves title, dates and XMP as drawn: PDF/A wants them to agree, and they do."""

    def _update_meta(self) -> None:
        pass
