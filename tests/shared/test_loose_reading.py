"""The quick way to read reference data takes what the schema takes, as the schema reads it."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from shared import reference
from shared.loose_reading import reader
from tests.world import form, objects, task

FREQUENCY = {
    "year": 2026,
    "agency_count": 1,
    "cap": None,
    "enterprise_count": 2,
    "exempt": 0,
    "visits": [{"date": "2026-03-01", "agency": "市监", "no": "1"}, {"date": "2026-04-01"}],
}
MORE = (
    task(frequency=FREQUENCY, slot={"day": "2026-11-23", "half": "am"}, reason_onsite="看"),
    task(withdrawn_at="2026-11-23T04:00:00+00:00"),
    form({"p2": {"applies_when": {"point": "p1", "answers": ["conform"]}, "fact": {"key": "k"}}}),
    form({"p3": {"fact": {"key": "k", "at_least": 2.5}}}),
)
FACT = {"key": "k", "name": "n", "value": "3", "source": "s", "as_of": "2026-01-01"}
SCHEMAS: dict[str, Schema] = {
    "agency": reference.AgencySchema(),
    "officer": reference.OfficerSchema(),
    "task": reference.TaskSchema(),
    "enterprise": reference.EnterpriseSchema(),
    "premise": reference.PremiseSchema(),
    "item": reference.ItemSchema(),
    "form": reference.FormSchema(),
    "legal_basis": reference.LegalBasisSchema(),
}
PARAMETERS = reference.ParametersSchema()
QUICK = {schema: reader(schema) for schema in (*SCHEMAS.values(), PARAMETERS)}
SAMPLES: list[tuple[Schema, dict[str, Any]]] = [
    *((SCHEMAS[one.kind], dict(one.data)) for one in (*objects(), *MORE) if one.kind in SCHEMAS),
    (SCHEMAS["enterprise"], {"id": "x", "name": "y", "facts": [FACT, {**FACT, "answer": "a"}]}),
    (PARAMETERS, {"min_officers": 2, "late_sync_days": 5, "unknown": {}}),
]
ODD = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 2**31, 1.0, 0.5, 1e400, float("nan"), b"bytes"),
        *("", " ", "1", "1.5", "true", "morning", "明", "2026-11-23", "20261123", "2026-W01-1"),
        *("2026-11-23T04:00:00+08:00", "2026-11-23T04:00:00", "2026-13-01"),
        *([], [1], ["x"], [None], [[]], [{}], {}, {"id": "x"}, {"id": "x", "version": 1}),
    ]
).map(copy.deepcopy)


def loaded(schema: Schema, raw: Any) -> Any:
    try:
        return schema.load(raw)
    except ValidationError:
        return None


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict | list):
        for name in value if isinstance(value, dict) else range(len(value)):
            found += places(value[name], (*path, name))
    return found


def test_every_kind_is_sampled_and_read_the_quick_way() -> None:
    assert {schema for schema, _ in SAMPLES} == set(QUICK)
    for schema, raw in SAMPLES:
        assert QUICK[schema](raw) == loaded(schema, raw) is not None, type(schema)


@given(st.sampled_from(SAMPLES), st.data())
def test_what_it_takes_is_what_the_schema_reads(
    sample: tuple[Schema, dict[str, Any]], data: st.DataObject
) -> None:
    schema, raw = sample[0], copy.deepcopy(sample[1])
    for _ in range(data.draw(st.integers(1, 2))):
        *steps, last = data.draw(st.sampled_from(places(raw) or [("x",)]))
        holder: Any = raw
        for step in steps:
            holder = holder[step]
        if data.draw(st.booleans()):
            holder[last] = data.draw(ODD | st.text(max_size=5) | st.integers())
        elif last in holder if isinstance(holder, dict) else True:
            del holder[last]

    found = QUICK[schema](raw)

    if found is not None:
        # As text too: to Python 1, 1.0 and True are equal.
        assert (found, repr(found)) == (loaded(schema, raw), repr(loaded(schema, raw)))


@given(ODD | st.lists(ODD) | st.text())
def test_what_is_no_object_is_left_to_the_schema(raw: Any) -> None:
    if not isinstance(raw, dict):
        assert QUICK[SCHEMAS["task"]](raw) is None
