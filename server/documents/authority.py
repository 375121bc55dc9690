"""The development authority: a key and two certificates made at set-up, for servers without any.

What it certifies says of itself that it is for development and of no legal effect. A server in
real use is given a certificate of a recognised authority instead (`MINGCHA_SIGNING_P12`).
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID, ObjectIdentifier

SEAL = "seal.p12"
AUTHORITY = "authority.pem"
ORGANISATION = "Mingcha development, of no legal effect 开发用，无法律效力"
AUTHORITY_NAME = "Mingcha development authority 明察开发用证书颁发机构"
SEAL_NAME = "Mingcha development seal 明察开发用文书印章"
CURVE = ec.SECP256R1()
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
LIFE = timedelta(days=3650)
EARLIER = timedelta(days=1)  # so that a clock a little behind does not find it too young

Chance = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Made:
    """The seal's key with both certificates as PKCS#12, and the authority's own as PEM."""

    seal: bytes
    authority: bytes


def ensure(folder: Path, chance: Chance, now: datetime) -> None:
    """Make the authority and its one seal if `folder` is not there; both or nothing."""
    if folder.exists():
        return
    draft = folder.with_name(f".{folder.name}-{chance(4).hex()}")
    draft.mkdir(mode=0o700, parents=True)
    made = make(chance, now)
    _write(draft / SEAL, made.seal)
    _write(draft / AUTHORITY, made.authority)
    try:
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft)
        if not folder.exists():
            raise
        # Another process made them at this very moment: those count.


def make(chance: Chance, now: datetime) -> Made:
    """A new authority, whose key is forgotten at once, and the one certificate it ever issues."""
    authority_key, seal_key = _key(chance), _key(chance)
    authority_name, seal_name = _name(AUTHORITY_NAME), _name(SEAL_NAME)
    authority = certificate_of_itself(authority_name, authority_key, chance, now)
    certificate = (
        _unsigned(seal_name, authority_name, seal_key, chance, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certifies=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    return Made(
        seal=pkcs12.serialize_key_and_certificates(
            None, seal_key, certificate, [authority], serialization.NoEncryption()
        ),
        authority=authority.public_bytes(serialization.Encoding.PEM),
    )


def certificate_of_itself(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, chance: Chance, now: datetime
) -> x509.Certificate:
    """A root certificate."""
    return (
        _unsigned(name, name, key, chance, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certifies=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _unsigned(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    chance: Chance,
    now: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(b"\1" + chance(15), "big"))
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key(chance: Chance) -> ec.EllipticCurvePrivateKey:
    # 48 bytes reduced to the order of the curve: as good as even (FIPS 186-5, A.2.1).
    order = CURVE.group_order
    return ec.derive_private_key(1 + int.from_bytes(chance(48), "big") % (order - 1), CURVE)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies,
        content_commitment=not certifies,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
