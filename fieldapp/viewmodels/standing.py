"""Beside every step of a visit: the rail of the five musts, and the enterprise with who is here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fieldapp.language import _
from fieldapp.viewmodels import names, ways
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.filing import frequency
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Said, locked_because
from fieldapp.viewmodels.places import KIND_AT, Place
from fieldapp.viewmodels.visit import Visit
from shared import files
from shared.events.kinds import EventKind
from shared.flow.ask import Ask, open_points
from shared.flow.musts import Must, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class RailStep:
    """A step below a must. `here` marks the one on the screen."""

    key: str
    label: str
    done: bool
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RailMust:
    key: str
    sign: str
    name: str
    progress: str
    here: bool
    steps: tuple[RailStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """An officer of the task: shown or not, and what that is called."""

    key: str
    name: str
    number: str
    shown: bool
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumb:
    """A piece of evidence. `picture` fetches its bytes when drawn; `sign` is for what is none."""

    key: str
    caption: str
    sign: str = ""
    picture: Callable[[], bytes] = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingState:
    musts: tuple[RailMust, ...] = ()
    hint: Said = SILENT
    unable: Action = NO_ACTION
    joint: Action = NO_ACTION
    name: str = ""
    code: str = ""
    address: str = ""
    grade: str = ""
    frequency: str = ""
    officers: tuple[Present, ...] = ()
    evidence: tuple[Thumb, ...] = ()
    evidence_count: str = ""
    photo: Action = NO_ACTION
    sound: Action = NO_ACTION
    file: Action = NO_ACTION
    transfer: Action = NO_ACTION


class StandingViewModel:
    def __init__(self, duty: Duty, show: Callable[[StandingState], None]) -> None:
        self.duty = duty
        self._show = show
        self._hint = SILENT

    def pick(self, key: str) -> None:
        """Something on the rail was touched: a must or one of its steps."""
        if key in set(Must):
            self.to_must(key)
        else:
            self.to_step(key)

    def to_must(self, key: str) -> None:
        """A must was touched: its step that is due, or the reason why it is locked."""
        visit, must = self.duty.visit, Must(key)
        if visit is None:
            return
        if visit.progress()[must] is Progress.LOCKED and not visit.sealed:
            self.say_why(visit.why(KIND_AT[visit.places_of(must)[0]]))
            return
        self._hint = SILENT
        places = visit.places_of(must)
        due = visit.due()
        open_ = [place for place in places if not _done(visit, place)]
        self.duty.go(due if due in places else (open_ or places)[0])

    def to_step(self, key: str) -> None:
        """A step was touched."""
        self._hint = SILENT
        self.duty.go(Place(key))

    def say_why(self, reason: str) -> None:
        """A locked button was touched: say its reason, and lead to where that is lifted."""
        self._hint = locked_because(reason)
        self.refresh()

    def lead(self, key: str) -> None:
        """The way out of a lock was touched."""
        self._hint = SILENT
        self.duty.go(ways.place_of(key))

    def to_joint(self) -> None:
        self._hint = SILENT
        self.duty.go(Place.JOINT)

    def to_transfer(self) -> None:
        self._hint = SILENT
        self.duty.go(Place.TRANSFER)

    def to_unable(self) -> None:
        self._hint = SILENT
        self.duty.go(Place.UNABLE)

    def refresh(self) -> None:
        visit = self.duty.visit
        if visit is None:
            self._show(StandingState(hint=self._hint))
            return
        unproven = visit.why(EventKind.EVIDENCE_ADDED)
        self._show(
            StandingState(
                musts=tuple(self._musts(visit)),
                hint=self._hint,
                unable=Action(
                    key="rail.unable",
                    label=_("无法检查"),
                    icon="stop",
                    reason=visit.why(EventKind.UNABLE),
                ),
                joint=_joint(visit),
                name=visit.enterprise.name if visit.enterprise else "",
                code=visit.task.uscc,
                address=visit.premise.address if visit.premise else "",
                grade=_grade(visit),
                frequency=frequency(visit),
                officers=tuple(_present(visit)),
                evidence=tuple(_evidence(visit)),
                evidence_count=_("证据 {count} 份").format(count=len(visit.state.evidence)),
                photo=Action(key="side.photo", label=_("拍照取证"), icon="camera", reason=unproven),
                sound=Action(key="side.sound", label=_("录音"), icon="mic", reason=unproven),
                file=Action(key="side.file", label=_("附件"), icon="clip", reason=unproven),
                transfer=_transfer(visit),
            )
        )

    def moved(self) -> None:
        """Another screen is shown; an old hint no longer belongs to it."""
        self._hint = SILENT

    def changed(self) -> None:
        """Something was done; what was locked may be open now."""
        self._hint = SILENT
        self.refresh()

    def _musts(self, visit: Visit) -> Iterator[RailMust]:
        standing = visit.progress()
        for must in standing:
            sign, name = names.must(must, offsite=visit.offsite)
            places = visit.places_of(must)
            here = self.duty.place in places
            unfolded = here and len(places) > 1
            yield RailMust(
                key=must,
                sign=sign,
                name=name,
                progress=standing[must],
                here=here,
                steps=tuple(self._steps(visit, places)) if unfolded else (),
            )

    def _steps(self, visit: Visit, places: tuple[Place, ...]) -> Iterator[RailStep]:
        for place in places:
            yield RailStep(
                key=place,
                label=_label(visit, place),
                done=_done(visit, place),
                here=place is self.duty.place,
            )


def _joint(visit: Visit) -> Action:
    """Always there for a member, for a lead while members may come and go."""
    if visit.offsite:
        return NO_ACTION
    reason = "" if visit.member else visit.why(EventKind.MEMBER_JOINED)
    return Action(key="rail.joint", label=_("联合检查"), icon="people", reason=reason)


def _transfer(visit: Visit) -> Action:
    """The way to the case system (R49); what was transferred may be looked at after the seal."""
    made = len(visit.state.transfers)
    label = _("移送办案（{count}）").format(count=made) if made else _("移送办案")
    reason = "" if made else visit.why(EventKind.TRANSFERRED)
    return Action(key="side.transfer", label=label, icon="next", reason=reason)


def _grade(visit: Visit) -> str:
    """The credit grade with its name: a bare letter says nothing to a stranger."""
    grade = visit.enterprise.grade if visit.enterprise else ""
    return _("信用等级 {grade}").format(grade=grade) if grade else ""


def _label(visit: Visit, place: Place) -> str:
    if visit.offsite and place in (Place.RECORD, Place.LEAVING):
        return _("记录") if place is Place.RECORD else _("封存")
    return {
        Place.NOTICE: _("通知"),
        Place.CHECKLIST: _("检查表"),
        Place.RECORD: _("笔录"),
        Place.SIGNING: _("签字"),
        Place.ATTESTING: _("签字"),
        Place.RESULT: _("结果"),
        Place.LEAVING: _("离企"),
        Place.JOINT: _("联合"),
    }[place]


def _done(visit: Visit, place: Place) -> bool:
    """Whether the step is behind us, for its mark on the rail."""
    return {
        Place.TASK: visit.flow is not None,
        Place.SCAN: visit.state.scan is not None,
        Place.CREDENTIALS: visit.progress()[Must.SHOWN] is Progress.DONE,
        Place.NOTICE: visit.state.notice is not None,
        Place.CHECKLIST: _served(visit) and not _open_points(visit),
        Place.RECORD: visit.read,
        Place.SIGNING: visit.closed,
        Place.ATTESTING: visit.progress()[Must.TRACED] is Progress.DONE,
        Place.RESULT: visit.told,
        Place.LEAVING: visit.sealed,
        Place.JOINT: visit.member,
    }[place]


def _served(visit: Visit) -> bool:
    """Whether the notice stands; at a joint visit the lead serves it for all, off site nobody."""
    if visit.offsite:
        return visit.progress()[Must.SHOWN] is Progress.DONE
    return visit.member or visit.state.notice is not None


def _open_points(visit: Visit) -> bool:
    ask = Ask(
        kind=EventKind.RECORD_READ,
        at=visit.now(),
        device_id=visit.device_id,
        officer_id=visit.officer_id,
        task_ids=visit.task_ids,
    )
    return bool(open_points(visit.state, ask, visit.refs))


def _present(visit: Visit) -> Iterator[Present]:
    shown = visit.state.officers_counted(visit.device_id)
    for officer_id in visit.task.officer_ids:
        officer = visit.refs.officers.get(officer_id)
        if officer and officer.kind == "officer":
            yield Present(
                key=officer_id,
                name=officer.name,
                number=officer.certificate_no or "",
                shown=officer_id in shown,
                standing=names.presence(shown=officer_id in shown, offsite=visit.offsite),
            )


def _sign(media_type: str) -> str:
    """Empty for a picture, which is its own sign."""
    if media_type in files.PICTURES:
        return ""
    return "mic" if media_type in files.SOUNDS else "paper"


def _evidence(visit: Visit) -> Iterator[Thumb]:
    session = visit.session
    for item in reversed(visit.state.evidence):
        yield Thumb(
            key=item.evidence_id,
            caption=item.caption or "",
            sign=_sign(item.media_type),
            picture=lambda id_=item.evidence_id: session.evidence_bytes(id_),  # type: ignore[misc]
        )
