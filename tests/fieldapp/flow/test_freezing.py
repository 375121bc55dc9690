"""Which reference objects a visit is opened on."""

from fieldapp.flow import freezing
from shared.reference import ReferenceObject
from tests.world import FORM, HELPER, LI, OTHER_USCC, TASK, USCC, WANG, ZHAO, objects


def revocations(count: int) -> list[ReferenceObject]:
    return [
        ReferenceObject(
            "revocation",
            f"r{n}",
            1,
            {"of": "code", "ref": f"n{n}", "since": f"2026-01-01T00:00:{n % 60:02}+00:00"},
        )
        for n in range(count)
    ]


def kinds_and_ids(chosen) -> set[tuple[str, str]]:
    return {(each.kind, each.id) for each in chosen}


def test_a_visit_freezes_what_its_task_touches_and_nothing_else() -> None:
    chosen = kinds_and_ids(freezing.for_tasks(objects(), [TASK], [WANG, LI]))
    assert {
        ("task", TASK),
        ("agency", "agency-1"),
        ("enterprise", USCC),
        ("premise", "premise-1"),
        ("item", "item-1"),
        ("form", FORM),
        ("legal_basis", "basis-1"),
        ("officer", WANG),
        ("officer", LI),
        ("officer", HELPER),
    } <= chosen
    assert ("enterprise", OTHER_USCC) not in chosen
    assert ("officer", ZHAO) not in chosen


def test_an_officer_of_the_tablet_is_frozen_though_the_task_does_not_name_him() -> None:
    assert ("officer", ZHAO) in kinds_and_ids(freezing.for_tasks(objects(), [TASK], [ZHAO]))


def test_parameters_and_revoked_codes_are_always_among_them() -> None:
    parameters = ReferenceObject(
        "rule_parameters", "agency-1", 3, {"id": "agency-1", "values": {"min_officers": 3}}
    )
    chosen = freezing.for_tasks(objects(parameters, *revocations(2)), [TASK], [])
    assert {("rule_parameters", "agency-1"), ("revocation", "r1")} <= kinds_and_ids(chosen)


def test_only_the_newest_revocations_are_kept_when_there_are_too_many() -> None:
    everything = objects(*revocations(freezing.MOST + 500))
    chosen = freezing.for_tasks(everything, [TASK], [])
    assert len(chosen) == freezing.MOST
    assert ("task", TASK) in kinds_and_ids(chosen)
    assert len(set(chosen_keys(chosen))) == freezing.MOST
    kept = [each.data["since"] for each in chosen if each.kind == "revocation"]
    assert kept == sorted(kept, reverse=True)


def chosen_keys(chosen) -> list[tuple[str, str, int]]:
    return [(each.kind, each.id, each.version) for each in chosen]


def test_an_emergency_freezes_everything() -> None:
    everything = objects(*revocations(3))
    assert len(freezing.for_emergency(everything)) == len(everything)
