import errno
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

import server
import shared
from server import access, errors, outages
from server.database import make_engine
from server.sentences import SENTENCE
from shared.errors import DomainError, every_error
from shared.roles import Role


def everything(package: object) -> None:
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):  # type: ignore[attr-defined]
        importlib.import_module(module.name)


OF_JOBS = {"not_taken", "never_taken"}  # answered inside the job that sends, never over HTTP


everything(shared)
everything(server)


@pytest.mark.parametrize(
    "kind", sorted(set(every_error()) - {DomainError}, key=lambda k: k.__name__)
)
def test_every_code_has_a_status_and_a_sentence(kind: type[DomainError]) -> None:
    if not kind.__module__.startswith(("server", "shared")) or kind.code == DomainError.code:
        return  # a test's own, or a shape that others are made from
    assert 400 <= errors.status_of(kind) < 600
    assert errors.status_of(kind) != 500 or kind.code in OF_JOBS
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.code)
    assert kind.code in SENTENCE, f"no sentence for {kind.code} ({kind.__name__})"


def test_sentences_are_in_both_languages() -> None:
    for code, text in SENTENCE.items():
        assert re.search(r"[\u4e00-\u9fff]", text.zh), code
        assert text.en.isascii(), code


@pytest.fixture
def broken(own_app: Flask) -> FlaskClient:
    @access.roles(Role.PUBLIC)
    def fail() -> str:
        raise RuntimeError("the phone is 13812345678")

    own_app.add_url_rule("/api/v1/broken", "broken", fail)
    own_app.add_url_rule("/broken", "broken_page", fail)
    return own_app.test_client()


def test_a_bug_is_a_500_that_tells_nothing(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    reply = broken.get("/api/v1/broken")
    assert reply.status_code == 500
    assert reply.json["code"] == "internal_error"
    assert "13812345678" not in reply.get_data(as_text=True)
    assert reply.headers["X-Request-Id"]
    assert "request failed: RuntimeError" in caplog.text


def test_a_bug_in_a_page_is_a_page(broken: FlaskClient) -> None:
    reply = broken.get("/broken")
    assert reply.status_code == 500
    assert reply.content_type == "text/html; charset=utf-8"
    assert "13812345678" not in reply.get_data(as_text=True)


def test_a_page_that_writes_wants_its_own_token(own_app: Flask) -> None:
    @access.roles(Role.PUBLIC)
    def write() -> str:
        return "written"

    own_app.config["WTF_CSRF_ENABLED"] = True
    own_app.add_url_rule("/write", "write", write, methods=["POST"])
    reply = own_app.test_client().post("/write", data={"x": "1"})
    assert reply.status_code == 400
    assert "csrf_failed" in reply.get_data(as_text=True)


def test_a_full_disk_is_no_bug_and_says_when_to_come_again(own_app: Flask) -> None:
    @access.roles(Role.PUBLIC)
    def write() -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    own_app.add_url_rule("/api/v1/full", "full", write)
    reply = own_app.test_client().get("/api/v1/full")
    assert (reply.status_code, reply.json["code"]) == (503, "unavailable")
    assert int(reply.headers["Retry-After"]) > 0


def test_an_outage_is_told_from_a_bug(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'small.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        connection.exec_driver_sql("PRAGMA max_page_count = 2")
        with pytest.raises(OperationalError) as full:
            connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(100000))")
    with engine.connect() as connection, pytest.raises(OperationalError) as misspelt:
        connection.exec_driver_sql("SELECT * FROM no_such_table")
    away = make_engine("postgresql+psycopg://postgres@127.0.0.1:1/mingcha")
    with pytest.raises(OperationalError) as refused:
        away.connect()
    engine.dispose()
    assert outages.is_outage(full.value)
    assert outages.is_outage(refused.value)
    assert not outages.is_outage(misspelt.value)
    assert not outages.is_outage(FileNotFoundError(errno.ENOENT, "gone"))
    assert not outages.is_outage(KeyError("x"))
