"""A document sealed by a key inside a hardware module: SoftHSM, which is one without hardware."""

import os
import subprocess
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pkcs11
import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from server.config import Settings
from server.documents import hardware, sealing
from server.documents.kinds import DocumentKind
from server.refusals import KeysExposed, NotSetUp
from tests.server.documents.drawings import drawn

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
TOKEN, PIN, OWNER = "seals of the county", "246810", "某区市场监督管理局"
EC, RSA = "历下市监", "old seal"
PEM, DER, PKCS8 = Encoding.PEM, Encoding.DER, PrivateFormat.PKCS8
USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
USAGE = x509.KeyUsage(
    **{**dict.fromkeys(USES, False), "digital_signature": True, "content_commitment": True}
)
DRAWN = drawn(DocumentKind.RESULT).pdf


@dataclass(frozen=True)
class Module:
    """A token with two keys and their certificates, and settings that name one."""

    settings: Settings
    certificates: dict[str, asn1.Certificate]
    library: Path

    def uri(self, *, token: str = TOKEN, label: str = EC) -> str:
        named = f"token={quote(token)};object={quote(label)}"
        return f"pkcs11:{named}?module-path={self.library}"


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Module:
    library = next(Path("/usr/lib").glob("**/softhsm/libsofthsm2.so"), Path())
    if not library.name:
        missing = "softhsm2 is missing: run make setup-test"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    folder = tmp_path_factory.mktemp("token")
    (folder / "conf").write_text(f"directories.tokendir = {folder}\n")
    # The library reads it when it is first loaded, which happens here alone, and keeps it.
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    certificates = furnish(library, folder)
    pin = folder / "pin"
    pin.write_text(f"{PIN}\n")
    pin.chmod(0o600)
    settings = Settings.from_env(
        {"MINGCHA_DATA_DIR": str(folder), "MINGCHA_SIGNING_PASSPHRASE_FILE": str(pin)}
    )
    made = Module(settings=settings, certificates=certificates, library=library)
    return replace(made, settings=replace(settings, signing_pkcs11=made.uri()))


def furnish(library: Path, folder: Path) -> dict[str, asn1.Certificate]:
    util("--init-token", "--free", "--label", TOKEN, "--so-pin", "13579", "--pin", PIN)
    keys: dict[str, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey] = {
        EC: ec.generate_private_key(ec.SECP256R1()),
        RSA: rsa.generate_private_key(65537, 2048),
    }
    found = {}
    for number, (label, key) in enumerate(keys.items(), 1):
        file = folder / "key.pem"
        file.write_bytes(key.private_bytes(PEM, PKCS8, NoEncryption()))
        id_ = f"{number:02d}"
        util("--import", file, "--token", TOKEN, "--label", label, "--id", id_, "--pin", PIN)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{OWNER} {label}")])
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=1))
            .not_valid_after(NOW + timedelta(days=1))
            .add_extension(USAGE, critical=True)
            .sign(key, SHA256())
        )
        found[label] = kept(library, label, made)
    return found


def util(*told: str | Path) -> None:
    subprocess.run(["softhsm2-util", *told], check=True, capture_output=True)


def kept(library: Path, label: str, made: x509.Certificate) -> asn1.Certificate:
    """Put beside its key, as whoever set up a module does."""
    der = made.public_bytes(DER)
    token = pkcs11.lib(str(library)).get_token(token_label=TOKEN)
    with token.open(rw=True, user_pin=PIN) as session:
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.LABEL: label,
                pkcs11.Attribute.SUBJECT: made.subject.public_bytes(),
                pkcs11.Attribute.VALUE: der,
            }
        )
    return asn1.Certificate.load(der)


@pytest.mark.parametrize("label", [EC, RSA])
def test_a_key_in_a_module_seals_as_one_in_a_file_does(module: Module, label: str) -> None:
    here = replace(module.settings, signing_pkcs11=module.uri(label=label))
    sealer, own = sealing.sealer_of(here), module.certificates[label]
    found = sealing.check(sealer.seal(DRAWN, at=NOW, look=None), [own])

    assert found is not None
    assert (found.signer, found.is_whole, found.is_trusted) == (f"{OWNER} {label}", True, True)
    assert not sealer.is_development
    assert own.dump() in [one.dump() for one in sealer.roots]


def test_threads_take_turns_at_one_session(module: Module) -> None:
    sealer, sealed = sealing.sealer_of(module.settings), []

    def seal() -> None:
        sealed.append(sealer.seal(DRAWN, at=NOW, look=None))

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = [sealing.check(each, [module.certificates[EC]]) for each in sealed]
    assert [one.is_whole for one in found if one] == [True] * 4


def test_a_module_that_forgot_the_session_is_opened_again(module: Module) -> None:
    signer = hardware.signer(module.uri(), PIN.encode())
    signer.pkcs11_session.close()
    found = sealing.check(sealing.Sealer(signer).seal(DRAWN, at=NOW, look=None), [])

    assert found is not None
    assert found.is_whole


def test_what_cannot_be_reached_is_a_clear_refusal(module: Module) -> None:
    for uri, pin in (
        (module.uri(token="another"), PIN.encode()),
        (module.uri(label="another"), PIN.encode()),
        (module.uri().replace("libsofthsm2", "nothing"), PIN.encode()),
        (f"{module.uri()}&pin-value={PIN}", None),
        ("pkcs11:token=x?module-path=/x.so", None),
        ("file:///x", None),
    ):
        with pytest.raises(NotSetUp):
            hardware.signer(uri, pin)


def test_a_pin_everybody_can_read_is_refused(module: Module, tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.write_text(PIN)
    pin.chmod(0o644)
    with pytest.raises(KeysExposed):
        sealing.sealer_of(replace(module.settings, signing_passphrase_file=pin))
