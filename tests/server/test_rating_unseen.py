"""An agency that asks everything it may, under every filter it is offered, on the day it is rated.

R64: a rating changes nothing that anybody of the inspected agency can get: no page, no answer, no
list of the interface, no pull of a tablet. (What the closed quarter lets out, day by day, is in
services/test_ratings.py.)
"""

import html
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest

from server.principal import Principal, PrincipalKind
from server.services import ratings
from server.work import open_work
from shared.ratings import Level
from shared.roles import Role
from tests.server.acts import OTHER_SYSTEM, TABLET, another_visit, door
from tests.server.test_access import looks, may
from tests.server.walking import Call, address, queried
from tests.server.whole import PEOPLE, Whole
from tests.world import USCC

pytestmark = pytest.mark.torture
INSPECTORS: Mapping[Role, str] = {
    **{role: PEOPLE[role][0] for role in (Role.HEAD, Role.AGENCY_ADMIN, Role.PLANNER)},
    Role.OFFICER: PEOPLE[Role.OFFICER][0],
    Role.DEVICE: TABLET,
    Role.CLIENT: OTHER_SYSTEM,
}
FORM = re.compile(r'<form[^>]*method="get".*?</form>', re.DOTALL)
CHOICE = re.compile(r'<select[^>]*name="([^"]+)".*?</select>', re.DOTALL)
OPTION = re.compile(r'<option[^>]*value="([^"]+)"')
LINK = re.compile(r'href="(\?[^"]+|/console/[^"]*\?[^"]+)"')
Seen = dict[tuple[str, str], list[str]]


def filters(page: str) -> Iterator[str]:
    """Every choice a page offers, as the query of an address: of its forms and of its links."""
    for form in FORM.findall(page):
        for choice in CHOICE.finditer(form):
            for value in OPTION.findall(choice.group(0)):
                yield urlencode({choice.group(1): html.unescape(value)})
    for link in LINK.findall(page):
        yield html.unescape(link).partition("?")[2]


def asked(whole: Whole, call: Call, who: str) -> Iterator[tuple[str, str]]:
    """What `who` gets of one address: plain, then under each filter it is offered."""
    client, headers = door(whole, call, who)
    path = address(whole.app, call.rule, whole.ids)
    plain = urlencode(dict(queried(call, whole.ids)))
    page = (
        client.get(path, headers=headers, query_string=plain).get_data().decode("utf-8", "replace")
    )
    yield plain, page
    for query in sorted(set(filters(page))):
        reply = client.get(path, headers=headers, query_string=query)
        yield query, reply.get_data().decode("utf-8", "replace")


def everything(whole: Whole) -> Seen:
    """Every line that anybody of the agency can get."""
    return {
        (who, f"{call.name}?{query}"): text.splitlines()
        for call in looks(whole)
        for role, who in INSPECTORS.items()
        if may(call, role) and not call.is_public
        for query, text in asked(whole, call, who)
    }


def told_apart(one: Seen, same: Seen, other: Seen) -> list[tuple[str, str]]:
    """Where `other` differs from `same` otherwise than that does from `one`, by chance alone.

    The audit log is longer at every round, for it notes the looking: by as much each time.
    """
    found = []
    for key in one:
        rounds = [each[key] for each in (one, same, other)]
        before, again, after = map(len, rounds)
        if before == again == after:
            odd = any(b != c for a, b, c in zip(*rounds, strict=True) if a == b)
        else:
            odd = after - again != again - before
        found += [key] if odd else []
    return found


def rate(whole: Whole, visit_id: str, level: Level) -> None:
    who = Principal(
        kind=PrincipalKind.ENTERPRISE,
        id="contact-rating",
        roles=frozenset({Role.ENTERPRISE_USER}),
        uscc=USCC,
    )
    with open_work(whole.parts, who) as work:
        ratings.give(work, visit_id, level, "等了三个小时")


def test_a_rating_changes_nothing_that_the_inspected_agency_can_get(fresh: Whole) -> None:
    visit_id = another_visit(fresh)["visit_id"]
    everything(fresh)  # what is drawn, noted or begun by the first look alone
    before, again = everything(fresh), everything(fresh)
    rate(fresh, visit_id, Level.VERY_BAD)
    after = everything(fresh)

    assert len(before) > 300
    assert set(before) == set(after)
    assert told_apart(before, again, after) == []
    assert not any("三个小时" in line for lines in after.values() for line in lines)
