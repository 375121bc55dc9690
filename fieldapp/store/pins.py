"""PINs: what may be one, how long to wait after wrong ones, and opening a wrap with one.

A guess is counted on disk before it is tried, so that pulling the battery gives nobody a free
one. Ten wrong PINs drop that officer's wrap, never the data (protocol §1).
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from fieldapp.errors import PinLocked, PinRefused, PinTooWeak, PinWrapDropped, WrongPin
from fieldapp.ports.clock import Reading
from fieldapp.ports.keystore import KeyStore
from fieldapp.ports.randomness import Randomness
from fieldapp.store import keyfile
from fieldapp.store.keyfile import KeyFile, Wrap
from shared import crypto
from shared.errors import SealBroken

MIN_DIGITS = 6
MAX_FAILURES = 10
SALT_BYTES = 16
NONCE_BYTES = 12
WAIT_S = {5: 30, 6: 60, 7: 300, 8: 900, 9: 3600}
"""Seconds to wait after so many wrong tries; fewer cost nothing but the KDF."""

_NO_SALT = bytes(SALT_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a right PIN gives: the store key, and the key that opens the officer's own things."""

    store_key: bytes
    pin_key: bytes


def refuse_weak(pin: str) -> None:
    """Raise `PinTooWeak` unless it has six digits or more and is no run or repetition."""
    if not (pin.isascii() and pin.isdecimal()) or len(pin) < MIN_DIGITS:
        raise PinTooWeak("A PIN has at least six digits.", min_digits=MIN_DIGITS)
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise PinTooWeak("A run or repetition is no PIN.")


def wrap_store_key(
    store_key: bytes,
    *,
    officer_id: str,
    label: str,
    pin: str,
    params: crypto.PinParams,
    randomness: Randomness,
    keystore: KeyStore,
) -> tuple[Wrap, bytes]:
    """A new wrap and its PIN key. Raises `PinTooWeak`. Costs one KDF."""
    refuse_weak(pin)
    salt, nonce = randomness.take(SALT_BYTES), randomness.take(NONCE_BYTES)
    pin_key = crypto.derive_pin_key(pin, salt, params)
    sealed = crypto.seal(pin_key, nonce, store_key, _purpose(officer_id))
    wrap = Wrap(
        officer_id=officer_id,
        label=label,
        salt=salt,
        nonce=nonce,
        sealed=keystore.wrap(sealed),
        params=params,
    )
    return wrap, pin_key


def wait_seconds(wrap: Wrap, now: Reading) -> int:
    """How long until the next try. After a restart the whole wait counts from the boot."""
    wait_ms = WAIT_S.get(wrap.failures, 0) * 1000
    since = wrap.failed_at_ms if wrap.failed_boot == now.boot_id else 0
    return max(0, -(-(since + wait_ms - now.elapsed_ms) // 1000)) if wait_ms else 0


def try_pin(folder: Path, officer_id: str, pin: str, *, now: Reading, keystore: KeyStore) -> Opened:
    """Open an officer's wrap.

    Raises `WrongPin` (also for an officer this tablet does not have, after the same work),
    `PinLocked` before the wait is over, `PinWrapDropped`.
    """
    keys = keyfile.load(folder)
    wrap = keys.wrap_of(officer_id)
    if wrap is None:
        crypto.derive_pin_key(pin, _NO_SALT, crypto.PinParams())
        raise WrongPin("No such officer, or another PIN.")
    if wrap.dropped:
        raise PinWrapDropped("This PIN has been dropped.", officer=officer_id)
    wait = wait_seconds(wrap, now)
    if wait:
        raise PinLocked("Too many wrong PINs.", wait_s=wait)
    return _guess(folder, keys, wrap, pin, now=now, keystore=keystore)


def _guess(
    folder: Path, keys: KeyFile, wrap: Wrap, pin: str, *, now: Reading, keystore: KeyStore
) -> Opened:
    counted = replace(
        wrap, failures=wrap.failures + 1, failed_at_ms=now.elapsed_ms, failed_boot=now.boot_id
    )
    keyfile.save(folder, keys.with_wrap(counted))
    pin_key = crypto.derive_pin_key(pin, wrap.salt, wrap.params)
    sealed = keystore.unwrap(wrap.sealed)
    try:
        store_key = crypto.open_(pin_key, wrap.nonce, sealed, _purpose(wrap.officer_id))
    except SealBroken:
        raise _refusal(folder, keys, counted, now) from None
    keyfile.save(folder, keys.with_wrap(replace(wrap, failures=0, failed_at_ms=0, failed_boot="")))
    return Opened(store_key=store_key, pin_key=pin_key)


def _refusal(folder: Path, keys: KeyFile, counted: Wrap, now: Reading) -> PinRefused:
    if counted.failures >= MAX_FAILURES:
        keyfile.save(folder, keys.with_wrap(replace(counted, sealed=b"", salt=b"", nonce=b"")))
        return PinWrapDropped("Ten wrong PINs.", officer=counted.officer_id)
    return WrongPin(
        "Not this PIN.",
        tries_left=MAX_FAILURES - counted.failures,
        wait_s=wait_seconds(counted, now),
    )


def _purpose(officer_id: str) -> bytes:
    return b"mingcha store key of " + officer_id.encode()
