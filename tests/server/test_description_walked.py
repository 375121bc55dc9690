"""The description is walked by a generic tester, which finds nothing to say (generic.py).

All phases over every operation, drawn from a seed: `make walk`, a step of CI by itself. Another
draw: `MINGCHA_WALK_SEED=… make walk`. The examples are played in a county besides whose things they
name, so that most of them do what they say.
"""

import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tests.server.acts import ACTS
from tests.server.generic import SEED, Walk, walk
from tests.server.test_examples import at_home
from tests.server.walking import ELSEWHERE, Call, calls
from tests.server.whole import Whole

pytestmark = [pytest.mark.walk, pytest.mark.timeout(3000)]
MOST = 2
"""Random cases of an operation; the ends of every range and the ways out are played besides."""


@pytest.mark.parametrize("phases", [("examples", "coverage"), ("fuzzing", "stateful")])
def test_the_whole_description_is_walked_without_a_fault(
    fresh: Whole, phases: tuple[str, ...]
) -> None:
    walked = walk(fresh, phases, most=MOST)

    tell(", ".join(phases), walked)
    assert not walked.faults, "\n".join(map(str, walked.faults))
    assert len(walked.answers) >= operations(fresh)


def test_every_example_is_played_without_a_fault(fresh: Whole) -> None:
    things = Things(fresh)

    played = walk(fresh, ["examples"], most=1, prepare=things.name_them)

    tell("examples at home", played)
    assert not played.faults, "\n".join(map(str, played.faults))
    well = [label for label, seen in played.answers.items() if any(s < 300 for s in seen)]
    assert len(well) > len(played.answers) * 2 // 3, sorted(set(played.answers) - set(well))


def tell(what: str, walked: Walk) -> None:
    """What it did and how to do it again; `make walk` shows it."""
    sys.stdout.write(f"{what}: {walked.requests} requests, MINGCHA_WALK_SEED={SEED}\n")


def operations(whole: Whole) -> int:
    """How many there are."""
    paths = whole.client().get("/api/v1/openapi.json").json["paths"]
    return sum(len(methods.keys() - {"parameters"}) for methods in paths.values())


class Things:
    """The county's own things in the place of those the examples are about."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole
        self._calls = {f"{call.method} {call.template}": call for call in calls(whole.app)}
        self._made: dict[str, Mapping[str, str]] = {}

    def name_them(self, case: Any) -> None:
        """In a state in which what is asked can be done."""
        call = self._calls.get(case.operation.label)
        if call is None:
            return  # HEAD and OPTIONS
        ids = {**self._whole.ids, **self._made_ready(call)}
        for name in case.path_parameters or ():
            case.path_parameters[name] = ids[ELSEWHERE.get((call.rule.rule, name), name)]
        if isinstance(case.body, dict):
            case.body = at_home(self._whole, case.body)
        if case.query:
            case.query = at_home(self._whole, dict(case.query))

    def _made_ready(self, call: Call) -> Mapping[str, str]:
        if call.name not in self._made:
            act = ACTS.get(call.name)
            self._made[call.name] = act.on(self._whole) if act else {}
        return self._made[call.name]
