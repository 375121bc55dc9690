"""Robots and webhooks against a real HTTP server: what is sent, and what its answers mean."""

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

import pytest

from server.notify.bots import DingTalk, WeCom, dingtalk_address, wecom_address
from server.notify.channels import Channel, NeverTaken, NotTaken
from server.notify.webhook import Webhook, packed
from shared import webhooks
from tests.receivers import Receiver, receiver
from tests.server.notify.letters import BODY, NOTICE, letter
from tests.world import NOON

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aac-4bc4"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=t0ken"
SECRET = webhooks.secret_of(bytes(range(32)))
Made = Callable[[Receiver], tuple[Channel, str]]


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


def wecom(other: Receiver) -> tuple[Channel, str]:
    return WeCom(other.url), wecom_address(WECOM)


def dingtalk(other: Receiver) -> tuple[Channel, str]:
    return DingTalk(other.url), dingtalk_address(f"{DINGTALK} SECabc")


def webhook(other: Receiver) -> tuple[Channel, str]:
    listed = (ip_network("127.0.0.1"),)
    return Webhook(listed, now=lambda: NOON), packed(f"{other.url}/in", SECRET)


def test_a_robot_of_wecom_is_told_number_agency_date_and_link(other: Receiver) -> None:
    channel, address = wecom(other)
    channel.send(letter(address=address))

    (call,) = other.calls
    assert call.path == "/cgi-bin/webhook/send?key=693a91f6-7aac-4bc4"
    assert call.json["msgtype"] == "text"
    for said in (BODY.agency, BODY.number, BODY.link):
        assert said in call.json["text"]["content"]


def test_a_robot_of_dingtalk_is_asked_with_a_signature(other: Receiver) -> None:
    channel, address = dingtalk(other)
    channel.send(letter(address=address))

    (call,) = other.calls
    asked = parse_qs(urlsplit(call.path).query)
    assert asked["access_token"] == ["t0ken"]
    assert len(asked["sign"][0]) == 44
    assert asked["timestamp"][0].isdecimal()
    assert BODY.link in call.json["text"]["content"]


def test_a_webhook_is_signed_and_has_one_id_at_every_try(other: Receiver) -> None:
    channel, address = webhook(other)
    channel.send(letter(address=address))
    channel.send(letter(address=address))

    first, second = other.calls
    assert webhooks.is_signed(SECRET, first.headers, first.body, now=int(NOON.timestamp()))
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == NOTICE.message_id
    assert first.json["type"] == "mingcha.result_notice"
    assert first.json["link"] == BODY.link


@pytest.mark.parametrize("made", [wecom, dingtalk, webhook])
def test_a_server_that_is_ill_is_asked_again(made: Made, other: Receiver) -> None:
    other.status = 503
    channel, address = made(other)
    with pytest.raises(NotTaken):
        channel.send(letter(address=address))


@pytest.mark.parametrize(
    ("made", "errcode", "kind"),
    [
        (wecom, 93000, NeverTaken),
        (wecom, 45009, NotTaken),
        (dingtalk, 310000, NeverTaken),
        (dingtalk, 130101, NotTaken),
    ],
)
def test_an_answer_of_200_is_not_taken_for_a_yes(
    made: Made, errcode: int, kind: type[Exception], other: Receiver
) -> None:
    other.answer = b'{"errcode": %d}' % errcode
    channel, address = made(other)
    with pytest.raises(kind) as refused:
        channel.send(letter(address=address))
    assert str(errcode) in str(refused.value)
    assert BODY.link not in str(refused.value)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"errcode": "0"}'])
def test_an_answer_that_says_nothing_is_asked_again(answer: bytes, other: Receiver) -> None:
    other.answer = answer
    channel, address = wecom(other)
    with pytest.raises(NotTaken):
        channel.send(letter(address=address))


def test_a_webhook_that_is_gone_is_never_called_again(other: Receiver) -> None:
    other.status = 410
    channel, address = webhook(other)
    with pytest.raises(NeverTaken):
        channel.send(letter(address=address))


@pytest.mark.parametrize("pasted", ["", "a b", "https://evil.test/x?key=a", "-!-"])
def test_what_is_no_robot_has_no_address(pasted: str) -> None:
    assert wecom_address(pasted) == dingtalk_address(pasted.replace(" ", "!")) == ""


def test_an_address_of_another_kind_is_never_taken(other: Receiver) -> None:
    with pytest.raises(NeverTaken):
        WeCom(other.url).send(letter(address=""))
    with pytest.raises(NeverTaken):
        DingTalk(other.url).send(letter(address=""))
    assert other.calls == []
