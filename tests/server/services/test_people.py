import pytest
from sqlalchemy import select

from server.models import AuditEntry, LoginSession, Person
from server.principal import Principal
from server.services import people
from server.work import Parts, Work, open_work
from shared.errors import BadInput, DomainError, NotAllowed, NotFound
from shared.roles import Role
from tests.server.factories import County, principal, sign_in

PASSWORD = "long enough 密码"


def admin(county: County) -> Principal:
    return principal(county.admin, Role.AGENCY_ADMIN, agency=county.agency)


def add(work: Work, agency: str | None, *roles: Role, username: str = "new") -> people.Added:
    return people.add(
        work, agency_id=agency, username=username, name="新人", roles=roles, password=PASSWORD
    )


def test_an_administrator_adds_people_of_the_own_agency(parts: Parts, county: County) -> None:
    with open_work(parts, admin(county)) as work:
        planner = add(work, county.agency, Role.PLANNER)
        head = add(work, county.agency, Role.HEAD, username="boss")
    assert planner.otpauth == ""
    assert head.otpauth.startswith("otpauth://totp/")
    with open_work(parts, admin(county)) as work:
        kept = work.session.get_one(Person, head.person.id)
        assert kept.password_hash.startswith("$argon2id$")
        actions = work.session.scalars(select(AuditEntry.action)).all()
    assert actions == ["person.added", "person.added"]


@pytest.mark.parametrize(
    ("agency", "roles", "refusal"),
    [
        ("agency-other", (Role.PLANNER,), NotFound),
        ("agency-home", (Role.SUPERVISION,), NotAllowed),
        ("agency-home", (Role.PLATFORM_ADMIN,), NotAllowed),
        ("agency-home", (Role.DEVICE,), BadInput),
        ("agency-home", (), BadInput),
        (None, (Role.PLANNER,), BadInput),
    ],
)
def test_an_administrator_gives_nothing_beyond_the_agency(
    parts: Parts, county: County, agency: str, roles: tuple[Role, ...], refusal: type[DomainError]
) -> None:
    with open_work(parts, admin(county)) as work, pytest.raises(refusal):
        add(work, agency, *roles)


def test_a_planner_adds_nobody(parts: Parts, county: County) -> None:
    planner = principal(county.planner, Role.PLANNER, agency=county.agency)
    with open_work(parts, planner) as work, pytest.raises(NotAllowed):
        add(work, county.agency, Role.PLANNER)


def test_nobody_changes_their_own_roles(parts: Parts, county: County) -> None:
    with open_work(parts, admin(county)) as work, pytest.raises(people.OwnRoles):
        people.set_roles(work, county.admin, [Role.AGENCY_ADMIN, Role.HEAD])


def test_people_beyond_the_agency_are_not_an_administrators_to_touch(
    parts: Parts, county: County
) -> None:
    with open_work(parts, admin(county)) as work:
        for person in (county.other_planner, county.supervisor, county.platform_admin):
            with pytest.raises(NotFound):
                people.reset_password(work, person, PASSWORD)


def test_new_roles_and_secrets_end_every_session(parts: Parts, county: County) -> None:
    for change in (
        lambda work: people.set_roles(work, county.planner, [Role.PLANNER, Role.HEAD]),
        lambda work: people.reset_password(work, county.planner, PASSWORD),
        lambda work: people.reset_second_factor(work, county.planner),
        lambda work: people.let_go(work, county.planner),
    ):
        sign_in(parts, county.planner)
        with open_work(parts, admin(county)) as work:
            change(work)
        with open_work(parts, admin(county)) as work:
            open_ones = select(LoginSession).where(LoginSession.ended_at.is_(None))
            assert work.session.scalars(open_ones).all() == []


def test_who_becomes_a_head_is_given_a_second_factor(parts: Parts, county: County) -> None:
    with open_work(parts, admin(county)) as work:
        assert people.set_roles(work, county.planner, [Role.HEAD]).otpauth
        assert people.set_roles(work, county.planner, [Role.HEAD, Role.PLANNER]).otpauth == ""


def test_a_taken_name_is_a_conflict(parts: Parts, county: County) -> None:
    with open_work(parts, admin(county)) as work, pytest.raises(people.UsernameTaken):
        add(work, county.agency, Role.PLANNER, username=county.other_planner)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_has_a_length(parts: Parts, county: County, password: str) -> None:
    with open_work(parts, admin(county)) as work, pytest.raises(BadInput):
        people.reset_password(work, county.planner, password)


@pytest.mark.parametrize("word", ["", "  ", "x" * 61])
def test_a_person_has_a_user_name_and_a_name(parts: Parts, county: County, word: str) -> None:
    with open_work(parts, admin(county)) as work, pytest.raises(BadInput):
        add(work, county.agency, Role.PLANNER, username=word)
