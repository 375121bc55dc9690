"""What officers write down after a visit was told: a questioning (D5), a survey or samples (D6).

There is no event of either: the protocol's kinds are what a tablet signs on the spot, and a
questioning often is at the agency's, days later. So the paper is a document of the agency: its
content is fixed here once, hashed, numbered and sealed; what binds the person asked is their own
hand on the print. A slip of the pen is put right by a new one, never in the old.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from server.documents.kinds import NOT_FOR_THE_ENTERPRISE, DocumentKind
from server.documents.sheet import OfficerMark, Party
from server.models import Agency, Certificate, Document, Officer
from server.services import audit, documents, typed_words
from server.services.documents import Draft
from server.services.scoping import one, require_own_agency, require_role
from server.work import Work
from shared.content import interview, sampling, words
from shared.content.hashing import content_hash
from shared.content.interview import Interview
from shared.content.sampling import Sampling
from shared.errors import BadInput, NotFound
from shared.localtime import local_day
from shared.roles import Role

MOST_LINES = 100
LONGEST_WORD = 60
LONGEST = 300
LONGEST_ANSWER = 2000
OLDEST = 150


def photos_of(work: Work, visit_id: str) -> tuple[str, ...]:
    """Hashes of the visit's files as its papers number them; `NotFound` if it is not one's own."""
    return tuple(_own_result(work, visit_id).particulars["evidence"])


def require_own(work: Work, visit_id: str) -> None:
    """Return if who asks was at the visit and it was told; `NotFound` otherwise."""
    _own_result(work, visit_id)


def may_write(work: Work, visit_id: str) -> bool:
    """Whether to offer it: the visit was told, and who asks was there."""
    if not work.who.is_any((Role.OFFICER,)):
        return False
    try:
        require_own(work, visit_id)
    except NotFound:
        return False
    return True


def write_interview(work: Work, visit_id: str, said: Interview) -> Document:
    """Make a record of questioning; raises `BadInput`, or `NotFound` for a visit of others."""
    result = _own_result(work, visit_id)
    _check_times(work, result, said.begun_at, said.ended_at)
    if not 0 < len(said.answers) <= MOST_LINES:
        raise BadInput("No question.", errors={"/answers": f"1 to {MOST_LINES}."})
    if said.person.sex not in words.SEXES or not 0 < said.person.age <= OLDEST:
        raise BadInput("Who was asked?", errors={"/age": "?"})
    typed_words.require(
        place=(said.place, LONGEST),
        recorder=(said.recorder, LONGEST_WORD),
        name=(said.person.name, LONGEST_WORD),
        **{
            f"answers/{no}/{half}": (text, LONGEST_ANSWER)
            for no, pair in enumerate(said.answers)
            for half, text in zip(("asked", "answered"), pair, strict=True)
        },
    )
    return _made(work, result, interview.build(result.content, said))


def write_sampling(work: Work, visit_id: str, said: Sampling) -> Document:
    """Make a record of a survey or of samples; raises as above.

    Samples are named by what, how many, and the number of the seal they are under.
    """
    result = _own_result(work, visit_id)
    _check_times(work, result, said.begun_at, said.ended_at)
    if said.form not in words.SAMPLING_FORMS:
        raise BadInput("A survey, or samples?", errors={"/form": ", ".join(words.SAMPLING_FORMS)})
    if len(said.goods) > MOST_LINES or (said.form == "sampling" and not said.goods):
        raise BadInput("What was taken?", errors={"/goods": f"1 to {MOST_LINES}."})
    needed = {"place": said.place, "basis": said.basis}
    needed |= {"seal_no": said.seal_no} if said.form == "sampling" else {"found": said.found}
    typed_words.require(
        **{field: (text, LONGEST_ANSWER) for field, text in needed.items()},
        **{
            f"goods/{no}/{half}": (text, LONGEST)
            for no, one_ in enumerate(said.goods)
            for half, text in (("name", one_.name), ("quantity", one_.quantity))
        },
    )
    known = result.particulars["evidence"]
    said = replace(said, photos=tuple(photo for photo in said.photos if photo in known))
    return _made(work, result, sampling.build(result.content, said))


def _own_result(work: Work, visit_id: str) -> Document:
    """The result in force of a visit at which who asks showed their own certificate."""
    require_role(work.who, Role.OFFICER)
    result = one(documents.result_in_force(work, visit_id))
    require_own_agency(work, result.agency_id)
    mine = set(
        work.session.scalars(
            select(Certificate.number)
            .join(Officer, Officer.id == Certificate.officer_id)
            .where(Officer.person_id == work.who.id)
        )
    )
    if mine.isdisjoint(named["certificate_no"] for named in result.content["officers"]):
        raise NotFound("Written down by whoever was there.")
    return result


def _check_times(work: Work, result: Document, begun_at: datetime, ended_at: datetime) -> None:
    since = date.fromisoformat(result.content["inspected_on"][:10])
    if not since <= local_day(begun_at):
        raise BadInput("Before the visit.", errors={"/day": since.isoformat()})
    if not begun_at <= ended_at <= work.now:
        raise BadInput("Not a time.", errors={"/ended": "After it began, not in the future."})


def _made(work: Work, result: Document, content: dict[str, Any]) -> Document:
    kind = DocumentKind(content["content"])
    made = documents.make(
        work,
        work.session.get_one(Agency, result.agency_id),
        Draft(
            kind=kind,
            subject_id=work.ids(),
            visit_id=result.visit_id,
            uscc=None if kind in NOT_FOR_THE_ENTERPRISE else result.uscc,
            content=content,
            content_hash=content_hash(content),
            party=Party(),
            officers=tuple(
                OfficerMark(name=named["name"], certificate_no=named["certificate_no"])
                for named in content["officers"]
            ),
            evidence=tuple(result.particulars["evidence"]),
        ),
        before=None,
    )
    audit.write(work, "visit_paper.written", "document", made.id, kind=str(kind))
    return made
