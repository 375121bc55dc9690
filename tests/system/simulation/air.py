"""Between the tablets and the server: where requests and answers are lost, late, cut and repeated.

A tablet that syncs runs in a greenlet of its own; when it sends, it stands still until the
scheduler decides what becomes of its packet. So other tablets, and people at the same tablet, act
in between.
"""

import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from greenlet import getcurrent, greenlet

from fieldapp.errors import BadReply, HalfReply, Offline, TimedOut
from fieldapp.ports.network import Request, Response
from shared.canonical import canonical

PUSH = "/sync/push"


class Fate(StrEnum):
    """What becomes of a request that is under way."""

    ANSWERED = "answered"
    ANSWER_LOST = "answer lost"
    ANSWER_CUT = "answer cut"
    LATE = "late"
    REPEATED = "repeated"
    LOST = "lost"
    CUT = "cut"
    DAMAGED = "damaged"
    PORTAL = "portal"
    LYING_PROXY = "lying proxy"


@dataclass(slots=True, eq=False, kw_only=True)
class Packet:
    """A request in the air. Nobody waits for the answer of one whose `waiter` is None."""

    pad: str
    number: int
    request: Request
    waiter: greenlet | None

    @property
    def name(self) -> str:
        path = self.request.url.partition("/api/v1")[2].partition("?")[0]
        if path.startswith("/evidence/files/"):
            path = "/evidence/files/…"
        return f"{self.pad}#{self.number} {self.request.method} {path}"


@dataclass(slots=True)
class Air:
    """Everything that is under way: `waiting` has a tablet at its end, `stray` has not."""

    waiting: list[Packet] = field(default_factory=list)
    stray: list[Packet] = field(default_factory=list)
    count: int = 0


@dataclass(slots=True)
class Wire:
    """A tablet's transport. `at_once` serves whoever is no sync: a person who enrols."""

    pad: str
    air: Air
    hub: greenlet
    at_once: Callable[[Request], Response]

    def send(self, request: Request) -> Response:
        me = getcurrent()
        if me is self.hub:
            return self.at_once(request)
        self.air.count += 1
        packet = Packet(pad=self.pad, number=self.air.count, request=request, waiter=me)
        self.air.waiting.append(packet)
        outcome = self.hub.switch(packet)
        if isinstance(outcome, BaseException):
            raise outcome
        assert isinstance(outcome, Response)
        return outcome


def copy_of(packet: Packet) -> Packet:
    """The same bytes once more, with nobody waiting."""
    return replace(packet, waiter=None)


def cut(request: Request, chance: random.Random) -> Request:
    """The first part of a request, as a proxy hands it on whose client went away."""
    return replace(request, body=request.body[: chance.randrange(len(request.body) + 1)])


def cut_answer(answer: Response, chance: random.Random) -> Response | Exception:
    """An answer that ends early, noticed by its length or not."""
    if not answer.body or chance.random() < 0.5:
        return HalfReply("Cut.")
    return replace(answer, body=answer.body[: chance.randrange(len(answer.body))])


def damaged(request: Request, chance: random.Random) -> Request | None:
    """A push in which the tablet's memory turned one bit; None for other requests.

    Of the tablet's own signatures only the newest of a chain is hit: the server may let that one
    answer for those before it (protocol §2).
    """
    if PUSH not in request.url or not request.body:
        return None
    batch = _batch(request)
    event = chance.choice(batch)
    member = chance.choice(("sig", "sig", "hash", "officer_sig"))
    if member == "officer_sig" and "officer_sig" not in event:
        member = "hash"
    if member == "sig":
        event = next(each for each in reversed(batch) if each["visit_id"] == event["visit_id"])
    text = event[member]
    at = chance.randrange(len(text) - 2)
    one, other = ("0", "1") if member == "hash" else ("A", "B")
    event[member] = text[:at] + (other if text[at] == one else one) + text[at + 1 :]
    headers = {k: v for k, v in request.headers.items() if k != "Content-Encoding"}
    return replace(request, headers=headers, body=canonical({"batch": batch}))


def lie(request: Request) -> Response:
    """A proxy that answers 200 in our server's place, in its very words but for the signature."""
    batch = _batch(request) if PUSH in request.url and request.body else []
    results = [{"id": event["id"], "status": "applied"} for event in batch]
    heads = {event["visit_id"]: {"seq": event["seq"], "hash": event["hash"]} for event in batch}
    receipt = {"v": 1, "suite": "intl-1", "typ": "receipt", "heads": heads, "device_seq": 0}
    body = {"results": results, "receipt": receipt, "changes": [], "more": False, "cursor": "x"}
    return Response(
        status=200,
        headers={"content-type": "application/json"},
        body=json.dumps(body).encode(),
    )


def portal() -> Response:
    return Response(status=200, headers={"content-type": "text/html"}, body=b"<html>Wi-Fi</html>")


def nothing(fate: Fate) -> Exception:
    """What a tablet notices when no answer comes."""
    if fate is Fate.LOST:
        return Offline("No connection.")
    if fate is Fate.ANSWER_CUT:
        return BadReply("Cut.")
    return TimedOut("No answer.")


def _batch(request: Request) -> list[dict[str, str]]:
    body = request.body
    if request.headers.get("Content-Encoding") == "gzip":
        body = zlib.decompress(body, wbits=zlib.MAX_WBITS | 16)
    batch: list[dict[str, str]] = json.loads(body)["batch"]
    return batch
