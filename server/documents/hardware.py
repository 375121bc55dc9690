"""A seal's key inside a hardware module (PKCS#11), where it is used and never seen.

Named as RFC 7512 writes it: `pkcs11:token=seals;object=agency?module-path=/usr/lib/….so`. The key
and its certificate bear the name of `object`; the token's other certificates are the chain. The
PIN is never in the address, which is shown and logged: it comes from a file.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import pkcs11
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

from server.refusals import NotSetUp

SCHEME = "pkcs11"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyName:
    """Which key of which token, reached through which library."""

    module: str
    token: str
    label: str


def named(uri: str) -> KeyName:
    """What an address names; `NotSetUp` if it is none, or has the PIN in it."""
    parts = urlsplit(uri)
    path = _attributes(parts.path)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if "pin-value" in query or "pin-value" in path:
        raise NotSetUp("The PIN of a hardware module belongs into a file.")
    try:
        if parts.scheme != SCHEME:
            raise NotSetUp("Not an address of a key in a hardware module.", scheme=parts.scheme)
        return KeyName(module=query["module-path"], token=path["token"], label=path["object"])
    except KeyError as lacking:
        raise NotSetUp("The address of a key lacks a part.", part=str(lacking.args[0])) from None


def _attributes(path: str) -> Mapping[str, str]:
    """`token=a;object=b` as RFC 7512 has it, each value percent-encoded."""
    pairs = (part.partition("=") for part in path.split(";"))
    return {name: unquote(value) for name, _, value in pairs}


class HardwareSigner(PKCS11Signer):
    """One key of one token. Threads take turns, for a session does one thing at a time.

    A module that was restarted, or a network one that went away, has forgotten the session: it is
    opened again once for each signature.
    """

    def __init__(self, key: KeyName, pin: str | None) -> None:
        self._key, self._pin = key, pin
        self._turn = threading.Lock()
        super().__init__(_session(key, pin), cert_label=key.label, other_certs_to_pull=None)
        try:
            self._load_objects()
        except pkcs11.PKCS11Error:
            raise NotSetUp("The hardware module has no such key.", label=key.label) from None
        # Every module signs a digest by an elliptic curve; few of them hash for it.
        self.use_raw_mechanism = self.signing_cert.public_key.algorithm == "ec"

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 -- pyHanko's
    ) -> bytes:
        """The bare signature, made inside the module."""
        with self._turn:
            try:
                return await super().async_sign_raw(data, digest_algorithm, dry_run)
            except pkcs11.PKCS11Error:
                self.pkcs11_session = _session(self._key, self._pin)
                self._key_handle = self._pull_signing_key_handle()
                return await super().async_sign_raw(data, digest_algorithm, dry_run)


def signer(uri: str, pin: bytes | None) -> HardwareSigner:
    """The key an address names, ready to sign; `NotSetUp` if it cannot be reached."""
    return HardwareSigner(named(uri), pin.decode() if pin else None)


def _session(key: KeyName, pin: str | None) -> pkcs11.Session:
    which = TokenCriteria(label=key.token)
    try:
        try:
            return open_pkcs11_session(key.module, token_criteria=which, user_pin=pin)
        except pkcs11.UserAlreadyLoggedIn:  # a process is logged in once, with all its sessions
            return open_pkcs11_session(key.module, token_criteria=which)
    except (pkcs11.PKCS11Error, OSError, RuntimeError) as refused:
        why = type(refused).__name__
        raise NotSetUp("The hardware module cannot be opened.", token=key.token, why=why) from None
