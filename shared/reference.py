"""Reference data: what the server knows and a tablet is sent, as frozen values.

Both sides read the same objects, at named versions, so that a notice or a record built on the
tablet is built to the same bytes on the server. Unknown fields are ignored: an older tablet
must go on working when the server sends more. Days are local calendar days, times are UTC.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load

from shared.errors import BadInput
from shared.loose_reading import reader
from shared.slots import Half, Slot


class _Sent(NamedTuple):
    kind: str
    id: str
    version: int
    data: Mapping[str, Any]


class ReferenceObject(_Sent):
    """One object as it travels: `data` is JSON, `version` counts from 1 for each (kind, id)."""

    @cached_property
    def value(self) -> Any:
        """What `data` says, by its kind; read once. `BadInput` if that cannot be read."""
        if self.kind == "rule_parameters":
            return _load(_PARAMETERS, self.kind, self.id, self.data.get("values", {}))
        return _load(_TYPED[self.kind], self.kind, self.id, self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    id: str
    name: str
    region: str
    phone: str = ""
    supervision_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A person who may be at a visit; only `kind` officer with a certificate in force counts."""

    id: str
    agency_id: str
    name: str
    kind: str
    unit: str = ""
    certificate_no: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    revoked_at: datetime | None = None
    checked_at: datetime | None = None
    photo_sha256: str | None = None

    def certified_at(self, moment: datetime, day: date) -> bool:
        """Whether this person may inspect at that moment (R04); `day` is its local day."""
        return (
            self.kind == "officer"
            and self.certificate_no is not None
            and (self.valid_from is None or self.valid_from <= day)
            and self.valid_to is not None
            and day <= self.valid_to
            and (self.revoked_at is None or moment < self.revoked_at)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersion:
    id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVisit:
    """One of the inspections that a frequency counts."""

    date: date
    agency: str
    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """Inspections of this enterprise in `year`, this one not counted; `cap` None means none.

    `exempt` of this agency use up no cap (R27); None where it was not sent. Other agencies' are
    all in `enterprise_count`, a joint one once (R31). `visits` are those behind the counts, as far
    as they were sent.
    """

    year: int
    agency_count: int
    cap: int | None
    enterprise_count: int
    exempt: int | None = None
    visits: tuple[PastVisit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Task:
    id: str
    no: str
    plan_no: str
    plan_version: int
    agency_id: str
    kind: str
    trigger: str
    visit_type: str
    uscc: str
    premise_id: str
    item_ids: tuple[str, ...]
    forms: tuple[FormVersion, ...]
    officer_ids: tuple[str, ...]
    assistant_count: int
    window_from: date
    window_to: date
    status: str
    frequency: Frequency
    reason_onsite: str = ""
    code: str = ""
    withdrawn_at: datetime | None = None
    slot: Slot | None = None  # the half day agreed with the enterprise beforehand


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFact:
    """Something known of an enterprise already: asked once, used by all (一次填报多方共用).

    `source` says from whom, `as_of` of which day. `answer` is what an inspection found of it, one
    of the three answers; empty where it comes from a register.
    """

    key: str
    name: str
    value: str
    source: str
    as_of: date
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    id: str
    name: str
    address: str = ""
    legal_rep: str = ""
    industry: str = ""
    grade: str = ""
    facts: tuple[SharedFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Premise:
    id: str
    uscc: str
    name: str
    address: str
    lat: float | None
    lon: float | None
    crs: str = "WGS84"
    radius_m: float = 300.0


@dataclass(frozen=True, kw_only=True)
class Item:
    id: str
    code: str
    name: str
    agency_id: str
    basis_ids: tuple[str, ...]
    published_from: date
    published_to: date | None = None

    def published_on(self, day: date) -> bool:
        """Whether the item stood on the agency's published list that day (R10)."""
        return self.published_from <= day and (
            self.published_to is None or day <= self.published_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A point is asked where an earlier one of its form has one of `answers` (skip logic)."""

    point: str
    answers: tuple[str, ...]

    def as_object(self) -> dict[str, Any]:
        """As it travels in a form."""
        return {"point": self.point, "answers": list(self.answers)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRead:
    """The shared fact a point is about; with `at_least`, how much of it the standard wants."""

    key: str
    at_least: float | None = None

    def as_object(self) -> dict[str, Any]:
        """As it travels in a form."""
        return {"key": self.key, "at_least": self.at_least}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    id: str
    no: str
    title: str
    content: str
    method: str
    basis_id: str | None
    key: bool
    applies_when: Condition | None = None
    fact: FactRead | None = None


@dataclass(frozen=True, kw_only=True)
class Form:
    """A checklist (R11); it may be used where it was in force at the scan (domain case 20)."""

    id: str
    version: int
    name: str
    item_id: str
    valid_from: date
    valid_to: date | None
    points: tuple[Point, ...]

    @cached_property
    def point_ids(self) -> frozenset[str]:
        return frozenset([point.id for point in self.points])


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    id: str
    title: str
    article: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Thresholds in force for an agency; the defaults are those of domain §1 and §7."""

    min_officers: int = 2
    objection_workdays: int = 10
    rectify_workdays: int = 15
    late_sync_days: int = 10
    clock_offset_max_s: int = 60


class _Loose(Schema):
    class Meta:
        unknown = EXCLUDE

    target: type

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.target(**{k: tuple(v) if isinstance(v, list) else v for k, v in data.items()})


class AgencySchema(_Loose):
    target = Agency
    id = fields.String(required=True)
    name = fields.String(required=True)
    region = fields.String(required=True)
    phone = fields.String()
    supervision_phone = fields.String()


class OfficerSchema(_Loose):
    target = Officer
    id = fields.String(required=True)
    agency_id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    unit = fields.String()
    certificate_no = fields.String(allow_none=True)
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)
    checked_at = fields.AwareDateTime(allow_none=True)
    photo_sha256 = fields.String(allow_none=True)


class FormVersionSchema(_Loose):
    target = FormVersion
    id = fields.String(required=True)
    version = fields.Integer(required=True)


class PastVisitSchema(_Loose):
    target = PastVisit
    date = fields.Date(required=True)
    agency = fields.String(load_default="")
    no = fields.String(load_default="")


class FrequencySchema(_Loose):
    target = Frequency
    year = fields.Integer(required=True)
    agency_count = fields.Integer(required=True)
    cap = fields.Integer(required=True, allow_none=True)
    enterprise_count = fields.Integer(required=True)
    exempt = fields.Integer(allow_none=True)
    visits = fields.List(fields.Nested(PastVisitSchema))


class SlotSchema(_Loose):
    target = Slot
    day = fields.Date(required=True)
    half = fields.Enum(Half, by_value=True, required=True)


class TaskSchema(_Loose):
    target = Task
    id = fields.String(required=True)
    no = fields.String(required=True)
    plan_no = fields.String(required=True)
    plan_version = fields.Integer(required=True)
    agency_id = fields.String(required=True)
    kind = fields.String(required=True)
    trigger = fields.String(required=True)
    visit_type = fields.String(required=True)
    uscc = fields.String(required=True)
    premise_id = fields.String(required=True)
    item_ids = fields.List(fields.String(), required=True)
    forms = fields.List(fields.Nested(FormVersionSchema), required=True)
    officer_ids = fields.List(fields.String(), required=True)
    assistant_count = fields.Integer(required=True)
    window_from = fields.Date(required=True)
    window_to = fields.Date(required=True)
    status = fields.String(required=True)
    frequency = fields.Nested(FrequencySchema, required=True)
    reason_onsite = fields.String()
    code = fields.String()
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    slot = fields.Nested(SlotSchema)


class SharedFactSchema(_Loose):
    target = SharedFact
    key = fields.String(required=True)
    name = fields.String(required=True)
    value = fields.String(required=True)
    source = fields.String(required=True)
    as_of = fields.Date(required=True)
    answer = fields.String()


class EnterpriseSchema(_Loose):
    target = Enterprise
    id = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String()
    legal_rep = fields.String()
    industry = fields.String()
    grade = fields.String()
    facts = fields.List(fields.Nested(SharedFactSchema))


class PremiseSchema(_Loose):
    target = Premise
    id = fields.String(required=True)
    uscc = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    crs = fields.String()
    radius_m = fields.Float()


class ItemSchema(_Loose):
    target = Item
    id = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    agency_id = fields.String(required=True)
    basis_ids = fields.List(fields.String(), required=True)
    published_from = fields.Date(required=True)
    published_to = fields.Date(allow_none=True)


class ConditionSchema(_Loose):
    target = Condition
    point = fields.String(required=True)
    answers = fields.List(fields.String(), required=True)


class FactReadSchema(_Loose):
    target = FactRead
    key = fields.String(required=True)
    at_least = fields.Float(load_default=None, allow_none=True)


class PointSchema(_Loose):
    target = Point
    id = fields.String(required=True)
    no = fields.String(required=True)
    title = fields.String(required=True)
    content = fields.String(required=True)
    method = fields.String(load_default="")
    basis_id = fields.String(load_default=None, allow_none=True)
    key = fields.Boolean(load_default=False)
    applies_when = fields.Nested(ConditionSchema, load_default=None, allow_none=True)
    fact = fields.Nested(FactReadSchema, load_default=None, allow_none=True)


class FormSchema(_Loose):
    target = Form
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    item_id = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    points = fields.List(fields.Nested(PointSchema), required=True)


class LegalBasisSchema(_Loose):
    target = LegalBasis
    id = fields.String(required=True)
    title = fields.String(required=True)
    article = fields.String(required=True)
    text = fields.String()


class ParametersSchema(_Loose):
    target = Parameters
    min_officers = fields.Integer()
    objection_workdays = fields.Integer()
    rectify_workdays = fields.Integer()
    late_sync_days = fields.Integer()
    clock_offset_max_s = fields.Integer()


_TYPED: Mapping[str, Schema] = {
    "agency": AgencySchema(),
    "officer": OfficerSchema(),
    "task": TaskSchema(),
    "enterprise": EnterpriseSchema(),
    "premise": PremiseSchema(),
    "item": ItemSchema(),
    "form": FormSchema(),
    "legal_basis": LegalBasisSchema(),
}
_PARAMETERS = ParametersSchema()
_QUICK = {schema: reader(schema) for schema in (*_TYPED.values(), _PARAMETERS)}

REFERENCE_KINDS = (*_TYPED, "rule_parameters", "holidays", "key_set", "revocation", "resend")
"""Every kind that `GET /sync/pull` may send."""


@dataclass(frozen=True, kw_only=True)
class References:
    """Reference data by id; forms by (id, version). What is not here is not known."""

    agencies: Mapping[str, Agency] = field(default_factory=dict)
    officers: Mapping[str, Officer] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    enterprises: Mapping[str, Enterprise] = field(default_factory=dict)
    premises: Mapping[str, Premise] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    forms: Mapping[tuple[str, int], Form] = field(default_factory=dict)
    bases: Mapping[str, LegalBasis] = field(default_factory=dict)
    parameters: Parameters = field(default_factory=Parameters)
    revoked: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    """(`key` | `code` | `certificate` | `device`, its name) → since when."""

    @classmethod
    def from_objects(cls, objects: Iterable[ReferenceObject]) -> "References":
        """Build from objects as they travel; raise `BadInput` naming the first unreadable one."""
        found: dict[str, dict[Any, Any]] = {kind: {} for kind in _TYPED}
        parameters = Parameters()
        revoked: dict[tuple[str, str], datetime] = {}
        for one in objects:
            kind, data = one.kind, one.data
            if kind in _TYPED:
                value = one.value
                found[kind][(value.id, value.version) if kind == "form" else value.id] = value
            elif kind == "rule_parameters":
                parameters = one.value
            elif kind == "revocation":
                revoked[data["of"], data["ref"]] = datetime.fromisoformat(data["since"])
        return cls(
            agencies=found["agency"],
            officers=found["officer"],
            tasks=found["task"],
            enterprises=found["enterprise"],
            premises=found["premise"],
            items=found["item"],
            forms=found["form"],
            bases=found["legal_basis"],
            parameters=parameters,
            revoked=revoked,
        )

    def forms_of(self, task: Task) -> tuple[Form, ...]:
        """The forms of a task, in the task's order; those not known are left out."""
        known = self.forms
        return tuple(
            [known[key] for form in task.forms if (key := (form.id, form.version)) in known]
        )


def _load(schema: Schema, kind: str, id_: str, data: Mapping[str, Any]) -> Any:
    plain = _QUICK[schema](data)
    if plain is not None:
        return plain
    try:
        return schema.load(data)
    except ValidationError as error:
        raise BadInput(
            f"Reference object {kind}/{id_} cannot be read.",
            errors={f"/{kind}/{id_}": str(error.messages)},
        ) from None
