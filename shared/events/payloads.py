"""What each kind of event carries: one schema a kind. Unknown fields are refused, never dropped.

A schema only says what can be read; whether the act was lawful is for `shared.flow`.
Source: protocol §2. Lengths are in characters, sizes in bytes, distances in metres.
"""

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from shared.events.fields import Number, Truth, of_our_age
from shared.events.kinds import EventKind

HEX64 = validate.Regexp(r"\A[0-9a-f]{64}\Z", error="Not a SHA-256 in lower-case hex.")
NAMED = validate.Length(min=1, max=64)
"""What names a thing: no id of anything is longer."""
VERSION = validate.Range(min=1, max=2**31 - 1)
SHORT = validate.Length(min=1, max=200)
LONG = validate.Length(min=1, max=4000)

CONCLUSIONS = ("no_problem", "guidance", "fixed_on_spot", "rectify", "transfer", "unable")
SEVERITIES = ("guidance", "rectify", "transfer")
UNABLE_REASONS = ("closed", "moved", "not_found", "refused_entry", "aborted")
LATE_REASONS = ("emergency", "evidence_risk", "no_network", "system_fault")
SCAN_METHODS = ("enterprise_code", "licence", "place_code", "manual")
LEFT_METHODS = ("fix", "enterprise_code", "licence")
SERVICE = ("signed", "refused", "absent")


class Strict(Schema):
    WHOLE: ClassVar[tuple[str, ...]] = ()
    """What looks at the whole besides the fields, by name: shared/quick_reading.py calls it too."""

    class Meta:
        unknown = RAISE


class ReferenceVersion(Strict):
    kind = fields.String(required=True, validate=NAMED)
    id = fields.String(required=True, validate=NAMED)
    version = fields.Integer(required=True, strict=True, validate=VERSION)


class Preflight(Strict):
    """State of the tablet before the visit (R46)."""

    battery_percent = fields.Integer(required=True, allow_none=True, strict=True)
    free_bytes = fields.Integer(required=True, allow_none=True, strict=True)
    clock_offset_ms = fields.Integer(required=True, allow_none=True, strict=True)
    has_fix = Truth(required=True)
    certificate_checked_hours = fields.Integer(required=True, allow_none=True, strict=True)


class VisitOpened(Strict):
    preflight = fields.Nested(Preflight, required=True)
    references = fields.List(
        fields.Nested(ReferenceVersion), required=True, validate=validate.Length(max=5000)
    )
    provisional_no = fields.String(
        required=True, validate=validate.Regexp(r"\AT-[\w-]{1,60}-\d+\Z")
    )
    app_version = fields.String(required=True, validate=SHORT)


class FormUsed(Strict):
    id = fields.String(required=True, validate=NAMED)
    version = fields.Integer(required=True, strict=True, validate=VERSION)


class EmergencyOpened(VisitOpened):
    """R41: inspect first, scan before leaving; the head approves afterwards (R24).

    Where there is no task (`task_ids` is empty), `agency_id`, `item_ids` and `forms` say what is
    inspected, and the server makes the task from them.
    """

    reason = fields.String(required=True, validate=validate.OneOf(("emergency", "evidence_risk")))
    explanation = fields.String(required=True, validate=LONG)
    oral_approver = fields.String(required=True, validate=SHORT)
    oral_approved_at = fields.AwareDateTime(required=True, validate=of_our_age)
    agency_id = fields.String(load_default=None, allow_none=True, validate=NAMED)
    item_ids = fields.List(
        fields.String(validate=NAMED), load_default=list, validate=validate.Length(max=50)
    )
    forms = fields.List(
        fields.Nested(FormUsed), load_default=list, validate=validate.Length(max=50)
    )


class OffsiteOpened(VisitOpened):
    """Papers, shared data or pictures are looked at and nobody enters (R30).

    A kind of its own: what needs an entry can then neither be asked for nor accepted by any row of
    the flow's table, and a server that does not know it keeps it apart (`newer_app`).
    """


class Quote(Strict):
    """Another tablet's head, as scanned from its screen."""

    device_id = fields.String(required=True, validate=NAMED)
    seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    head = fields.String(required=True, validate=HEX64)


class Joined(Strict):
    lead = fields.Nested(Quote, required=True)
    agency_id = fields.String(required=True, validate=NAMED)
    references = fields.List(
        fields.Nested(ReferenceVersion), required=True, validate=validate.Length(max=5000)
    )


class MemberJoined(Strict):
    member = fields.Nested(Quote, required=True)
    agency_id = fields.String(required=True, validate=NAMED)


class MemberDone(Strict):
    member = fields.Nested(Quote, required=True)


class MemberOpen(Strict):
    device_id = fields.String(required=True, validate=NAMED)
    reason = fields.String(required=True, validate=LONG)


class ScannedIn(Strict):
    method = fields.String(required=True, validate=validate.OneOf(SCAN_METHODS))
    uscc = fields.String(required=True, validate=validate.Regexp(r"\A[0-9A-Z]{18}\Z"))
    premise_id = fields.String(required=True, allow_none=True, validate=NAMED)
    kid = fields.String(load_default=None, allow_none=True, validate=SHORT)
    nonce = fields.String(load_default=None, allow_none=True, validate=SHORT)
    distance_m = Number(load_default=None, allow_none=True, validate=validate.Range(min=0))
    outside_reason = fields.String(load_default=None, allow_none=True, validate=LONG)
    late_reason = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(LATE_REASONS)
    )
    manual_reason = fields.String(load_default=None, allow_none=True, validate=LONG)
    photo_sha256 = fields.String(load_default=None, allow_none=True, validate=HEX64)


class ScanMismatch(Strict):
    expected = fields.String(required=True, validate=SHORT)
    seen = fields.String(required=True, validate=LONG)


class CredentialsShown(Strict):
    officer_id = fields.String(required=True, validate=NAMED)
    certificate_no = fields.String(required=True, validate=SHORT)
    valid_to = fields.Date(required=True)
    status_checked_at = fields.AwareDateTime(required=True, allow_none=True, validate=of_our_age)


class Stroke(fields.List):  # type: ignore[type-arg]
    """One pen stroke: points `[x, y, t]`, x and y in 0..1000 of the pad, t in milliseconds."""

    def __init__(self) -> None:
        super().__init__(
            fields.List(fields.Integer(strict=True), validate=validate.Length(equal=3)),
            validate=validate.Length(min=1, max=2000),
        )


class Acknowledgement(Strict):
    """How the enterprise took a content: signed, refused before a witness, or nobody there."""

    content_hash = fields.String(required=True, validate=HEX64)
    outcome = fields.String(required=True, validate=validate.OneOf(SERVICE))
    name = fields.String(load_default=None, allow_none=True, validate=SHORT)
    capacity = fields.String(load_default=None, allow_none=True, validate=SHORT)
    strokes = fields.List(Stroke(), load_default=list, validate=validate.Length(max=200))
    reason = fields.String(load_default=None, allow_none=True, validate=LONG)
    witness = fields.String(load_default=None, allow_none=True, validate=SHORT)
    video_sha256 = fields.String(load_default=None, allow_none=True, validate=HEX64)


class RecordRead(Acknowledgement):
    """The record was read out or shown to its end; signing follows as an event of its own.

    `outcome` tells how the reading itself was taken, where somebody wants that noted;
    `statement` is what the enterprise says for the record.
    """

    outcome = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(SERVICE))
    statement = fields.String(load_default=None, allow_none=True, validate=LONG)


class PointAnswered(Strict):
    form_id = fields.String(required=True, validate=NAMED)
    form_version = fields.Integer(required=True, strict=True, validate=VERSION)
    point_id = fields.String(required=True, validate=NAMED)
    answer = fields.String(
        required=True, validate=validate.OneOf(("conform", "nonconform", "not_applicable"))
    )
    severity = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(SEVERITIES)
    )
    note = fields.String(load_default=None, allow_none=True, validate=LONG)
    fixed_on_spot = Truth(load_default=False)
    source = fields.String(
        load_default="observed", validate=validate.OneOf(("observed", "prefilled"))
    )
    fact = fields.String(load_default=None, allow_none=True, validate=LONG)

    WHOLE = ("severity_belongs_to_a_problem",)

    @validates_schema
    def severity_belongs_to_a_problem(self, data: Mapping[str, object], **_: object) -> None:
        """A nonconformity has a severity and nothing else has one (R62)."""
        if (data.get("answer") == "nonconform") != (data.get("severity") is not None):
            raise ValidationError(
                "A nonconformity needs a severity; nothing else has one.", "severity"
            )


class OffListFinding(Strict):
    """Free-text finding outside the form; needs its legal basis (R11)."""

    text = fields.String(required=True, validate=LONG)
    basis = fields.String(required=True, validate=LONG)
    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))


TAKEN, HANDED_OVER = ORIGINS = ("taken", "handed_over")
"""By the tablet itself, or by whoever was inspected. What says nothing was taken."""


class EvidenceAdded(Strict):
    """A file. `begun_at` and `duration_ms` are of a recording, `pages` of a document."""

    evidence_id = fields.String(required=True, validate=NAMED)
    sha256 = fields.String(required=True, validate=HEX64)
    size = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**31))
    media_type = fields.String(required=True, validate=validate.Length(min=1, max=80))
    point_id = fields.String(load_default=None, allow_none=True, validate=NAMED)
    caption = fields.String(load_default=None, allow_none=True, validate=SHORT)
    origin = fields.String(load_default=TAKEN, validate=validate.OneOf(ORIGINS))
    begun_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=of_our_age)
    duration_ms = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0, max=2**31)
    )
    pages = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=2**31)
    )


class Corrected(Strict):
    event_id = fields.String(required=True, validate=NAMED)
    why = fields.String(required=True, validate=LONG)
    text = fields.String(required=True, validate=LONG)


class Transferred(Strict):
    to = fields.String(required=True, validate=SHORT)
    why = fields.String(required=True, validate=LONG)


class Signed(Strict):
    content_hash = fields.String(required=True, validate=HEX64)
    name = fields.String(required=True, validate=SHORT)
    capacity = fields.String(required=True, validate=SHORT)
    strokes = fields.List(Stroke(), required=True, validate=validate.Length(min=1, max=200))


class RecordSigned(Strict):
    """An officer stands for the record, where nobody of the enterprise is there to sign it."""

    content_hash = fields.String(required=True, validate=HEX64)


class Refused(Strict):
    content_hash = fields.String(required=True, validate=HEX64)
    reason = fields.String(required=True, validate=LONG)
    witness = fields.String(load_default=None, allow_none=True, validate=SHORT)
    video_sha256 = fields.String(load_default=None, allow_none=True, validate=HEX64)


class Absent(Strict):
    content_hash = fields.String(required=True, validate=HEX64)
    reason = fields.String(required=True, validate=LONG)
    witness = fields.String(load_default=None, allow_none=True, validate=SHORT)


class Unable(Strict):
    reason = fields.String(required=True, validate=validate.OneOf(UNABLE_REASONS))
    explanation = fields.String(required=True, validate=LONG)
    officer_ids = fields.List(
        fields.String(validate=NAMED), required=True, validate=validate.Length(max=50)
    )
    evidence = fields.List(
        fields.String(validate=HEX64), load_default=list, validate=validate.Length(max=100)
    )
    witness = fields.String(load_default=None, allow_none=True, validate=SHORT)


class GivenContact(Strict):
    """Where the enterprise wants to be written to, as somebody said on site.

    `sealed` holds phone and e-mail for the platform alone (`shared.site_contact`), under its key
    `key_id`; `masked` is what a reader may see of them.
    """

    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    capacity = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(min=1, max=60)
    )
    masked = fields.String(required=True, validate=validate.Length(min=1, max=300))
    key_id = fields.String(required=True, validate=SHORT)
    sealed = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class ResultGiven(Strict):
    conclusion = fields.String(required=True, validate=validate.OneOf(CONCLUSIONS))
    content_hash = fields.String(required=True, validate=HEX64)
    given = fields.String(required=True, validate=validate.OneOf(("on_the_spot", "later")))
    acknowledgement = fields.Nested(Acknowledgement, load_default=None, allow_none=True)
    contact = fields.Nested(GivenContact, load_default=None, allow_none=True)


class Left(Strict):
    """By the code at the door, quoted as `scanned_in` does, or by the fix alone."""

    method = fields.String(load_default="fix", validate=validate.OneOf(LEFT_METHODS))
    uscc = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"\A[0-9A-Z]{18}\Z")
    )
    premise_id = fields.String(load_default=None, allow_none=True, validate=NAMED)
    kid = fields.String(load_default=None, allow_none=True, validate=SHORT)
    nonce = fields.String(load_default=None, allow_none=True, validate=SHORT)
    distance_m = Number(load_default=None, allow_none=True, validate=validate.Range(min=0))


class Sealed(Strict):
    """Closes the chain: what must be there for the visit to be whole."""

    head = fields.String(required=True, validate=HEX64)
    events = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    evidence = fields.List(fields.String(validate=HEX64), required=True)
    quoted = fields.List(fields.Nested(Quote), load_default=list)


PAYLOADS: Mapping[EventKind, type[Schema]] = {
    EventKind.VISIT_OPENED: VisitOpened,
    EventKind.EMERGENCY_OPENED: EmergencyOpened,
    EventKind.OFFSITE_OPENED: OffsiteOpened,
    EventKind.JOINED: Joined,
    EventKind.MEMBER_JOINED: MemberJoined,
    EventKind.MEMBER_DONE: MemberDone,
    EventKind.MEMBER_OPEN: MemberOpen,
    EventKind.SCANNED_IN: ScannedIn,
    EventKind.SCAN_MISMATCH: ScanMismatch,
    EventKind.CREDENTIALS_SHOWN: CredentialsShown,
    EventKind.NOTICE_SERVED: Acknowledgement,
    EventKind.POINT_ANSWERED: PointAnswered,
    EventKind.OFF_LIST_FINDING: OffListFinding,
    EventKind.EVIDENCE_ADDED: EvidenceAdded,
    EventKind.CORRECTED: Corrected,
    EventKind.TRANSFERRED: Transferred,
    EventKind.RECORD_READ: RecordRead,
    EventKind.RECORD_SIGNED: RecordSigned,
    EventKind.SIGNED: Signed,
    EventKind.REFUSED: Refused,
    EventKind.ABSENT: Absent,
    EventKind.UNABLE: Unable,
    EventKind.RESULT_GIVEN: ResultGiven,
    EventKind.LEFT: Left,
    EventKind.SEALED: Sealed,
}
