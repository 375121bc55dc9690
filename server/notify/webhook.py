"""A notice into an enterprise's own system, as a signed call (shared/webhooks.py)."""

from collections.abc import Callable, Collection
from datetime import datetime

from server.config import Network
from server.notify import outside, wording
from server.notify.channels import NeverTaken, NotTaken
from server.notify.letter import Letter
from shared import webhooks
from shared.canonical import canonical, parse_object

GONE = 410
AGENT = "mingcha"


class Webhook:
    """The webhook channel. A letter's address is `packed`; `now` is asked for each try."""

    def __init__(self, listed: Collection[Network], *, now: Callable[[], datetime]) -> None:
        self._listed, self._now = listed, now

    def send(self, letter: Letter) -> None:
        url, secret = unpacked(letter.address)
        body = canonical(
            {
                "type": f"mingcha.{letter.purpose}",
                "id": letter.message_id,
                "agency": letter.body.agency,
                "number": letter.body.number,
                "day": letter.body.day.isoformat(),
                "link": letter.body.link,
                "text": wording.short(letter),
            }
        )
        called(url, secret, letter.message_id, body, self._listed, self._now())


def called(
    url: str,
    secret: str,
    message_id: str,
    body: bytes,
    listed: Collection[Network],
    now: datetime,
) -> None:
    """Make one signed call; raises `NotTaken`, or `NeverTaken` when it will never be wanted."""
    headers = {
        "content-type": "application/json",
        "user-agent": AGENT,
        **webhooks.headers(secret, message_id, int(now.timestamp()), body),
    }
    answer = outside.post(url, body, headers, listed)
    if answer.status == GONE:
        raise NeverTaken("Nobody wants it there any more.", http=answer.status)
    if not 200 <= answer.status < 300:
        raise NotTaken("It was not taken.", http=answer.status)


def packed(url: str, secret: str) -> str:
    """Where to call and with which secret, as an address is kept."""
    return canonical({"url": url, "secret": secret}).decode()


def unpacked(address: str) -> tuple[str, str]:
    """(url, secret) of an address."""
    found = parse_object(address.encode())
    return str(found["url"]), str(found["secret"])
