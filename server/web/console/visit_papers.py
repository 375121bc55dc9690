"""Writing down a questioning (D5), a survey or samples (D6) after a visit, by who was there."""

import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import visit_papers
from server.services.visit_papers import LONGEST, LONGEST_ANSWER, LONGEST_WORD
from server.web.console import fields, frame
from server.web.console.fields import Fields
from server.work import Work
from shared.content import words
from shared.content.interview import Interview, Person
from shared.content.sampling import Goods, Sampling
from shared.errors import BadInput
from shared.localtime import SHANGHAI
from shared.roles import Role

ASKED, ANSWERED = ("问：", "问:"), ("答：", "答:")
BETWEEN = re.compile(r"[|｜]")
LONGEST_TEXT = 40_000
PARTS = 4
"""Of a line of the list: name, specification, quantity, batch."""

blueprint = Blueprint("console_visit_papers", __name__, url_prefix="/console/visits")


@blueprint.get("/<visit_id>/interview")
@roles(Role.OFFICER)
def interview_form(visit_id: str) -> str:
    """An empty record of questioning."""
    with edge.reading() as work:
        return _interview(work, visit_id, Fields.empty())


@blueprint.post("/<visit_id>/interview")
@roles(Role.OFFICER)
def interview(visit_id: str) -> Response | tuple[str, int]:
    """Make it."""
    return _made(
        visit_id, _write_interview, _interview, _("询问笔录已编号，请打印后逐页签名存卷。")
    )


@blueprint.get("/<visit_id>/sampling")
@roles(Role.OFFICER)
def sampling_form(visit_id: str) -> str:
    """An empty record of a survey or of samples."""
    with edge.reading() as work:
        return _sampling(work, visit_id, Fields.empty())


@blueprint.post("/<visit_id>/sampling")
@roles(Role.OFFICER)
def sampling(visit_id: str) -> Response | tuple[str, int]:
    """Make it."""
    return _made(
        visit_id, _write_sampling, _sampling, _("勘验（抽样取证）笔录已编号，请打印后签名存卷。")
    )


def _made(
    visit_id: str,
    write: Callable[[Work, str, Fields], None],
    form: Callable[[Work, str, Fields], str],
    done: str,
) -> Response | tuple[str, int]:
    """Write what was typed and go back to the visit, or show the form with what is wrong."""
    typed = fields.typed()
    try:
        with edge.working() as work:
            write(work, visit_id, typed)
    except BadInput as refused:
        with edge.reading() as work:
            page = form(work, visit_id, typed.refused(refused))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(done)
    return redirect(url_for("console_visits.one", visit_id=visit_id), HTTPStatus.SEE_OTHER)


def _write_interview(work: Work, visit_id: str, typed: Fields) -> None:
    begun_at, ended_at = _times(typed)
    said = Interview(
        begun_at=begun_at,
        ended_at=ended_at,
        place=typed.text("place", LONGEST),
        recorder=typed.text("recorder", LONGEST_WORD),
        person=Person(
            name=typed.text("name", LONGEST_WORD),
            sex=typed.choice("sex", words.SEXES, "unsaid"),
            age=typed.count("age", 1, visit_papers.OLDEST, 0),
            id_no=typed.maybe("id_no", LONGEST_WORD),
            phone=typed.maybe("phone", LONGEST_WORD),
            employer=typed.maybe("employer", LONGEST),
            post=typed.maybe("post", LONGEST_WORD),
            address=typed.maybe("address", LONGEST),
        ),
        answers=pairs(typed.text("answers", LONGEST_TEXT)),
    )
    typed.require_good()
    visit_papers.write_interview(work, visit_id, said)


def _write_sampling(work: Work, visit_id: str, typed: Fields) -> None:
    begun_at, ended_at = _times(typed)
    said = Sampling(
        form=typed.choice("form", words.SAMPLING_FORMS, "sampling"),
        begun_at=begun_at,
        ended_at=ended_at,
        place=typed.text("place", LONGEST),
        basis=typed.text("basis", LONGEST),
        found=typed.maybe("found", LONGEST_ANSWER),
        goods=goods(typed.maybe("goods", LONGEST_TEXT)),
        seal_no=typed.maybe("seal_no", LONGEST),
        storage=typed.maybe("storage", LONGEST),
        photos=typed.all("photos"),
        witness=typed.maybe("witness", LONGEST),
    )
    typed.require_good()
    visit_papers.write_sampling(work, visit_id, said)


def pairs(text: str) -> list[tuple[str, str]]:
    """Questions and answers out of lines that begin 问： and 答：; another line goes on the last.

    An answer without a question, or a question without an answer, comes out empty and is refused.
    """
    found: list[list[str]] = []
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith(ASKED):
            found.append([line[2:].strip()])
        elif line.startswith(ANSWERED) and found and len(found[-1]) == 1:
            found[-1].append(line[2:].strip())
        elif line.startswith(ANSWERED) or (line and not found):
            found.append(["", line.removeprefix("答：")])
        elif line:
            found[-1][-1] += line
    return [(each[0], each[1] if len(each) > 1 else "") for each in found]


def goods(text: str) -> list[Goods]:
    """Goods out of lines `name | specification | quantity | batch`."""
    found = []
    for line in text.splitlines():
        if line.strip():
            parts = [part.strip() for part in BETWEEN.split(line)]
            name, spec, quantity, batch = (parts + [""] * PARTS)[:PARTS]
            found.append(Goods(name=name, spec=spec, quantity=quantity, batch=batch))
    return found


def _times(typed: Fields) -> tuple[datetime, datetime]:
    day, begun, ended = typed.day("day"), typed.clock("begun"), typed.clock("ended")
    if day is None or begun is None or ended is None:
        raise BadInput("When was it?", errors={f"/{name}": "?" for name in typed.wrong})
    return datetime.combine(day, begun, SHANGHAI), datetime.combine(day, ended, SHANGHAI)


def _interview(work: Work, visit_id: str, typed: Fields) -> str:
    visit_papers.require_own(work, visit_id)
    return frame.page(
        work,
        "console/interview.html",
        visit_id=visit_id,
        sexes=list(words.SEXES.items()),
        start=f"{ASKED[0]}\n{ANSWERED[0]}",
        typed=typed,
    )


def _sampling(work: Work, visit_id: str, typed: Fields) -> str:
    return frame.page(
        work,
        "console/sampling.html",
        visit_id=visit_id,
        forms=list(words.SAMPLING_FORMS.items()),
        photos=visit_papers.photos_of(work, visit_id),
        typed=typed,
    )
