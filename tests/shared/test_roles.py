"""The roles are those of the design, and their words go into databases: they do not change."""

from shared.roles import Role


def test_every_role_is_one_lower_case_word_that_never_changes() -> None:
    assert set(map(str, Role)) == {
        "officer",
        "planner",
        "head",
        "agency_admin",
        "supervision",
        "platform_admin",
        "assessor",
        "enterprise_owner",
        "enterprise_user",
        "public",
        "system",
        "client",
        "device",
    }
