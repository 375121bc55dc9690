"""A generic tester walks the OpenAPI description in all its phases and finds nothing to say.

Schemathesis makes requests of what is described: examples, the ends of every range and each way of
leaving it, random values, and chains along the links. What comes back must be described too, and
never be a server error. `make test` walks a part of what tablets and offices ask all day.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import schemathesis
from schemathesis.engine import events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from shared.roles import Role
from tests.server.whole import HOME_TABLET, PEOPLE, PLATFORM_ADMIN, Whole

SEED = 3161
DESCRIPTION = "/api/v1/openapi.json"
REFUSALS = [
    "400",
    "401",
    "403",
    "404",
    "405",
    "406",
    "409",
    "410",
    "412",
    "413",
    "415",
    "422",
    "460",
]
OF_MEANING = ["2xx", "401", "403", "404", "409", "410", "413", "415", "422", "460"]
BY_MEANING: Mapping[str, str] = {
    "POST /api/v1/holidays": "the days are of that year, the source is words, nothing is to come",
    "POST /api/v1/draws": "the window is not over, the items are the agency's own",
    "POST /api/v1/plans": "enterprises and officers are known",
    "PUT /api/v1/plans/{plan_id}": "likewise",
    "POST /api/v1/merges/searches": "the days are to come, of one year, and not many",
    "POST /api/v1/parameters": "the parameter is known and its value one it can have",
    "GET /api/v1/parameters/what-if": "likewise",
    "POST /api/v1/auth/device-token": "the assertion is one a tablet signed",
    "GET /api/v1/documents": "of a visit or of a task, not of both",
    "POST /api/v1/evidence/files": "the metadata are base64 of what is true",
    "PATCH /api/v1/evidence/files/{upload_id}": "the bytes are a picture",
}
"""What a right form may be refused for besides, with why: 422 says where."""
EVERYTHING = r"^/api/v1/"
A_SAMPLE = r"^/api/v1/(health|key-set|sync/(pull|index|objects)|tasks(/{task_id})?)$"
PHASES = ("examples", "coverage", "fuzzing", "stateful")
Faults = Counter[tuple[str, str, str]]
SIGN_OUT = "POST /api/v1/auth/logout"
OF_A_SOCKET = ("max_redirects", "verify", "cert", "proxies")


@pytest.fixture(autouse=True)
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some checks tell the app under WSGI what only a socket has, and schemathesis breaks on it.

    It does not unpack either what is packed.
    """
    really_send = WSGITransport.send

    def send(transport: WSGITransport, case: Any, **more: Any) -> Any:
        told = {name: value for name, value in more.items() if name not in OF_A_SOCKET}
        told["headers"] = {**(told.get("headers") or {}), "Accept-Encoding": "identity"}
        return really_send(transport, case, **told)

    monkeypatch.setattr(WSGITransport, "send", send)


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def signed_in(whole: Whole) -> type:
    """Who gives a request the header of somebody who may do what an operation is for."""
    holders = {str(role): here for role, (here, _) in PEOPLE.items()}
    holders[str(Role.PLATFORM_ADMIN)] = PLATFORM_ADMIN
    in_use: dict[str, Mapping[str, str]] = {}

    def kept(who: str, sign_in: Callable[[str], dict[str, str]]) -> Mapping[str, str]:
        if who not in in_use:
            in_use[who] = sign_in(who)
        return in_use[who]

    class Tokens:
        def get(self, case: Any, _context: Any) -> Mapping[str, str] | None:
            wanted = case.operation.definition.raw.get("x-roles", ())
            holder = next((holders[role] for role in wanted if role in holders), None)
            if case.operation.label == SIGN_OUT and holder:
                return whole.person(holder)  # good once, so it is nobody else's
            if str(Role.DEVICE) in wanted:
                return kept(HOME_TABLET, whole.device)
            return kept(holder, whole.person) if holder else None

        def set(self, case: Any, header: Mapping[str, str] | None, _context: Any) -> None:
            if header is not None:
                case.headers = {**(case.headers or {}), **header}

    return Tokens


def told(most: int) -> schemathesis.Config:
    """What schemathesis cannot read from the description."""
    refusals = {"expected-statuses": REFUSALS}
    return schemathesis.Config.from_dict(
        {
            "seed": SEED,
            "phases": {name: {"enabled": True} for name in PHASES},
            # U+0000 is refused in any text, which no pattern says; test_hostile_walk.py sends it.
            "generation": {"max-examples": most, "allow-x00": False, "database": "none"},
            "checks": {"negative_data_rejection": refusals, "missing_required_header": refusals},
            "operations": [
                {
                    "include-name": name,
                    "checks": {"positive_data_acceptance": {"expected-statuses": OF_MEANING}},
                }
                for name in BY_MEANING
            ],
        }
    )


def walked(whole: Whole, paths: str, most: int) -> tuple[int, Faults]:
    """How many requests were made, and (check, operation, what) of everything that failed."""
    schema = schemathesis.openapi.from_wsgi(DESCRIPTION, whole.app, config=told(most))
    # What the configuration says of single operations is a filter too, and inclusions add up.
    schema = schema.exclude(lambda context: not re.match(paths, context.operation.path))
    schema.auth(refresh_interval=None)(signed_in(whole))
    made, faults = 0, Faults()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            made += len(event.recorder.cases)
            for case_id, checks in event.recorder.checks.items():
                label = event.recorder.cases[case_id].value.operation.label
                for check in checks:
                    if check.failure_info is not None:
                        failure = check.failure_info.failure
                        faults[check.name, label, failure.message[:400]] += 1
        elif isinstance(event, events.NonFatalError | events.FatalError):
            faults["error", str(getattr(event, "label", "")), str(event)] += 1
    return made, faults


def test_a_sample_of_the_description_is_walked_without_a_fault(fresh: Whole) -> None:
    made, faults = walked(fresh, A_SAMPLE, 1)

    assert made > 200
    assert dict(faults) == {}


@pytest.mark.torture
@pytest.mark.timeout(3000)
def test_the_whole_description_is_walked_without_a_fault(fresh: Whole) -> None:
    made, faults = walked(fresh, EVERYTHING, 1)

    assert made > 5000
    assert dict(faults) == {}
