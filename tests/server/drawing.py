"""A town large enough to draw from, and how a draw is brought to its end there."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from server.models import Base, Draw
from server.principal import Principal
from server.services import draws
from server.services.draw_pools import List
from server.services.draws import DrawDraft
from server.work import Parts, Work, open_work
from shared.draws import secrets
from shared.draws.model import Party
from shared.roles import Role
from tests.server.factories import County, add, enterprise, officer, principal

SECRETS = {Party.AGENCY: "a1" * 32, Party.SUPERVISION: "5e" * 32}
GRADES = ("A", "B", "C")
SIZE = 30
REACH = "370100"


def uscc(number: int) -> str:
    return f"9137010{number:011d}"


def town(
    parts: Parts, county: County, size: int = SIZE, *, region: str = "370104", officers: int = 4
) -> None:
    """Enterprises in the home agency's region, of three grades; four more officers."""
    rows: list[Base] = []
    for n in range(size):
        firm, place = enterprise(uscc(n), region=region, premise=f"door-{n}")
        firm.grade = GRADES[n % 3]
        rows += [firm, place]
    for n in range(officers):
        rows += officer(f"drawn-{n}", agency=county.agency)
    add(parts, rows)


def draft(parts: Parts, county: County, of: List | None = None, **changes: Any) -> DrawDraft:
    today = parts.clock.now().date()
    values: dict[str, Any] = {
        "title": "餐饮服务双随机抽查",
        "count": 4,
        "item_ids": (county.item,),
        "window_from": today + timedelta(days=7),
        "window_to": min(today + timedelta(days=30), date(today.year, 12, 31)),
        "of": of or List(),
    }
    return DrawDraft(**{**values, **changes})


def planner(county: County) -> Principal:
    return principal(county.planner, Role.PLANNER, agency=county.agency, region=REACH)


def head(county: County) -> Principal:
    return principal(county.head, Role.HEAD, agency=county.agency, region=REACH)


def supervision(county: County) -> Principal:
    return principal(county.supervisor, Role.SUPERVISION, agency=county.agency, region=REACH)


def frozen(parts: Parts, county: County, of: List | None = None, **changes: Any) -> str:
    asked = draft(parts, county, of, **changes)
    return does(parts, planner(county), lambda work: draws.freeze(work, asked)).id


def committed(parts: Parts, county: County, **changes: Any) -> str:
    id_ = frozen(parts, county, **changes)
    speaking = {Party.AGENCY: head(county), Party.SUPERVISION: supervision(county)}
    for party, who in speaking.items():
        said = secrets.commitment(id_, party, SECRETS[party])
        does(parts, who, partial(_commit, id_, said))
    return id_


def held(parts: Parts, county: County, **changes: Any) -> str:
    id_ = committed(parts, county, **changes)
    for who, party in ((head(county), Party.AGENCY), (supervision(county), Party.SUPERVISION)):
        does(parts, who, partial(_reveal, id_, SECRETS[party]))
    return id_


def _commit(id_: str, said: str, work: Work) -> Draw:
    return draws.commit(work, id_, said)


def _reveal(id_: str, secret: str, work: Work) -> Draw:
    return draws.reveal(work, id_, secret)


def does(parts: Parts, who: Principal, act: Callable[[Work], Draw]) -> Draw:
    with open_work(parts, who) as work:
        return act(work)
