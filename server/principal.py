"""Who is asking: one shape for people, tablets, enterprises and the server itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.roles import Role


class PrincipalKind(StrEnum):
    PERSON = "person"
    DEVICE = "device"
    ENTERPRISE = "enterprise"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody the edge has recognised. `region` is the agency's; `session_id` what was shown.

    `scopes` are the resources another system may read; None for everybody else.
    """

    kind: PrincipalKind
    id: str
    roles: frozenset[Role]
    name: str = ""
    agency_id: str | None = None
    region: str | None = None
    uscc: str | None = None
    session_id: str | None = None
    scopes: frozenset[str] | None = None

    def is_any(self, roles: Iterable[Role]) -> bool:
        """Whether one of `roles` is among this principal's."""
        return not self.roles.isdisjoint(roles)


PUBLIC = Principal(kind=PrincipalKind.PUBLIC, id="public", roles=frozenset({Role.PUBLIC}))
SYSTEM = Principal(kind=PrincipalKind.SYSTEM, id="system", roles=frozenset({Role.SYSTEM}))
