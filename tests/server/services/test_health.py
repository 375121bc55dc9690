"""The health page tells how far the queue and the tablets' cursors lag behind."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.models import OutboxMessage, OutboxState
from server.principal import SYSTEM
from server.services import health
from server.services.publishing import EVERYBODY, publish
from server.work import Parts, open_work
from tests.server.conftest import NOW
from tests.server.factories import County, add


def message(county: County, name: str, after_s: int, state: str) -> OutboxMessage:
    return OutboxMessage(
        id=name,
        purpose="result_notice",
        agency_id=county.agency,
        channel="email",
        address_sealed="",
        body_sealed="",
        state=state,
        created_at=NOW,
        next_try_at=NOW + timedelta(seconds=after_s),
    )


def test_the_queue_lags_by_the_message_that_is_due_longest(
    client: FlaskClient, parts: Parts, county: County
) -> None:
    assert client.get("/api/v1/health").json["queue_lag_s"] == 0
    waiting, sent = OutboxState.WAITING, OutboxState.SENT
    told = [("late", -90, waiting), ("due", -5, waiting), ("later", 60, waiting), ("x", -900, sent)]
    add(parts, [message(county, *each) for each in told])
    said = client.get("/api/v1/health").json
    assert (said["queue_lag_s"], said["cursor_lag_s"]) == (90, 0)


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Path) -> Iterator[Parts]:
    settings = Settings.from_env(
        {"MINGCHA_DATA_DIR": str(tmp_path), "MINGCHA_DATABASE_URL": postgres_url}
    )
    made = assembly.set_up(settings, clock=SetClock(NOW))
    founding.found(made)
    yield made
    made.engine.dispose()


@pytest.mark.postgres
def test_changes_lag_while_an_older_transaction_is_open(on_postgres: Parts) -> None:
    def lag() -> int:
        with open_work(on_postgres, SYSTEM) as work:
            work.now += timedelta(seconds=40)
            return int(health.report(work)["cursor_lag_s"])

    assert lag() == 0
    with on_postgres.engine.connect() as slow:
        slow.execute(text("SELECT pg_current_xact_id()"))
        with open_work(on_postgres, SYSTEM) as work:
            publish(work, "item", "i", {"id": "i"}, {EVERYBODY})
        assert lag() == 40
    assert lag() == 0
