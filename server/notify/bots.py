"""Messages into a group of WeCom or DingTalk, through its robot.

Addresses, their reading and DingTalk's signature are apprise's. Sending is not: both hosts say
`errcode` in an answer of 200 when they did not take a message, and apprise does not read it.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot

from server.notify import wording
from server.notify.channels import NeverTaken, NotTaken
from server.notify.letter import Letter

TIMEOUT_S = 15
OK = 200
# What no other try will change: a robot that is gone, a wrong key, a wrong signature or keyword.
WECOM_NEVER = frozenset({93000, 93008, 93017, 40058})
DINGTALK_NEVER = frozenset({300001, 310000, 40035, 400013, 400101})


class WeCom:
    """The WeCom channel. `host` is `https://…` without a slash: WeChat's, or a government's own."""

    def __init__(self, host: str) -> None:
        self._host = host

    def send(self, letter: Letter) -> None:
        robot = _robot(NotifyWeComBot, letter.address)
        said = {"msgtype": "text", "text": {"content": wording.short(letter)}}
        url = f"{self._host}/cgi-bin/webhook/send"
        _asked(url, {"key": robot.key}, said, WECOM_NEVER)


class DingTalk:
    """The DingTalk channel, likewise."""

    def __init__(self, host: str) -> None:
        self._host = host

    def send(self, letter: Letter) -> None:
        robot = _robot(NotifyDingTalk, letter.address)
        asked = {"access_token": robot.token}
        if robot.secret:
            at, signed = robot.get_signature()
            asked |= {"timestamp": at, "sign": unquote(signed)}
        said = {"msgtype": "text", "text": {"content": wording.short(letter)}}
        _asked(f"{self._host}/robot/send", asked, said, DINGTALK_NEVER)


def wecom_address(pasted: str) -> str:
    """What WeCom shows of a robot, or its key alone, as an address; "" for what is neither."""
    link = _link(pasted, "/cgi-bin/webhook/send")
    return _written(NotifyWeComBot, key=link.get("key", pasted.strip()))


def dingtalk_address(pasted: str) -> str:
    """The same for DingTalk; a secret to sign with may stand behind, after a space."""
    told, _, secret = pasted.strip().partition(" ")
    token = _link(told, "/robot/send").get("access_token", told)
    return _written(NotifyDingTalk, token=token, secret=secret.strip() or None)


def _link(pasted: str, path: str) -> dict[str, str]:
    """The query of a link that leads to `path`; nothing for any other text."""
    try:
        parts = urlsplit(pasted.strip())
    except ValueError:
        return {}
    return dict(parse_qsl(parts.query)) if parts.path == path else {}


def _written(kind: type[Any], **told: str | None) -> str:
    try:
        return str(kind(**told).url())
    except AppriseImproperlyConfigured:
        return ""


def _robot(kind: type[Any], address: str) -> Any:
    try:
        return kind(**(kind.parse_url(address) or {}))
    except (AppriseImproperlyConfigured, TypeError):
        raise NeverTaken("Not a robot of this kind.") from None


def _asked(
    url: str, query: Mapping[str, str], said: Mapping[str, Any], never: Collection[int]
) -> None:
    try:
        answer = requests.post(
            url, params=query, json=said, timeout=TIMEOUT_S, allow_redirects=False
        )
    except requests.RequestException as broken:
        raise NotTaken("Nobody answered.", why=type(broken).__name__) from None
    if answer.status_code != OK:
        raise NotTaken("It was not taken.", http=answer.status_code)
    code = _code(answer.content)
    if code:
        kind = NeverTaken if code in never else NotTaken
        raise kind("The robot refused.", errcode=code)


def _code(body: bytes) -> int:
    """`errcode` of an answer; -1 for one that says nothing of the kind."""
    try:
        found = json.loads(body)
    except ValueError:
        return -1
    code = found.get("errcode") if isinstance(found, dict) else None
    return code if isinstance(code, int) else -1
