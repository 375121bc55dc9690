"""Signing in and out. Wrong name, wrong password, wrong time code and lock-out look the same.

A wrong try must be remembered, so nothing raises inside the unit of work: `sign_in` answers with
an Attempt, and its caller asks for `.accepted()` after the commit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from server.models import LoginSession, Person, SessionKind
from server.refusals import SecondFactorNeeded, WrongCredentials
from server.services import audit, bearer, passwords, second_factor
from server.services.bearer import Bearer
from server.work import Work
from shared.roles import Role

FREE_TRIES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session just begun. `secret` is shown to its owner once and kept nowhere."""

    secret: str
    person_id: str
    name: str
    roles: tuple[Role, ...]
    agency_id: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of a try to sign in, to be asked after the commit."""

    session: SignedIn | None

    def accepted(self) -> SignedIn:
        """The session; `WrongCredentials` if there is none."""
        if self.session is None:
            raise WrongCredentials("Wrong user name, password or time code.")
        return self.session


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """A time code that was just used, by whom and when: what an approval wants to see."""

    person_id: str | None
    at: datetime

    def accepted(self) -> "SecondFactor":
        """This; `SecondFactorNeeded` when the code was not right."""
        if self.person_id is None:
            raise SecondFactorNeeded("Wrong or used time code.")
        return self


def sign_in(
    work: Work,
    *,
    username: str,
    password: str,
    totp: str | None,
    kind: SessionKind,
    user_agent: str = "",
) -> Attempt:
    """Begin a session, or count a wrong try. Commits either way; see `Attempt.accepted`."""
    person = work.session.scalars(
        select(Person).where(Person.username == username).with_for_update()
    ).one_or_none()
    # The password is tried even when nothing can come of it, so that time tells nothing.
    right = passwords.is_right(password, person.password_hash if person else None)
    if person is None or person.disabled_at is not None or _is_locked(work, person):
        return Attempt(session=None)
    if not right or not _second_factor_holds(work, person, totp):
        _count_wrong(work, person)
        return Attempt(session=None)
    _forgive(person)
    return Attempt(session=_begin(work, person, kind, user_agent))


def sign_out(work: Work) -> None:
    """End the session who asks came with."""
    work.session.execute(
        update(LoginSession)
        .where(LoginSession.id == work.who.session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=work.now)
    )
    audit.write(work, "person.signed_out", "person", work.who.id)
    audit.write(work, "person.signed_out", "person", work.who.id)


def end_sessions(work: Work, person_id: str) -> None:
    """End all of somebody's sessions: after a new password, new roles or leaving."""
    work.session.execute(
        update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def use_second_factor(work: Work, code: str | None) -> SecondFactor:
    """Use up a time code of who asks, or count a wrong try; see `SecondFactor.accepted`."""
    person = work.session.get(Person, work.who.id, with_for_update=True)
    if person is None or _is_locked(work, person):
        return SecondFactor(person_id=None, at=work.now)
    if not second_factor.use(work, person, code):
        _count_wrong(work, person)
        return SecondFactor(person_id=None, at=work.now)
    _forgive(person)
    return SecondFactor(person_id=person.id, at=work.now)


def _second_factor_holds(work: Work, person: Person, totp: str | None) -> bool:
    return not second_factor.is_needed(person) or second_factor.use(work, person, totp)


def _is_locked(work: Work, person: Person) -> bool:
    return person.locked_until is not None and work.now < person.locked_until


def _count_wrong(work: Work, person: Person) -> None:
    person.failed_count += 1
    beyond = person.failed_count - FREE_TRIES
    if beyond >= 0:
        # Six doublings reach the longest lock; more would only overflow.
        person.locked_until = work.now + min(FIRST_LOCK * 2 ** min(beyond, 6), LONGEST_LOCK)
        audit.write(work, "person.locked", "person", person.id, wrong_tries=person.failed_count)


def _forgive(person: Person) -> None:
    person.failed_count, person.locked_until = 0, None


def _begin(work: Work, person: Person, kind: SessionKind, user_agent: str) -> SignedIn:
    of = Bearer.PERSON if kind is SessionKind.API else Bearer.WEB
    secret, kept = bearer.make(of, work.chance)
    row = LoginSession(
        id=work.ids(),
        kind=kind,
        token_hash=kept,
        person_id=person.id,
        created_at=work.now,
        expires_at=work.now + work.settings.person_token_life,
        second_factor_at=work.now if person.totp_sealed else None,
        user_agent=user_agent[:200],
    )
    work.session.add(row)
    audit.write(work, "person.signed_in", "person", person.id, how=str(kind))
    return SignedIn(
        secret=secret,
        person_id=person.id,
        name=person.name,
        roles=tuple(Role(word) for word in person.roles),
        agency_id=person.agency_id,
        expires_at=row.expires_at,
    )
