"""Calling addresses that others wrote down: none of our own network, whatever a name turns into."""

import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from server.notify import outside
from server.notify.channels import NotTaken
from server.notify.outside import Unreachable
from tests.receivers import Receiver, receiver
from tests.servers import LOOPBACK

LISTED = (ip_network("127.0.0.1"),)


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 -- an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fc00::7",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
    ],
)
def test_private_addresses_are_not_public_however_they_are_written(address: str) -> None:
    assert not outside.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "2002:101:101::1"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert outside.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.test/",
        "https://user@example.test/",
        "https:///nowhere",
        "https://example.test:x/",
        "https://exämple.test/",
        "https://example.test/ with a space",
        "https://example.test/" + "x" * 500,
        "http://example.test/",
    ],
)
def test_what_may_not_be_written_down(url: str) -> None:
    assert not outside.readable(url, ())


def test_a_private_address_is_called_only_if_its_network_is_listed(other: Receiver) -> None:
    with pytest.raises(Unreachable):
        outside.post(f"https://{LOOPBACK}:{other.port}/", b"{}", {}, ())
    assert outside.post(f"{other.url}/hook", b"{}", {"x-a": "b"}, LISTED).status == 200

    (call,) = other.calls
    assert (call.path, call.headers["x-a"], call.body) == ("/hook", "b", b"{}")


def test_a_name_is_called_at_the_address_that_was_looked_at(
    other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["127.0.0.1", "127.0.0.2"])
    real = socket.getaddrinfo

    def turning(host: str, *rest: Any, **more: Any) -> Any:
        return real(next(answers) if host == "turning.test" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", turning)
    assert outside.post(f"http://turning.test:{other.port}/", b"", {}, LISTED).status == 200
    assert other.calls[0].headers["host"] == f"turning.test:{other.port}"
    with pytest.raises(Unreachable):  # the next time it stands for another
        outside.post(f"http://turning.test:{other.port}/", b"", {}, LISTED)
    assert len(other.calls) == 1


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def mixed(*_args: Any, **_more: Any) -> Any:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
            for address in ("1.1.1.1", "10.0.0.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", mixed)
    with pytest.raises(Unreachable):
        outside.checked("mixed.test", 443, (), only_listed=False)


def test_without_tls_not_even_a_public_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answer)
    with pytest.raises(Unreachable):
        outside.post("http://plain.test/", b"", {}, LISTED)


def test_a_redirect_is_an_answer_and_not_followed(other: Receiver) -> None:
    other.status, other.headers = 302, {"location": "http://169.254.169.254/"}

    assert outside.post(other.url, b"", {}, LISTED).status == 302


def test_nobody_there_and_somebody_who_drips_are_not_taken(
    other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as silent:
        silent.bind((LOOPBACK, 0))
        silent.listen()
        monkeypatch.setattr(outside, "WHOLE_S", 0.05)
        began = time.monotonic()
        with pytest.raises(NotTaken):
            outside.post(f"http://{LOOPBACK}:{silent.getsockname()[1]}/", b"", {}, LISTED)
        assert time.monotonic() - began < outside.CONNECT_S


def test_no_more_is_read_than_is_needed(other: Receiver) -> None:
    other.answer = b"x" * 1_000_000

    assert len(outside.post(other.url, b"", {}, LISTED).body) == outside.MOST_READ
