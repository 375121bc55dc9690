"""What can go wrong on a tablet, as leaves of the one error tree. Codes only, never a sentence.

DomainError
├── StoreFault           the encrypted store
│   ├── StoreNotEncrypted, StoreTooOld, StoreKeyWrong, StoreTooNew, StoreBusy, StoreClosed
│   └── LocalFault       this tablet's own storage; NoSpace
├── NotAllowed
│   └── PinRefused       WrongPin, PinLocked, PinWrapDropped, PinTooWeak
├── Unavailable
│   └── NetworkFault     between here and the server; all may be tried again
│       └── Offline, TimedOut, CaptivePortal, BadReply, HalfReply, ServerBusy, ServerBroken
├── RefusedByServer      the server understood and said no; `reason` is the server's code
├── StepRefused          the flow says no; carries the refusals
└── …                    OfficerLocked, NotEnrolled, LeaseOver, VisitStopped, CameraFailed,
                         RecorderFailed, MicrophoneNotAllowed, PlayerFailed, PickFailed, FileRefused
"""

from shared.errors import (
    BadInput,
    Conflict,
    DomainError,
    Expired,
    NotAllowed,
    OutOfOrder,
    Unavailable,
    Untrusted,
)
from shared.flow.ask import Refusal


class StoreFault(DomainError):
    code = "store_fault"


class StoreNotEncrypted(StoreFault):
    """The library has no SQLCipher, or one before 4: never a silent fall-back to clear text."""

    code = "store_not_encrypted"


class StoreTooOld(StoreFault):
    """The library encrypts, but its SQLite has no full-text search as the store needs it."""

    code = "store_too_old"


class StoreKeyWrong(StoreFault):
    code = "store_key_wrong"


class StoreTooNew(StoreFault):
    """A newer program has migrated this store."""

    code = "store_too_new"


class StoreBusy(StoreFault):
    code = "store_busy"


class StoreClosed(StoreFault):
    """The tablet was locked meanwhile."""

    code = "store_closed"


class LocalFault(StoreFault):
    """Reading or writing this tablet's own storage failed; nothing may be pushed or deleted."""

    code = "local_fault"


class NoSpace(LocalFault):
    code = "no_space"


class PinRefused(NotAllowed):
    code = "pin_refused"


class WrongPin(PinRefused):
    """Facts: `tries_left` before the wrap is dropped, `wait_s` until the next try."""

    code = "wrong_pin"


class PinLocked(PinRefused):
    """Too many wrong tries. Facts: `wait_s`."""

    code = "pin_locked"


class PinWrapDropped(PinRefused):
    """Ten wrong tries: this PIN opens nothing any more. The data stay."""

    code = "pin_wrap_dropped"


class PinTooWeak(PinRefused):
    code = "pin_too_weak"


class NetworkFault(Unavailable):
    code = "network_fault"


class Offline(NetworkFault):
    code = "offline"


class TimedOut(NetworkFault):
    code = "timed_out"


class CaptivePortal(NetworkFault):
    """Somebody else's page answered: a hotel's Wi-Fi, a proxy."""

    code = "captive_portal"


class BadReply(NetworkFault):
    """An answer that is not what the protocol says."""

    code = "bad_reply"


class HalfReply(NetworkFault):
    """The connection ended in the middle of the body."""

    code = "half_reply"


class ServerBusy(NetworkFault):
    """429 or 503. Facts: `retry_after`, in seconds, or None."""

    code = "server_busy"


class ServerBroken(NetworkFault):
    code = "server_broken"


class RefusedByServer(DomainError):
    """Facts: `status`, `reason` (the server's code), `detail`."""

    code = "refused_by_server"

    @property
    def reason(self) -> str:
        return str(self.facts.get("reason", ""))


class OfficerLocked(NotAllowed):
    """The act needs this officer's own key, and it is not unlocked."""

    code = "officer_locked"


class NotEnrolled(DomainError):
    code = "not_enrolled"


class AlreadyEnrolled(Conflict):
    code = "already_enrolled"


class EnrolmentInsecure(NotAllowed):
    """The code points to a server without TLS."""

    code = "enrolment_insecure"


class LeaseOver(Expired):
    """Past the lease no new visit may begin; open ones are finished and pushed."""

    code = "lease_over"


class TabletRetired(NotAllowed):
    code = "tablet_retired"


class AppTooOld(NotAllowed):
    """The server wants a newer program before a new visit; open ones are finished and pushed."""

    code = "app_too_old"


class VisitStopped(Conflict):
    """The server holds another event under one of this visit's ids; a person must look."""

    code = "visit_stopped"


class JoinRefused(Conflict):
    """A code of another tablet that does not fit this visit."""

    code = "join_refused"


class OwnCode(JoinRefused):
    """The tablet was held before its own screen."""

    code = "own_code"


class OtherVisit(JoinRefused):
    """The code is of a tablet in another visit, or of one that never joined this one."""

    code = "other_visit"


class OtherEnterprise(JoinRefused):
    """The lead is at another enterprise than this task. Facts: `expected`, `seen`."""

    code = "other_enterprise"


class UntrustedReceipt(Untrusted):
    code = "untrusted_receipt"


class ReferenceMissing(DomainError):
    """A reference object this act needs is not on the tablet. Facts: `kind`, `id`."""

    code = "reference_missing"


class CameraFailed(DomainError):
    code = "camera_failed"


class RecorderFailed(DomainError):
    """No microphone, or one that broke down or is in use elsewhere."""

    code = "recorder_failed"


class MicrophoneNotAllowed(RecorderFailed):
    """The person was asked just now, or has refused."""

    code = "microphone_not_allowed"


class PlayerFailed(DomainError):
    code = "player_failed"


class PickFailed(DomainError):
    """No file could be chosen, or the chosen one could not be read."""

    code = "pick_failed"


class FileRefused(BadInput):
    """A file that is no evidence. Facts: `why` (empty, large, kind, broken)."""

    code = "file_refused"


class StepRefused(OutOfOrder):
    """The flow says no. `refusals` say why, the one that stands first in the flow first."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(refusals[0].reason.en, codes=tuple(refusal.code for refusal in refusals))
        self.refusals = refusals
