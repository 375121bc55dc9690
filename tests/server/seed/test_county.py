"""The demo county is the same every time, valid, and nobody's real data."""

from server.seed import county
from shared import uscc


def test_the_county_has_what_the_demo_promises() -> None:
    assert len(county.agencies()) == 12
    assert len(county.enterprises()) == 200
    assert sum(1 for officer in county.officers() if officer.certificate) == 20


def test_every_code_is_valid_and_every_name_its_own() -> None:
    found = county.enterprises()

    assert all(uscc.is_valid(one.uscc) for one in found)
    assert len({one.uscc for one in found}) == len({one.name for one in found}) == 200


def test_every_point_and_item_cites_a_basis_of_its_agency() -> None:
    for agency in county.agencies():
        known = {basis["id"] for basis in agency.bases}
        for item in agency.items:
            assert set(item["bases"]) <= known
            assert {point["basis"] for point in item["points"]} <= known


def test_mail_addresses_lead_nowhere() -> None:
    assert all(one.email.endswith(".example") for one in county.enterprises())


def test_the_market_supervision_can_staff_two_visits_at_once() -> None:
    officers = [o for o in county.officers() if o.agency == "market" and o.certificate]

    assert len(officers) == 4


def test_some_points_depend_on_others_and_some_on_what_registers_know() -> None:
    found = [
        (point, number)
        for agency in county.agencies()
        for item in agency.items
        for number, point in enumerate(item["points"], start=1)
    ]
    read = {point["fact"]["key"] for point, _ in found if "fact" in point}
    known = {fact.key for firm in county.enterprises() for fact in firm.facts}

    assert [one for one in found if "when" in one[0] and one[0]["when"]["point"] >= one[1]] == []
    assert len([point for point, _ in found if "when" in point]) >= 3
    assert read == known
