"""People who sign in, and what they may: added, given roles, given new secrets, let go.

An agency's administrator looks after its own people and may give no role that reaches beyond it.
Nobody changes their own roles. Whoever gets new roles or secrets signs in anew.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from server.models import Agency, Person
from server.services import audit, identity, passwords, second_factor, typed_words
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import BadInput, Conflict, NotAllowed, NotFound
from shared.roles import Role

LONGEST_WORD = 60
WITHIN_AGENCY = frozenset({Role.OFFICER, Role.PLANNER, Role.HEAD, Role.AGENCY_ADMIN})
OF_PEOPLE = WITHIN_AGENCY | {Role.SUPERVISION, Role.ASSESSOR, Role.PLATFORM_ADMIN}


class UsernameTaken(Conflict):
    """Somebody is called that already, perhaps in another agency."""

    code = "username_taken"


class OwnRoles(NotAllowed):
    """Nobody decides what they themselves may."""

    code = "own_roles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A person just added. `otpauth` is shown once, as a QR code; empty where none is needed."""

    person: Person
    otpauth: str


def add(
    work: Work,
    *,
    agency_id: str | None,
    username: str,
    name: str,
    roles: Collection[Role],
    password: str,
) -> Added:
    """Add a person to an agency; to none only a platform administrator."""
    _require_may_give(work, agency_id, roles)
    typed_words.require(username=(username, LONGEST_WORD), name=(name, LONGEST_WORD))
    if agency_id is not None and work.session.get(Agency, agency_id) is None:
        raise NotFound("No such agency.")
    if work.session.scalar(select(Person.id).where(Person.username == username)) is not None:
        raise UsernameTaken("That user name is taken.")
    person = Person(
        id=work.ids(),
        agency_id=agency_id,
        username=username,
        name=name,
        roles=_words(roles),
        password_hash=passwords.hash_password(work, password),
        created_at=work.now,
    )
    otpauth = second_factor.give(work, person) if second_factor.is_needed(person) else ""
    work.session.add(person)
    audit.write(work, "person.added", "person", person.id, roles=_words(roles))
    return Added(person=person, otpauth=otpauth)


def set_roles(work: Work, person_id: str, roles: Collection[Role]) -> Added:
    """Give somebody exactly these roles; a second factor too where they now need one."""
    person = _theirs(work, person_id)
    _require_may_give(work, person.agency_id, roles)
    _require_may_give(work, person.agency_id, [Role(word) for word in person.roles])
    if person.id == work.who.id:
        raise OwnRoles("Nobody changes their own roles.")
    before, person.roles = person.roles, _words(roles)
    needs_one = person.totp_sealed is None and second_factor.is_needed(person)
    otpauth = second_factor.give(work, person) if needs_one else ""
    identity.end_sessions(work, person.id)
    audit.write(work, "person.roles", "person", person.id, before=before, after=person.roles)
    return Added(person=person, otpauth=otpauth)


def reset_password(work: Work, person_id: str, password: str) -> Person:
    """Give somebody a new password, which also opens a lock."""
    person = _theirs(work, person_id)
    person.password_hash = passwords.hash_password(work, password)
    person.failed_count, person.locked_until = 0, None
    identity.end_sessions(work, person.id)
    audit.write(work, "person.password_reset", "person", person.id)
    return person


def reset_second_factor(work: Work, person_id: str) -> Added:
    """Give somebody a new second factor; the one before is worth nothing from now on."""
    person = _theirs(work, person_id)
    if person.id == work.who.id:
        raise OwnRoles("Somebody else resets your second factor.")
    otpauth = second_factor.give(work, person)
    identity.end_sessions(work, person.id)
    audit.write(work, "person.second_factor_reset", "person", person.id)
    return Added(person=person, otpauth=otpauth)


def let_go(work: Work, person_id: str) -> Person:
    """End somebody's access for good; the row stays, since the record speaks of it."""
    person = _theirs(work, person_id)
    if person.id == work.who.id:
        raise OwnRoles("Nobody lets themselves go.")
    person.disabled_at = person.disabled_at or work.now
    identity.end_sessions(work, person.id)
    audit.write(work, "person.let_go", "person", person.id)
    return person


def _theirs(work: Work, person_id: str) -> Person:
    """A person this administrator looks after; `NotFound` for anybody else."""
    require_role(work.who, Role.AGENCY_ADMIN, Role.PLATFORM_ADMIN, Role.SYSTEM)
    person = one(work.session.get(Person, person_id, with_for_update=True))
    if _is_platforms(work):
        return person
    beyond = not WITHIN_AGENCY.issuperset(person.roles)
    if person.agency_id is None or person.agency_id != work.who.agency_id or beyond:
        raise NotFound("No such person.")
    return person


def _require_may_give(work: Work, agency_id: str | None, roles: Collection[Role]) -> None:
    require_role(work.who, Role.AGENCY_ADMIN, Role.PLATFORM_ADMIN, Role.SYSTEM)
    if not roles or not OF_PEOPLE.issuperset(roles):
        raise BadInput("Not roles of a person.", errors={"/roles": "?"})
    if agency_id is None and set(roles) != {Role.PLATFORM_ADMIN}:
        raise BadInput("Only platform administrators belong to no agency.", errors={"/roles": "?"})
    if _is_platforms(work):
        return
    if agency_id != work.who.agency_id:
        raise NotFound("No such agency.")
    if not WITHIN_AGENCY.issuperset(roles):
        raise NotAllowed("That role is not an agency's to give.")


def _is_platforms(work: Work) -> bool:
    return work.who.is_any((Role.PLATFORM_ADMIN, Role.SYSTEM))


def _words(roles: Collection[Role]) -> list[str]:
    return sorted(str(role) for role in set(roles))
