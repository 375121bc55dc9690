"""`mingcha keys`: a new key is announced to tablets before anything is signed with it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from server import assembly
from server.cli import cli
from server.clock import SetClock, SystemClock
from server.models import Document, SyncObject
from server.principal import SYSTEM
from server.services import documents, key_checks, platform_keys
from server.work import Parts, open_work
from shared import keyset, tokens
from shared.errors import Conflict, KeyNotInForce
from shared.tokens import TokenType


def run(parts: Parts, *arguments: str) -> Result:
    environment = {"MINGCHA_DATA_DIR": str(parts.settings.data_dir), "MINGCHA_DATABASE_URL": ""}
    return CliRunner(env=environment).invoke(cli, arguments)


@pytest.fixture
def held(parts: Parts) -> keyset.KeySet:
    """What a tablet trusts before the change."""
    with open_work(parts, SYSTEM) as work:
        return keyset.read(platform_keys.key_set(work))


def announced(parts: Parts) -> dict[str, object]:
    with open_work(parts, SYSTEM) as work:
        return work.session.get_one(SyncObject, ("key_set", "platform")).data


def test_a_tablet_trusts_the_next_key_and_the_server_signs_with_it_only_from_its_day(
    parts: Parts, held: keyset.KeySet
) -> None:
    done = run(parts, "keys", "rotate", "--in-days", "3")
    assert done.exit_code == 0, done.output

    now, sent = SystemClock().now(), announced(parts)
    after = keyset.accept(sent, held, now)
    (new,) = {key.kid for key in after.keys} - {key.kid for key in held.keys}
    assert after.version == held.version + 1
    with pytest.raises(KeyNotInForce):
        after.public(new, now)

    for days, kid in ((0, held.keys[0].kid), (4, new)):
        clock = SetClock(now + timedelta(days=days))
        server = assembly.assemble(parts.settings, clock=clock)
        with open_work(server, SYSTEM) as work:
            key_checks.require(work)
            assert platform_keys.ensure(work) == sent
            token = documents.code(work, Document(id="d", content_hash="0" * 64))
        assert server.secrets.signing_kid == kid
        claims = tokens.read(token, TokenType.DOCUMENT, after.public, clock.now())
        assert claims["doc"] == "d"
        server.engine.dispose()


def test_one_key_at_a_time_is_announced(parts: Parts, held: keyset.KeySet) -> None:
    assert run(parts, "keys", "rotate").exit_code == 0
    assert isinstance(run(parts, "keys", "rotate").exception, Conflict)
    listed = run(parts, "keys", "list").output.splitlines()
    assert [line.endswith("signs") for line in listed] == [True, False]
    assert held.keys[0].kid in listed[0]


def test_the_next_set_after_a_rotation_is_signed_by_a_key_in_force(
    parts: Parts, held: keyset.KeySet
) -> None:
    run(parts, "keys", "rotate")
    later = replace(parts, clock=SetClock(SystemClock().now() + timedelta(days=30)))
    after = keyset.accept(announced(parts), held, SystemClock().now())
    environment = assembly.assemble(parts.settings, clock=later.clock)
    assert environment.secrets.signing_kid == max(key.kid for key in after.keys)
    environment.engine.dispose()
