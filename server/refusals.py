"""What only the server refuses, beside the tree of shared/errors.py. Knows no HTTP status."""

from collections.abc import Mapping

from shared.errors import BadInput, Conflict, DomainError, Expired, NotAllowed


class WithMembers(DomainError):
    """A refusal that tells more: `members` stand beside `code` in the problem (RFC 9457 §3.2)."""

    def __init__(
        self, message: str = "", /, *, members: Mapping[str, object], **facts: object
    ) -> None:
        super().__init__(message, **facts)
        self.members = dict(members)


class NotSignedIn(DomainError):
    """Nobody, or somebody whose session or token does not hold."""

    code = "not_signed_in"


class WrongCredentials(NotSignedIn):
    """The same for an unknown name, a wrong password and a wrong second factor."""

    code = "wrong_credentials"


class SecondFactorNeeded(NotAllowed):
    """This needs a fresh time code of the person's own."""

    code = "second_factor_needed"


class UnmarkedView(NotAllowed):
    """A view nobody said the roles of: refused to everybody."""

    code = "unmarked_view"


class TooLarge(BadInput):
    """More bytes than are taken, also after unpacking."""

    code = "too_large"


class WrongMediaType(BadInput):
    """A body of another type than the one that is read here."""

    code = "wrong_media_type"


class PlanBlocked(Conflict):
    """A rule forbids what the plan asks; the findings say which."""

    code = "plan_blocked"


class NotForBatch(Conflict):
    """A plan with a finding that wants a reason is never approved together with others."""

    code = "not_for_batch"


class FormInForce(Conflict):
    """A checklist's version whose day has come is followed by another, not withdrawn."""

    code = "form_in_force"


class FormPlanned(Conflict):
    """Tasks were filed that go by this version of a checklist."""

    code = "form_planned"


class NothingChanged(Conflict):
    """An amendment that changes nothing is none."""

    code = "nothing_changed"


class VisitBegun(Conflict):
    """What was visited, or is being visited, cannot be amended away."""

    code = "visit_begun"


class DrawnByLot(Conflict):
    """Nobody chooses an enterprise for a plan whose enterprises lot decides."""

    code = "drawn_by_lot"


class AmendedAlready(Conflict):
    """One amendment at a time: another is on its way."""

    code = "amended_already"


class NotForThePublic(Conflict):
    """A plan that would tell an enterprise, before the visit, that somebody comes."""

    code = "not_for_the_public"


class TooManyVisits(BadInput):
    """A year of more visits than one request looks at."""

    code = "too_many_visits"


class ReportTooLong(BadInput):
    """A period with more inspections than one compliance report holds."""

    code = "report_too_long"


class UnreadResults(Conflict):
    """Results of the period that the enterprise has not opened: it is to read them first."""

    code = "unread_results"


class NoIssuer(Conflict):
    """No supervision body that could issue a compliance report for this enterprise's region."""

    code = "no_issuer"


class ExplanationMissing(Conflict):
    """A finding wants a reason before the plan can be approved."""

    code = "explanation_missing"


class OwnPlan(NotAllowed):
    """Who planned it does not approve it (R24)."""

    code = "own_plan"


class NotSetUp(DomainError):
    """The secrets or the tables are not there yet: `mingcha migrate` makes them."""

    code = "not_set_up"


class ForeignKeys(NotSetUp):
    """The keys of the secrets folder are not those this database was made with."""

    code = "foreign_keys"


class KeysExposed(NotSetUp):
    """A key that others on this machine can read."""

    code = "keys_exposed"


class ForeignDatabase(NotSetUp):
    """Not the database this server served before: restored, or another one."""

    code = "foreign_database"


class WrongCode(NotSignedIn):
    """Not the six digits that were sent; `tries_left` in the facts."""

    code = "wrong_code"


class CodeExpired(Expired):
    """No code that could still be tried: a new one must be asked for."""

    code = "code_expired"


class OfficersNumber(Conflict):
    """A number an officer was registered with: it never speaks for an enterprise."""

    code = "officers_number"


class OwnCase(NotAllowed):
    """Who was at the visit does not decide what is objected to it."""

    code = "own_case"


class ChecksumWrong(DomainError):
    """Bytes that did not arrive as they were sent (tus: 460)."""

    code = "checksum_wrong"


class OtherTusVersion(DomainError):
    """An upload by another version of tus than is spoken here."""

    code = "tus_version"


class BackupUnfit(Conflict):
    """A backup that is not whole, not ours, or has no empty place to be put back to."""

    code = "backup_unfit"
