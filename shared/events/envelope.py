"""The envelope of a trace event: who, where, when, and the link to the event before (protocol §2).

Reading an envelope never judges it; a wrong signature or a skipped step is for others to find.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from shared.crypto.suite import SUITE
from shared.errors import BadInput, NewerApp
from shared.events.fields import Number, Truth
from shared.events.kinds import OFFICER_SIGNED, EventKind
from shared.events.payloads import HEX64, PAYLOADS
from shared.quick_reading import Reader, reader
from shared.validation import pointers

Made = TypeVar("Made")

VERSION = 1
ID = validate.Regexp(r"\A[0-9A-Za-z_-]{1,64}\Z", error="Not an id.")
UUID = validate.Regexp(
    r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z",
    error="Not a UUID in lower-case form.",
)
SIGNATURE = validate.Regexp(r"\A[A-Za-z0-9_-]{86}\Z", error="Not a base64url signature.")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When the tablet says an act happened; `elapsed_ms` counts since `boot_id` began."""

    wall: datetime
    elapsed_ms: int
    boot_id: str
    server_offset_ms: int | None
    suspect: bool

    @cached_property
    def corrected(self) -> datetime:
        """Wall time moved by the last known offset to the server's clock."""
        return self.wall + timedelta(milliseconds=self.server_offset_ms or 0)


@dataclass(frozen=True, kw_only=True)
class Fix:
    """A position: degrees, `acc_m` metres, `age_ms` milliseconds before the act.

    `satellites` is how many it was made from; None where the system does not say.
    """

    lat: float
    lon: float
    acc_m: float
    crs: str
    provider: str
    age_ms: int
    mock: bool
    satellites: int | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    id: str
    visit_id: str
    task_ids: tuple[str, ...]
    device_id: str
    device_seq: int
    seq: int
    officer_id: str
    kind: EventKind
    at: Moment
    loc: Fix | None
    payload: Mapping[str, Any]
    prev: str
    hash: str
    sig: str
    officer_sig: str | None
    raw: Mapping[str, Any]


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class MomentSchema(_Strict):
    wall = fields.AwareDateTime(required=True, format="iso")
    elapsed_ms = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    boot_id = fields.String(required=True, validate=validate.Length(min=1, max=64))
    server_offset_ms = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.Range(-(10**13), 10**13)
    )
    suspect = Truth(required=True)


class FixSchema(_Strict):
    lat = Number(required=True, validate=validate.Range(-90, 90))
    lon = Number(required=True, validate=validate.Range(-180, 180))
    acc_m = Number(required=True, validate=validate.Range(min=0, max=10**6))
    crs = fields.String(required=True, validate=validate.Equal("WGS84"))
    provider = fields.String(required=True, validate=validate.Length(min=1, max=40))
    age_ms = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    mock = Truth(required=True)
    satellites = fields.Integer(strict=True, validate=validate.Range(min=0, max=1000))


class EnvelopeSchema(_Strict):
    """Everything of an event but the inside of its payload."""

    v = fields.Integer(required=True, strict=True, validate=validate.Equal(VERSION))
    suite = fields.String(required=True, validate=validate.Equal(SUITE))
    id = fields.String(required=True, validate=UUID)
    visit_id = fields.String(required=True, validate=UUID)
    task_ids = fields.List(
        fields.String(validate=ID), required=True, validate=validate.Length(max=200)
    )
    device_id = fields.String(required=True, validate=ID)
    device_seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    officer_id = fields.String(required=True, validate=ID)
    kind = fields.Enum(EventKind, by_value=True, required=True)
    at = fields.Nested(MomentSchema, required=True)
    loc = fields.Nested(FixSchema, required=True, allow_none=True)
    payload = fields.Dict(required=True)
    prev = fields.String(
        required=True, validate=validate.Regexp(r"\A([0-9a-f]{64})?\Z", error="Not a hash.")
    )
    hash = fields.String(required=True, validate=HEX64)
    sig = fields.String(required=True, validate=SIGNATURE)
    officer_sig = fields.String(validate=SIGNATURE)


_ENVELOPE = EnvelopeSchema()
_PAYLOADS = {kind: schema() for kind, schema in PAYLOADS.items()}
_KINDS = frozenset(EventKind)


def read_event(raw: Mapping[str, Any]) -> Event:
    """Return the event, or raise `BadInput` (JSON pointers relative to the event) or `NewerApp`.

    `NewerApp` is for a `v`, `suite` or `kind` this program does not know: such an event is kept
    apart and read again after an upgrade (protocol §2, `newer_app`).
    """
    return read_plainly(raw) or _read(raw)


def read_plainly(raw: Mapping[str, Any]) -> Event | None:
    """The event where that is plain to see; None where `read_event` must look closer.

    What is read here `canonical.plainly` may write.
    """
    data = _quick_envelope()(raw)
    if data is None:
        return None
    kind = data["kind"]
    payload = _quick_payload(kind)(data["payload"])
    if payload is None or (kind in OFFICER_SIGNED and "officer_sig" not in data):
        return None
    return _event(data, payload, raw)


@cache
def _quick_envelope() -> Reader:
    return reader(_ENVELOPE, leaving={"payload"})


@cache
def _quick_payload(kind: EventKind) -> Reader:
    return reader(_PAYLOADS[kind])


def _read(raw: Mapping[str, Any]) -> Event:
    _refuse_newer(raw)
    data = _load(_ENVELOPE, raw, "")
    payload = _load(_PAYLOADS[data["kind"]], data["payload"], "/payload")
    if data["kind"] in OFFICER_SIGNED and "officer_sig" not in data:
        raise BadInput("This act needs the officer.", errors={"/officer_sig": "Missing."})
    return _event(data, payload, raw)


def _event(data: dict[str, Any], payload: Mapping[str, Any], raw: Mapping[str, Any]) -> Event:
    """The event, which keeps `data`."""
    loc = data["loc"]
    data["task_ids"] = tuple(data["task_ids"])
    data["at"] = _made(Moment, data["at"])
    data["loc"] = _made(Fix, {"satellites": None} | loc) if loc else None
    data["payload"], data["raw"] = payload, raw
    data.setdefault("officer_sig", None)
    del data["v"], data["suite"]
    return _made(Event, data)


def _made(kind: type[Made], values: dict[str, Any]) -> Made:
    """A frozen dataclass of all its values; its own way is to put them one by one past its lock."""
    made = object.__new__(kind)
    made.__dict__.update(values)
    return made


def _load(schema: Schema, raw: Mapping[str, Any], at: str) -> dict[str, Any]:
    try:
        return dict(schema.load(raw))
    except ValidationError as error:
        raise BadInput(
            "The event cannot be read.", errors=dict(pointers(error.messages, at))
        ) from None


def _refuse_newer(raw: Mapping[str, Any]) -> None:
    if not isinstance(raw, Mapping):
        raise BadInput("An event is a JSON object.", errors={"": "Not an object."})
    version, suite, kind = raw.get("v"), raw.get("suite"), raw.get("kind")
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        raise NewerApp("Unknown version of the event format.", v=version)
    if isinstance(suite, str) and suite != SUITE:
        raise NewerApp("Unknown crypto suite.", suite=suite)
    if isinstance(kind, str) and kind not in _KINDS:
        raise NewerApp("Unknown kind of event.", kind=kind)
