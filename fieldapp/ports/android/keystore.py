"""The store key's second lock: an AES key that lives in the tablet's own secure hardware.

The key never leaves it: Android gives a handle, and the hardware does the work. In StrongBox (a
chip of its own) where there is one, else in the trusted environment of the processor. A key that
turns out to lie in software only is used all the same, and `protection` says NONE.
"""

from functools import cached_property
from typing import Any

from fieldapp.errors import StoreKeyWrong
from fieldapp.ports.android import java
from fieldapp.ports.keystore import Protection

ALIAS = "mingcha.store"
STRONGBOX_SINCE = 28  # Android 9
LEVEL_SINCE = 31  # Android 12
_STORE = "AndroidKeyStore"
_CIPHER = "AES/GCM/NoPadding"
_TAG_BITS = 128
_PURPOSE = b"mingcha store key 1"


class AndroidKeyStore:
    """What `wrap` gives: one byte with the nonce's length, the nonce, the sealed secret."""

    @cached_property
    def protection(self) -> Protection:
        return Protection.HARDWARE if _in_hardware(self._key()) else Protection.NONE

    def wrap(self, secret: bytes) -> bytes:
        """The hardware draws the nonce itself and refuses one from outside."""
        cipher = java.of("javax.crypto.Cipher").getInstance(_CIPHER)
        cipher.init(cipher.ENCRYPT_MODE, self._key())
        cipher.updateAAD(_PURPOSE)
        sealed, nonce = java.octets(cipher.doFinal(secret)), java.octets(cipher.getIV())
        return bytes([len(nonce)]) + nonce + sealed

    def unwrap(self, wrapped: bytes) -> bytes:
        nonce, sealed = wrapped[1 : 1 + wrapped[0]], wrapped[1 + wrapped[0] :]
        try:
            cipher = java.of("javax.crypto.Cipher").getInstance(_CIPHER)
            parameters = java.seen_as(
                "java.security.spec.AlgorithmParameterSpec",
                java.of("javax.crypto.spec.GCMParameterSpec")(_TAG_BITS, nonce),
            )
            cipher.init(cipher.DECRYPT_MODE, self._held(), parameters)
            cipher.updateAAD(_PURPOSE)
            return java.octets(cipher.doFinal(sealed))
        except java.fault() as error:
            raise StoreKeyWrong("The hardware cannot open this.") from error

    def forget(self) -> None:
        store = _store()
        if store.containsAlias(ALIAS):
            store.deleteEntry(ALIAS)
        self.__dict__.pop("protection", None)

    def _key(self) -> Any:
        """The handle of the key, which is made at the first question."""
        return java.seen_as("java.security.Key", self._found() or _made())

    def _held(self) -> Any:
        found = self._found()
        if found is None:
            raise StoreKeyWrong("The hardware key is gone.")
        return java.seen_as("java.security.Key", found)

    def _found(self) -> Any:
        return _store().getKey(ALIAS, None)


def _store() -> Any:
    store = java.of("java.security.KeyStore").getInstance(_STORE)
    store.load(None)
    return store


def _made() -> Any:
    if java.api_level() >= STRONGBOX_SINCE:
        try:
            return _generated(strongbox=True)
        except java.fault():
            pass  # the tablet has no such chip: StrongBoxUnavailableException
    return _generated(strongbox=False)


def _generated(*, strongbox: bool) -> Any:
    names = java.of("android.security.keystore.KeyProperties")
    builder = java.of("android.security.keystore.KeyGenParameterSpec$Builder")
    wanted = builder(ALIAS, names.PURPOSE_ENCRYPT | names.PURPOSE_DECRYPT)
    wanted.setBlockModes([names.BLOCK_MODE_GCM])
    wanted.setEncryptionPaddings([names.ENCRYPTION_PADDING_NONE])
    wanted.setKeySize(256)
    if strongbox:
        wanted.setIsStrongBoxBacked(True)
    generator = java.of("javax.crypto.KeyGenerator").getInstance(names.KEY_ALGORITHM_AES, _STORE)
    generator.init(wanted.build())
    return generator.generateKey()


def _in_hardware(key: Any) -> bool:
    kind = java.of("java.lang.Class").forName("android.security.keystore.KeyInfo")
    factory = java.of("javax.crypto.SecretKeyFactory").getInstance(key.getAlgorithm(), _STORE)
    secret = java.seen_as("javax.crypto.SecretKey", key)
    info = java.seen_as("android.security.keystore.KeyInfo", factory.getKeySpec(secret, kind))
    if java.api_level() < LEVEL_SINCE:
        return bool(info.isInsideSecureHardware())
    names = java.of("android.security.keystore.KeyProperties")
    return info.getSecurityLevel() in (
        names.SECURITY_LEVEL_TRUSTED_ENVIRONMENT,
        names.SECURITY_LEVEL_STRONGBOX,
    )
