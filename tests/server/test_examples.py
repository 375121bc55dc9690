"""Every operation of the interface has an example, and each says what the real server says.

A new operation fails here with the line to add: server/api/examples/<resource>.py. What is answered
in the walk (acts.py, walking.py) must be of the example's very shape, and as described.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import jsonschema_rs
import marshmallow as ma
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.api import examples
from server.api.example import main
from server.api.examples import cast, plans
from server.errors import PROBLEM
from shared import chain, signed
from shared.draws import replay
from shared.uscc import is_valid
from tests.server.acts import ACTS
from tests.server.sync_world import HOME
from tests.server.test_access import get
from tests.server.test_hostile_walk import askers, undone
from tests.server.walking import Call, calls
from tests.server.whole import Whole
from tests.vectors import keys

Described = dict[str, Any]
Values = dict[str, tuple[Described, Any]]
"""A schema and what should fit it, by what it is."""
PAGES = frozenset({"after", "before", "cursor"})
"""What a page before this one said: there is none before an example."""
OF_BYTES = frozenset({"application/pdf", "application/zip", "image/jpeg"})
VARIES: Mapping[str, str] = {
    "facts": "each rule notes its own",
    "frequency": "as it was when the task was filed; tasks made for tests know less",
    "digest": "only where it is asked for",
    "irregularities": "only where there are some",
    "references": "triples",
    "payload": "each kind of event has its own",
    "data": "each kind of object has its own",
    "loc": "there or not",
}
"""Members that are not the same in every answer."""
OF_THE_MOMENT = frozenset(
    {
        *("username", "password", "totp", "assertion"),
        *("enrolment_id", "code", "device", "officer", "batch"),
        *("plans", "version", "replaces", "year", "commitment", "secret"),
        *("received_at", "window_from", "window_to", "stated", "grades", "industries"),
    }
)
"""What is said of these must be as things stand; all else is said as the examples say it."""
SECRETS = ("token", "access_token", "secret")


@pytest.fixture(scope="module")
def description(whole: Whole) -> Described:
    told: Described = whole.client().get("/api/v1/openapi.json").json
    return told


def operations(description: Described) -> Iterator[tuple[str, Described, list[Described]]]:
    """Each operation with its id and its parameters, those of its path among them."""
    for methods in description["paths"].values():
        for method, operation in methods.items():
            if method != "parameters":
                parameters = operation.get("parameters", []) + methods.get("parameters", [])
                yield operation["operationId"], operation, parameters


def json_of(place: Described) -> Described:
    """What a body or reply holds, but bytes; nothing of one that holds nothing."""
    content = place.get("content", {})
    return {kind: told for kind, told in content.items() if kind not in OF_BYTES}


def test_every_operation_has_an_example(description: Described) -> None:
    missing = []
    for id_, operation, parameters in operations(description):
        if id_ not in examples.every():
            missing.append(f"{id_}: none at all")
        if any(
            "example" not in told for told in json_of(operation.get("requestBody", {})).values()
        ):
            missing.append(f"{id_}: sent=… (its body)")
        if any("example" not in told for told in json_of(main(operation)).values()):
            missing.append(f"{id_}: told=… (its reply)")
        missing += [
            f"{id_}: asked={{{told['name']!r}: …}}"
            for told in parameters
            if "example" not in told and not may_be_without(told)
        ]
    assert missing == [], "say these in server/api/examples/<resource>.py"


def may_be_without(parameter: Described) -> bool:
    return parameter["in"] == "query" and (
        parameter["name"] in PAGES or parameter["name"].endswith("_id")
    )


def test_no_example_is_of_what_is_gone(description: Described) -> None:
    there = {id_: parameters for id_, _, parameters in operations(description)}
    assert set(examples.every()) - set(there) == set()
    for id_, example in examples.every().items():
        assert set(example.asked) <= {told["name"] for told in there[id_]}, id_
    placed = {told["name"] for each in there.values() for told in each if told["in"] == "path"}
    assert set(examples.PLACES) == placed


def test_every_error_shows_its_problem(description: Described) -> None:
    for id_, operation, _ in operations(description):
        for status, reply in operation["responses"].items():
            if status.startswith(("4", "5")):
                told = reply["content"][PROBLEM]["examples"]
                codes = re.findall(r"`(\w+)`", reply["description"])
                assert list(told) == codes, (id_, status)
                for code in codes:
                    value = description["components"]["examples"][code]["value"]
                    assert (value["code"], str(value["status"])) == (code, status)


def test_each_example_is_as_described(description: Described) -> None:
    said: Values = {}
    for id_, operation, parameters in operations(description):
        for about, place in (("sent", operation.get("requestBody", {})), ("told", main(operation))):
            for told in json_of(place).values():
                said[f"{id_} {about}"] = told["schema"], told["example"]
        for told in (one for one in parameters if "example" in one):
            said[f"{id_} {told['name']}"] = told["schema"], told["example"]
    assert list(misfits(description, said)) == []


def misfits(description: Described, values: Values) -> Iterator[str]:
    """What JSON Schema has against them; all at once, since it reads the description each time."""
    schemas = {about: schema for about, (schema, _) in values.items()}
    whole = {"properties": schemas, "components": description["components"]}
    for each in jsonschema_rs.iter_errors(whole, {n: value for n, (_, value) in values.items()}):
        yield f"{each.instance_path}: {each.message}"


def test_each_example_is_read_by_its_own_schema(whole: Whole) -> None:
    for id_, info in documented(whole.app):
        example = examples.every()[id_]
        for where in info.get("arguments", {}).get("parameters", ()):
            schema = of(where)
            known = schema.fields if where["in"] == "query" else example.sent
            said = {**example.asked, **(example.sent or {})}
            schema.load({name: value for name, value in said.items() if name in known})
        for status, replies in info.get("response", {}).get("responses", {}).items():
            for schema in map(of, replies if isinstance(replies, list) else [replies]):
                if str(status).startswith("2") and schema is not None:
                    for each in example.told if schema.many else [example.told]:
                        lenient(schema).load(each, many=False)


def of(place: Described) -> ma.Schema | None:
    """Its schema, made anew; None where it has none of marshmallow's."""
    schema = place.get("schema")
    if isinstance(schema, type):
        return schema()
    return type(schema)(many=schema.many) if isinstance(schema, ma.Schema) else None


def documented(app: Flask) -> Iterator[tuple[str, Described]]:
    """What smorest noted of each view, by the operation's id."""
    for call in (call for call in calls(app) if call.is_api):
        view = app.view_functions[call.rule.endpoint].view_class
        method = call.method.lower()
        info = getattr(getattr(view, method), "_apidoc", {})
        yield f"{call.rule.endpoint}.{method}", info


def lenient(schema: ma.Schema) -> ma.Schema:
    """It lets pass what it only writes: methods and ids."""
    schema.unknown = ma.EXCLUDE
    for field in schema.fields.values():
        inner = field.inner if isinstance(field, ma.fields.List) else field
        if isinstance(inner, ma.fields.Nested):
            lenient(inner.schema)
    return schema


# -- against the real server ---------------------------------------------------------------------


def test_the_server_answers_as_its_examples_say(whole: Whole, description: Described) -> None:
    by_id = {id_: operation for id_, operation, _ in operations(description)}
    faults: list[str] = []
    answered: Values = {}
    for call in (call for call in calls(whole.app) if call.is_api):
        if call.method == "GET" or call.name in ACTS:
            id_ = f"{call.rule.endpoint}.{call.method.lower()}"
            reply = asked(whole, call, examples.every()[id_].sent)
            if reply.status_code == 404:
                continue  # nothing of it yet: a draw's file, an anchor's proof
            described = main(by_id[id_])
            if by_id[id_]["responses"].get(str(reply.status_code)) is not described:
                faults.append(f"{id_}: {reply.status_code} {reply.get_data(as_text=True)}")
            for told in json_of(described).values() if reply.is_json else ():
                answered[id_] = told["schema"], reply.json
                faults += unlike(told["example"], reply.json, id_)
    faults += misfits(description, answered)
    assert not faults, "\n".join(faults)


def asked(whole: Whole, call: Call, sent: Any) -> TestResponse:
    """The answer to what is sent where it can be done; nothing is changed by it."""
    if call.method == "GET":
        return get(whole, call, askers(call)[0])
    act = ACTS[call.name]
    path = act.path(whole, call)
    said = act.sent(whole, act.who)
    if isinstance(sent, dict):
        of_the_moment = {name: said[name] for name in said.keys() & OF_THE_MOMENT}
        always = {name: value for name, value in sent.items() if name not in OF_THE_MOMENT}
        said = {**at_home(whole, always), **of_the_moment}
    with undone():
        return act.tried(whole, call, path, act.who, said)


def at_home(whole: Whole, sent: Any) -> Any:
    """The same of this county's things."""
    text = json.dumps(sent)
    for theirs, ours in things(whole).items():
        text = text.replace(theirs, ours)
    return json.loads(text)


def things(whole: Whole) -> Mapping[str, str]:
    """The county's own things by those of the examples."""
    return {
        cast.AGENCY_ID: HOME,
        cast.PREMISE_ID: whole.ids["premise_id"],
        cast.ITEM_ID: whole.county.item,
        cast.VISIT_ID: whole.ids["visit_id"],
        cast.TASK_ID: whole.ids["task_id"],
        plans.FINDING["id"]: whole.ids["finding_id"],
    }


def unlike(example: Any, real: Any, at: str) -> Iterator[str]:
    """Where the two are of another shape; null and empty are like anything."""
    if isinstance(example, dict) and isinstance(real, dict):
        if example.get("kind") == real.get("kind"):
            yield from unlike_members(example, real, at)
    elif isinstance(example, list) and isinstance(real, list):
        for each in real:
            found = [list(unlike(other, each, f"{at}[]")) for other in example]
            yield from min(found, key=len, default=[])
    elif example is not None and real is not None and sort_of(example) is not sort_of(real):
        yield f"{at}: {example!r} in the example, {real!r} in the answer"


def unlike_members(example: Described, real: Described, at: str) -> Iterator[str]:
    for name in example.keys() ^ real.keys():
        if example and real and is_a_word(name) and name not in VARIES:
            yield f"{at}/{name}: {'only in the answer' if name in real else 'never answered'}"
    for name in example.keys() & real.keys():
        if name not in VARIES:
            yield from unlike(example[name], real[name], f"{at}/{name}")


def is_a_word(name: str) -> bool:
    """A member's name, not an id under which something is kept."""
    return re.fullmatch(r"[a-z_]+[0-9]*", name) is not None


def sort_of(value: Any) -> type:
    return float if type(value) is int else type(value)


def test_they_compare_what_they_should() -> None:
    example = {"id": "a", "n": 1, "list": [{"x": 1}], "by": {"tablet-1": {"y": 1}}, "no": None}
    assert list(unlike(example, {**example, "n": 1.5, "list": [], "no": "7"}, "")) == []
    assert list(unlike(example, {**example, "n": "1"}, "")) != []
    assert list(unlike(example, {**example, "more": 1}, "")) == ["/more: only in the answer"]
    assert list(unlike(example, {"id": "a", "n": 1, "list": [{"y": 1}], "by": {}}, "")) != []


# -- what they say -------------------------------------------------------------------------------


def parts(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in it with the name it stands under, the value itself first."""
    yield name, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from parts(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner, name)


def everything() -> Iterator[tuple[str, Any]]:
    for example in examples.every().values():
        yield from parts(dict(example.asked))
        yield from parts(example.sent)
        yield from parts(example.told)


def test_every_credit_code_is_a_right_one() -> None:
    codes = {value for name, value in everything() if name == "uscc" and value}
    assert codes
    assert all(map(is_valid, codes))


def test_what_must_stay_secret_is_plainly_none() -> None:
    told = {value for name, value in everything() if name in SECRETS and isinstance(value, str)}
    assert all("EXAMPLE" in value or len(set(value)) == 2 for value in told), told


def test_everything_signed_verifies() -> None:
    """By the golden vectors' keys, as a tablet or the reader of a case file does it."""
    objects = [one for _, one in everything() if isinstance(one, dict) and "sig" in one]
    events = [one for one in objects if "prev" in one and "seq" in one]
    for event in events:
        assert event["hash"] == chain.event_hash(event)
        assert chain.signature_ok(event, keys.DEVICE.public)
    platforms = [one for one in objects if one not in events]
    assert {"key_set", "receipt", "anchor"} <= {one["typ"] for one in platforms}
    for one in platforms:
        told = one.get("issued_at") or one.get("received_at") or one["made_at"]
        signed.verify(one, keys.key_set(), datetime.fromisoformat(told))


def test_the_draws_file_is_replayed() -> None:
    told = examples.every()
    file = told["draws.DrawFile.get"].told.encode()
    report = replay.verify(file)
    assert report.holds
    held = told["draws.OneDraw.get"].told
    assert (held["pool_hash"], held["file_hash"]) == (report.pool_hash, report.file_hash)
    assert held["pool_size"] == report.pool_size
