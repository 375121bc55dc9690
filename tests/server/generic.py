"""A generic tester: schemathesis, told what it cannot read from the description.

It makes requests of what is described: examples, the ends of every range and each way of leaving
it, random values, and chains along the links. What comes back must be described too, and never be
a server error.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from schemathesis.engine import events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from shared.roles import Role
from tests.server.sync_world import HOME
from tests.server.whole import HOME_TABLET, PEOPLE, PLATFORM_ADMIN, Whole

SEED = int(os.environ.get("MINGCHA_WALK_SEED", "3161"))
PREFIX, DESCRIPTION = "/api/v1/", "/api/v1/openapi.json"
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
    "POST /api/v1/plans/{plan_id}/explanations": "the findings are the plan's, and want a reason",
    "POST /api/v1/merges/searches": "the days are to come, of one year, and not many",
    "POST /api/v1/parameters": "the parameter is known and its value one it can have",
    "GET /api/v1/parameters/what-if": "likewise",
    "POST /api/v1/auth/device-token": "the assertion is one a tablet signed",
    "POST /api/v1/complaints": "it was received in this century",
    "POST /api/v1/webhooks": "the address is https and may be called",
    "GET /api/v1/documents": "of a visit or of a task, not of both",
    "POST /api/v1/evidence/files": "the metadata are base64 of what is true",
    "PATCH /api/v1/evidence/files/{upload_id}": "the bytes are a picture",
}
"""What a right form may be refused for besides, with why: 422 says where."""
PHASES = ("examples", "coverage", "fuzzing", "stateful")
Faults = Counter[tuple[str, str, str]]
Prepare = Callable[[Any], None]
"""Changes a case before it is sent."""
SIGN_OUT = "POST /api/v1/auth/logout"
OF_A_SOCKET = ("max_redirects", "verify", "cert", "proxies")


@contextmanager
def prepared(prepare: Prepare) -> Iterator[None]:
    """Each case is prepared when it is sent, and nothing told of it that breaks schemathesis.

    Some checks tell the app under WSGI what only a socket has; nor does it unpack what is packed.
    """
    really_send = WSGITransport.send

    def send(transport: WSGITransport, case: Any, **more: Any) -> Any:
        prepare(case)
        told = {name: value for name, value in more.items() if name not in OF_A_SOCKET}
        told["headers"] = {**(told.get("headers") or {}), "Accept-Encoding": "identity"}
        return really_send(transport, case, **told)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGITransport, "send", send)
        yield


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
            if str(Role.CLIENT) in wanted:
                return whole.system(HOME)
            return kept(holder, whole.person) if holder else None

        def set(self, case: Any, header: Mapping[str, str] | None, _context: Any) -> None:
            if header is not None:
                case.headers = {**(case.headers or {}), **header}

    return Tokens


def told(phases: Collection[str], most: int) -> schemathesis.Config:
    """What schemathesis cannot read from the description."""
    refusals = {"expected-statuses": REFUSALS}
    return schemathesis.Config.from_dict(
        {
            "seed": SEED,
            "phases": {name: {"enabled": name in phases} for name in PHASES},
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What came of it: (check, operation, what) of all that failed; operation → its statuses."""

    faults: Faults
    answers: Mapping[str, Counter[int]]

    @property
    def requests(self) -> int:
        return sum(map(Counter.total, self.answers.values()))


def walk(
    whole: Whole, phases: Collection[str], *, most: int, prepare: Prepare = lambda _case: None
) -> Walk:
    """Play these phases over every operation; `most` examples each where it draws some."""
    schema = schemathesis.openapi.from_wsgi(DESCRIPTION, whole.app, config=told(phases, most))
    # What the configuration says of single operations is a filter too: without this it is all.
    schema = schema.exclude(lambda context: not context.operation.path.startswith(PREFIX))
    schema.auth(refresh_interval=None)(signed_in(whole))
    faults, answers = Faults(), defaultdict[str, Counter[int]](Counter)
    with prepared(prepare):
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                _note(event.recorder, faults, answers)
            elif isinstance(event, events.NonFatalError | events.FatalError):
                faults["error", str(getattr(event, "label", "")), str(event)] += 1
    return Walk(faults=faults, answers=answers)


def _note(recorder: Any, faults: Faults, answers: defaultdict[str, Counter[int]]) -> None:
    for case_id, case in recorder.cases.items():
        label = case.value.operation.label
        seen = recorder.interactions.get(case_id)
        status = seen.response.status_code if seen and seen.response else 0
        answers[label][status] += 1
        for check in recorder.checks.get(case_id, ()):
            if check.failure_info is not None:
                faults[check.name, label, check.failure_info.failure.message[:400]] += 1
