"""Writing what an enrolment granted: a new store, the old one renewed, one more officer.

The key file is always written last: what is not in it is not opened, so nothing half-made is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fieldapp.ports.bundle import Ports
from fieldapp.store import files, keyfile, pins
from fieldapp.store.holdings import Holdings
from fieldapp.store.identity import Identity
from fieldapp.store.keyfile import KeyFile, Wrap
from fieldapp.store.migrating import migrate
from fieldapp.store.opening import Transaction, create_store
from fieldapp.sync.enrolling import Attempt, Enrolled
from fieldapp.sync.terms import keep_terms
from shared.crypto import PinParams, SigningKey
from shared.mask import mask_person

NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An enrolment as the server granted it, with the keys it was granted to."""

    attempt: Attempt
    enrolled: Enrolled
    tablet_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapper:
    """Wraps the store key of one folder for its officers."""

    folder: Path
    ports: Ports
    params: PinParams
    store_key: bytes = field(repr=False)

    def wrap(self, officer_id: str, label: str, pin: str) -> tuple[Wrap, bytes]:
        """A wrap that is not saved yet, and its PIN key. Raises `PinTooWeak`."""
        return pins.wrap_store_key(
            self.store_key,
            officer_id=officer_id,
            label=label,
            pin=pin,
            params=self.params,
            randomness=self.ports.randomness,
            keystore=self.ports.keystore,
        )

    def save(self, wrap: Wrap) -> None:
        """Add a wrap to the folder's key file, in the place of the same officer's earlier one."""
        keyfile.save(self.folder, keyfile.load(self.folder).with_wrap(wrap))


def found(grant: Grant, wrapper: Wrapper, *, pin: str) -> None:
    """Write the store and keys of a new tablet. Raises `LocalFault`, `NoSpace`."""
    folder = wrapper.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for leftover in files.store_files(folder):
        leftover.unlink(missing_ok=True)
    store = create_store(folder / files.STORE, wrapper.store_key)
    try:
        migrate(store)
        held = Holdings.of(store, wrapper.ports.clock)
        wrap = _write(held, grant, wrapper, pin=pin)
    finally:
        store.close()
    keyfile.save(folder, _recovery(grant).with_wrap(wrap))


def renew(held: Holdings, grant: Grant, wrapper: Wrapper, *, pin: str) -> None:
    """Take the identity a restored server gave, and offer it everything this tablet holds."""
    wrap = _write(held, grant, wrapper, pin=pin)
    with held.store.transaction() as tx:
        held.reference.start_over(tx)
        held.outbox.offer_all_again(tx)
        held.evidence.offer_all_again(tx)
    wraps = keyfile.load(wrapper.folder).wraps
    keyfile.save(wrapper.folder, replace(_recovery(grant), wraps=wraps).with_wrap(wrap))


def add_officer(
    held: Holdings, key: SigningKey, signed: Mapping[str, Any], wrapper: Wrapper, *, pin: str
) -> None:
    """Write one more officer with a wrap of his own; the same officer's earlier key goes."""
    wrap, pin_key = _wrap_for(signed, wrapper, pin)
    with held.store.transaction() as tx:
        _add(tx, held, signed, key, pin_key, wrapper)
    wrapper.save(wrap)


def label_of(name: str, certificate_no: str) -> str:
    """`张**（尾号 0021）`: enough to choose oneself by, too little to tell a stranger."""
    return f"{mask_person(name)}（尾号 {certificate_no[-4:]}）"


def _recovery(grant: Grant) -> KeyFile:
    keys = grant.enrolled.key_set
    return KeyFile(recovery_key=keys.recovery, recovery=grant.enrolled.sealed_store_key)


def _write(held: Holdings, grant: Grant, wrapper: Wrapper, *, pin: str) -> Wrap:
    enrolled = grant.enrolled
    signed = enrolled.officer_certificate
    wrap, pin_key = _wrap_for(signed, wrapper, pin)
    identity = Identity(
        device_id=enrolled.device.device_id,
        tablet_name=grant.tablet_name,
        agency_id=enrolled.device.agency_id,
        server=grant.attempt.enrolment.server.rstrip("/"),
        certificate=enrolled.device_certificate,
        key=grant.attempt.device_key,
    )
    with held.store.transaction() as tx:
        held.identities.put(tx, identity)
        held.identities.trust(tx, enrolled.key_set)
        held.identities.set_epoch(tx, enrolled.epoch)
        keep_terms(tx, held, enrolled.body)
        _add(tx, held, signed, grant.attempt.officer_key, pin_key, wrapper)
    return wrap


def _wrap_for(signed: Mapping[str, Any], wrapper: Wrapper, pin: str) -> tuple[Wrap, bytes]:
    label = label_of(signed["name"], signed["certificate_no"])
    return wrapper.wrap(signed["officer_id"], label, pin)


def _add(
    tx: Transaction,
    held: Holdings,
    signed: Mapping[str, Any],
    key: SigningKey,
    pin_key: bytes,
    wrapper: Wrapper,
) -> None:
    nonce = wrapper.ports.randomness.take(NONCE_BYTES)
    held.officers.add(tx, signed, key, pin_key=pin_key, nonce=nonce)
