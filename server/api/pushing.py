"""Pushes that wait in one worker are taken in together, by whoever has the turn.

One transaction for several costs little more than for one. Should anything stand in the way of any,
each is taken in alone, as if it had never met the others.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server import edge
from server.principal import Principal
from server.services import devices, intake
from server.services.intake import Batch, Reply
from server.services.push_sorting import Answer
from server.turns import Turn
from server.work import Work, open_work

log = logging.getLogger(__name__)
Told = Mapping[str, Any]

TOGETHER = 100
"""So many events are taken in at once, of however many tablets; one may bring more, alone."""

PATIENCE = 0.006
"""Seconds in which a tablet that has more to send, and was just answered, has sent it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A request of a tablet: `id` is the request's."""

    who: Principal
    id: str
    came: Batch


def answer(batch: Sequence[Any]) -> Told:
    """Take in what the tablet that asks has sent, and say what became of it."""
    who = edge.who()
    push = Push(who=who, id=edge.request_id(), came=Batch.read(batch, who.id))
    return _TURN.done(push, weight=len(batch), may_share=push.came.has_openings)


def _take_in(pushes: Sequence[Push]) -> Sequence[Told | Exception]:
    told: Mapping[int, Told] = {}
    those = intake.going_together([one.came for one in pushes])
    if len(those) > 1:
        try:
            told = dict(zip(those, _together([pushes[place] for place in those]), strict=True))
        except Exception:
            log.warning("%d pushes are taken in one by one", len(those), exc_info=True)
    return [told[place] if place in told else _alone(one) for place, one in enumerate(pushes)]


def _together(pushes: Sequence[Push]) -> Sequence[Told]:
    with open_work(edge.parts(), pushes[0].who, request_id=pushes[0].id) as work:
        works = [work.of(one.who, one.id) for one in pushes]
        came = [one.came for one in pushes]
        replies = intake.receive_together([*zip(works, came, strict=True)])
        return [_told(*each) for each in zip(works, replies, strict=True)]


def _alone(push: Push) -> Told | Exception:
    try:
        with (
            intake.try_again_on_clash(),
            open_work(edge.parts(), push.who, request_id=push.id) as work,
        ):
            return _told(work, intake.receive(work, push.came))
    except Exception as fault:  # noqa: BLE001 -- raised where it was asked for
        return fault


def _told(work: Work, reply: Reply) -> Told:
    """As `PushReplySchema` describes it."""
    order = devices.wipe_order(work, reply.device)
    return {
        "results": [_answer(one) for one in reply.results],
        "receipt": reply.receipt,
        **({"wipe_order": order} if order is not None else {}),
    }


def _answer(one: Answer) -> dict[str, object]:
    """An answer as `AnswerSchema` describes it: what says nothing is left out."""
    more = {
        "code": one.code,
        "detail": one.detail,
        "irregularities": one.irregularities,
        "first": one.first,
    }
    return {"id": one.id, "status": one.status} | {name: more[name] for name in more if more[name]}


_TURN: Turn[Push, Told] = Turn(_take_in, most=TOGETHER, patience=PATIENCE)
