"""An example of each operation, and how it gets into the description.

The examples themselves are data: server/api/examples/<resource>.py, one line an operation, by its
`operationId`. Those of errors are made of the errors' own sentences.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apispec import APISpec, BasePlugin
from apispec.core import Components

Described = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One call that goes well.

    `asked`: parameters of query or header by name; `sent`: the body, JSON or text; `told`: the
    reply's, None where it has none or bytes.
    """

    asked: Mapping[str, Any] = field(default_factory=dict)
    sent: Any = None
    told: Any = None


class Examples(BasePlugin):
    """Puts examples into operations; after the plugins that spell out schemas and paths.

    `of`: by the operation's id; `places`: of what stands in paths, by name.
    """

    _components: Components

    def __init__(self, of: Mapping[str, Example], places: Mapping[str, Any]) -> None:
        super().__init__()
        self._of = of
        self._places = places
        self._problems: set[str] = set()

    def init_spec(self, spec: APISpec) -> None:
        self._components = spec.components

    def path_helper(
        self,
        path: str | None = None,  # noqa: ARG002 -- apispec's signature
        operations: dict[str, Described] | None = None,  # noqa: ARG002
        parameters: list[Described] | None = None,
        **_told: Any,
    ) -> None:
        _say_of(parameters or (), self._places)

    def operation_helper(
        self,
        path: str | None = None,  # noqa: ARG002 -- apispec's signature
        operations: dict[str, Described] | None = None,
        **_told: Any,
    ) -> None:
        for operation in (operations or {}).values():
            self._call_problems_by_name(operation)
            example = self._of.get(operation.get("operationId", ""))
            if example is not None:
                _put(example, operation)

    def _call_problems_by_name(self, operation: Described) -> None:
        """Every problem is written once, among the components."""
        for response in operation["responses"].values():
            for content in response.get("content", {}).values():
                for code, problem in content.get("examples", {}).items():
                    if code not in self._problems:
                        self._problems.add(code)
                        self._components.example(code, problem)
                    content["examples"][code] = {"$ref": f"#/components/examples/{code}"}


def _put(example: Example, operation: Described) -> None:
    _say_of(operation.get("parameters", ()), example.asked)
    if example.sent is not None:
        _into(operation["requestBody"], example.sent)
    if example.told is not None:
        _into(main(operation), example.told)


def main(operation: Described) -> Described:
    """The reply to a call that went well: the first one of success."""
    responses: dict[object, Described] = operation["responses"]
    return next(responses[each] for each in sorted(responses, key=str) if str(each)[0] == "2")


def _say_of(parameters: Iterable[Described], said: Mapping[str, Any]) -> None:
    for parameter in parameters:
        if parameter["name"] in said:
            parameter["example"] = said[parameter["name"]]


def _into(place: Described, value: Any) -> None:
    for content in place["content"].values():
        content["example"] = value
