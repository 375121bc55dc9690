"""An empty database becomes a county that can begin to work at once, and only an empty one."""

import shutil
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server import assembly
from server.clock import SetClock
from server.commands import seed_demo
from server.config import Settings
from server.models import (
    Agency,
    Certificate,
    ChangeLog,
    Contact,
    EnterpriseCode,
    HolidayYear,
    Parameter,
    Person,
    Plan,
    SyncObject,
    Visit,
)
from server.principal import SYSTEM
from server.seed import accounts
from server.seed.filling import DEMO, Filled, NotEmpty
from server.services import audit, enterprise_codes, identity, platform_keys
from server.services.identity import SessionKind
from server.work import Parts, open_work
from shared import keyset, scan, tokens
from shared.reference import ReferenceObject, References
from shared.scan import EnterpriseCode as ScannedEnterprise
from tests.server.conftest import NOW
from tests.server.factories import County


class Seeded(NamedTuple):
    parts: Parts
    filled: Filled


@pytest.fixture(scope="module")
def seeded(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    """A county, filled once: the tests below only look at it, or sign in."""
    folder = tmp_path_factory.mktemp("seeded") / "data"
    shutil.copytree(migrated, folder)
    parts = assembly.assemble(
        Settings.from_env({"MINGCHA_DATA_DIR": str(folder)}), clock=SetClock(NOW)
    )
    yield Seeded(parts, seed_demo.seed(parts))
    parts.engine.dispose()


def test_the_county_is_whole(seeded: Seeded) -> None:
    assert (seeded.filled.agencies, seeded.filled.officers, seeded.filled.enterprises) == (
        13,
        20,
        200,
    )
    with Session(seeded.parts.engine) as session:
        assert session.scalar(select(func.count()).select_from(EnterpriseCode)) == 200
        assert session.scalar(select(func.count()).select_from(Contact)) == 200
        assert session.get(HolidayYear, (2026, 1)) is not None
        assert session.scalar(select(Parameter.value).where(Parameter.key == DEMO))


def test_nothing_is_there_that_the_platform_did_not_do(seeded: Seeded) -> None:
    with Session(seeded.parts.engine) as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 0
        assert list(session.scalars(select(Plan.status).distinct())) == ["draft"]
        assert list(audit.verify(session)) == []


def test_a_database_in_use_is_refused_and_left_alone(parts: Parts, county: County) -> None:
    with pytest.raises(NotEmpty):
        seed_demo.seed(parts)

    assert not (parts.settings.data_dir / accounts.FILE).exists()
    with Session(parts.engine) as session:
        assert session.scalar(select(func.count()).select_from(Agency)) == 2


def test_the_accounts_are_written_for_their_owner_alone(seeded: Seeded) -> None:
    path = seeded.parts.settings.data_dir / accounts.FILE

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert accounts.read(seeded.parts.settings.data_dir) == seeded.filled.accounts
    assert len({account.password for account in seeded.filled.accounts}) == len(
        seeded.filled.accounts
    )


@pytest.mark.parametrize("username", ["planner.market", "head.market", "supervision"])
def test_an_account_signs_in_as_it_is_written_down(seeded: Seeded, username: str) -> None:
    account = accounts.named(seeded.filled.accounts, username)
    with open_work(seeded.parts, SYSTEM) as work:
        attempt = identity.sign_in(
            work,
            username=username,
            password=account.password,
            totp=account.code(work.now) or None,
            kind=SessionKind.API,
        )

    assert attempt.accepted().roles == account.roles


def test_no_password_or_contact_is_readable_in_the_database(seeded: Seeded) -> None:
    with Session(seeded.parts.engine) as session:
        kept = [person.password_hash for person in session.scalars(select(Person))]
        contacts = list(session.scalars(select(Contact)))

    assert all(phc.startswith("$argon2id$") for phc in kept)
    assert not any("@" in str(c.email_sealed) or "19900" in str(c.phone_sealed) for c in contacts)


def test_every_certified_officer_may_inspect_today(seeded: Seeded) -> None:
    today = date(2026, 7, 1)
    with Session(seeded.parts.engine) as session:
        found = list(session.scalars(select(Certificate)))

    assert len(found) == 20
    assert all(c.valid_from <= today <= c.valid_to for c in found)


def test_tablets_can_read_what_is_published(seeded: Seeded) -> None:
    with Session(seeded.parts.engine) as session:
        rows = list(session.scalars(select(SyncObject)))
        scopes = set(session.scalars(select(ChangeLog.scope_key)))

    found = References.from_objects(
        ReferenceObject(row.kind, row.id, row.version, row.data) for row in rows
    )
    assert len(found.agencies) == 13
    assert len(found.officers) == 22
    assert "*" in scopes
    assert all(form.points for form in found.forms.values())
    cited = {p.basis_id for form in found.forms.values() for p in form.points}
    assert cited <= set(found.bases)


def test_every_door_code_is_good_under_the_published_key_set(seeded: Seeded) -> None:
    with open_work(seeded.parts, SYSTEM) as work:
        keys = keyset.read(platform_keys.key_set(work))
        codes = list(work.session.scalars(select(EnterpriseCode)))
        urls = [enterprise_codes.url(work, code) for code in codes]

    for code, url in zip(codes, urls, strict=True):
        scanned = scan.decode(url)
        assert isinstance(scanned, ScannedEnterprise)
        claims = tokens.read(code.token, "enterprise", keys.public, at=seeded.parts.clock.now())
        assert claims["uscc"] == code.uscc
