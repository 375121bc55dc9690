"""The tablet as a whole: new, locked or open. It composes store, flow and sync; it decides nothing.

`Tablet` is about the folder and its keys; `Session` (session.py) is one open store.
"""

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from fieldapp import founding
from fieldapp.errors import AlreadyEnrolled, NoSpace, NotEnrolled
from fieldapp.founding import Grant, Wrapper
from fieldapp.ports.bundle import Ports
from fieldapp.session import Session
from fieldapp.store import files, keyfile, pins
from fieldapp.store.migrating import migrate
from fieldapp.store.opening import open_store
from fieldapp.store.wiping import wipe
from fieldapp.sync import enrolling
from fieldapp.sync.enrolling import Attempt
from shared.crypto import PinParams
from shared.errors import SealBroken

LEAST_FREE_BYTES = 64 * 1024 * 1024


class Condition(Enum):
    NEW = "new"
    LOCKED = "locked"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedOfficer:
    """Somebody who may unlock: a masked label, since the lock screen is for everybody to see."""

    officer_id: str
    label: str
    failures: int
    wait_s: int
    dropped: bool


class Tablet:
    """`params` is the cost of a PIN guess; only tests use less than the default."""

    def __init__(self, folder: Path, ports: Ports, *, params: PinParams | None = None) -> None:
        self._folder = folder
        self._ports = ports
        self._params = params or PinParams()
        self._session: Session | None = None
        self._attempt: Attempt | None = None

    def condition(self) -> Condition:
        if self._session is not None:
            return Condition.OPEN
        return Condition.LOCKED if keyfile.exists(self._folder) else Condition.NEW

    def session(self) -> Session | None:
        return self._session

    def officers_to_unlock(self) -> tuple[LockedOfficer, ...]:
        """Who has a PIN here. Raises `NotEnrolled`."""
        now = self._ports.clock.read()
        return tuple(
            LockedOfficer(
                officer_id=wrap.officer_id,
                label=wrap.label,
                failures=wrap.failures,
                wait_s=pins.wait_seconds(wrap, now),
                dropped=wrap.dropped,
            )
            for wrap in keyfile.load(self._folder).wraps
        )

    def enrol(self, code_text: str, *, pin: str, tablet_name: str) -> Session:
        """Make this a tablet of the code's server, with its first officer unlocked.

        Safe to repeat with the same code when the answer was lost.

        Raises:
            AlreadyEnrolled, PinTooWeak, NoSpace: Before anything is sent.
            BadInput, EnrolmentInsecure: Not a code, or not one to follow.
            NetworkFault, RefusedByServer, Untrusted: See `fieldapp.sync.enrolling`.
        """
        if self.condition() is not Condition.NEW:
            raise AlreadyEnrolled("This tablet belongs to a server already.")
        pins.refuse_weak(pin)
        if self._ports.device.free_bytes() < LEAST_FREE_BYTES:
            raise NoSpace("Too little free storage.", least=LEAST_FREE_BYTES)
        attempt = self._attempt_of(code_text)
        enrolled = enrolling.enrol_tablet(
            self._ports.transport,
            attempt,
            tablet_name=tablet_name,
            model=self._ports.device.model(),
            now=self._ports.clock.read().wall,
        )
        grant = Grant(attempt=attempt, enrolled=enrolled, tablet_name=tablet_name)
        founding.found(grant, self._wrapper(attempt.store_key), pin=pin)
        self._attempt = None
        return self.unlock(enrolled.officer.officer_id, pin)

    def unlock(self, officer_id: str, pin: str) -> Session:
        """Open the store, if it is not open, and this officer's own key.

        Costs a KDF of some tenths of a second: not for the thread that draws.
        Raises `WrongPin`, `PinLocked`, `PinWrapDropped`, `StoreNotEncrypted`, `StoreTooNew`.
        """
        opened = pins.try_pin(
            self._folder,
            officer_id,
            pin,
            now=self._ports.clock.read(),
            keystore=self._ports.keystore,
        )
        session = self._session or self._open(opened.store_key)
        # After a recovery the officer's own key is lost until the next enrolment.
        with suppress(SealBroken, NotEnrolled):
            session.desk.keys.put(
                officer_id, session.desk.held.officers.open_key(officer_id, opened.pin_key)
            )
        return session

    def recover(self, store_key: bytes, *, officer_id: str, label: str, pin: str) -> Session:
        """Open with the key from the platform's sealed copy, and give an officer a new PIN.

        The officer's own signing key is not recovered: enrol the officer again.
        Raises `StoreKeyWrong`, `PinTooWeak`.
        """
        wrapper = self._wrapper(store_key)
        wrap, _ = wrapper.wrap(officer_id, label, pin)
        session = self._session or self._open(store_key)
        wrapper.save(wrap)
        return session

    def lock(self) -> None:
        """Close the store and forget every key."""
        session, self._session = self._session, None  # so that nobody takes up a closed one
        if session is not None:
            session.close()

    def _open(self, store_key: bytes) -> Session:
        store = open_store(self._folder / files.STORE, store_key)
        try:
            migrate(store)
        except BaseException:
            store.close()
            raise
        self._session = Session(
            store,
            self._ports,
            wrapper=self._wrapper(store_key),
            unlock=self.unlock,
            destroy=self._destroy,
        )
        return self._session

    def _destroy(self) -> None:
        self.lock()
        wipe(self._folder, self._ports.keystore)

    def _wrapper(self, store_key: bytes) -> Wrapper:
        return Wrapper(
            folder=self._folder, ports=self._ports, params=self._params, store_key=store_key
        )

    def _attempt_of(self, code_text: str) -> Attempt:
        """The attempt for this code: the one begun before, when its answer was lost."""
        enrolment = enrolling.read_code(code_text)
        if self._attempt is None or self._attempt.enrolment != enrolment:
            self._attempt = enrolling.new_attempt(enrolment, self._ports.randomness)
        return self._attempt
