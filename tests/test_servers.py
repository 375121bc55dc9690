"""The private servers that other tests rely on start, answer and keep tests apart."""

import smtplib
import socket

import psycopg
import pytest
import redis

from tests.servers import Mailbox


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.mark.postgres
@pytest.mark.parametrize("_", ["once", "again"])
def test_every_test_has_an_empty_database(postgres_url: str, _: str) -> None:
    with psycopg.connect(plain(postgres_url)) as connection:
        connection.execute("CREATE TABLE mark (here int)")
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


@pytest.mark.redis
@pytest.mark.parametrize("_", ["once", "again"])
def test_every_test_has_an_empty_redis(redis_url: str, _: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.set("mark", "here", nx=True)


def test_mail_arrives_readable(smtp_server: Mailbox) -> None:
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as sender:
        sender.sendmail("a@example.cn", ["b@example.cn"], "Subject: notice\n\nread me")
    assert [message["subject"] for message in smtp_server.messages] == ["notice"]


def test_mail_is_refused_on_request(smtp_server: Mailbox) -> None:
    smtp_server.reply = "451 Try again later"
    with (
        smtplib.SMTP(smtp_server.host, smtp_server.port) as sender,
        pytest.raises(smtplib.SMTPDataError, match="451"),
    ):
        sender.sendmail("a@example.cn", ["b@example.cn"], "Subject: notice\n\nread me")
    assert smtp_server.messages == []


@pytest.mark.browser
def test_the_browser_draws_chinese(chromium) -> None:
    page = chromium.new_page()
    page.set_content("<title>明察</title><p>检查必留痕</p>")
    assert page.title() == "明察"
    page.close()


def test_tests_reach_nothing_outside() -> None:
    with socket.socket() as outward, pytest.raises(ConnectionRefusedError, match="only loopback"):
        outward.connect(("192.0.2.1", 9))
