"""检查必留痕: one point of the form at a time, answered with one touch, changed until the seal."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from fieldapp.language import _
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.filing import cited
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Said, locked_because
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.severities import severities
from fieldapp.viewmodels.step import Step
from shared.content import findings
from shared.events.kinds import EventKind
from shared.flow import prefilling
from shared.flow.prefilling import Prefill
from shared.flow.skipping import NOT_APPLICABLE, Skip, skipped
from shared.flow.state import Answer, PointKey
from shared.localtime import local_day
from shared.reference import Form, Point

NONCONFORM = "nonconform"
TONES = {"conform": "fine", NONCONFORM: "problem", NOT_APPLICABLE: "information"}
MOOT = TONES[NOT_APPLICABLE]
TAKEN_OVER = frozenset({"conform", NOT_APPLICABLE})
ANSWERS: Mapping[str, Callable[[], str]] = {
    "conform": lambda: _("符合"),
    NONCONFORM: lambda: _("不符合"),
    NOT_APPLICABLE: lambda: _("不适用"),
}
"""The three segments, by what is recorded; asked for when drawn, in the language of then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """One point in the list to jump by; `tone` tells its answer, empty while it is open."""

    key: str
    label: str
    tone: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistState:
    progress: str = ""
    done: float = 0.0
    jumps: tuple[Jump, ...] = ()
    form: str = ""
    number: str = ""
    title: str = ""
    weight: str = ""
    standard: str = ""
    method: str = ""
    basis: str = ""
    basis_text: str = ""
    basis_open: bool = False
    basis_action: Action = NO_ACTION
    moot: str = ""
    """Why a rule does not ask for this point; empty where it asks."""
    known: str = ""
    """What is known of this point already; empty where nothing is."""
    known_from: str = ""
    confirm: Action = NO_ACTION
    clash: str = ""
    """That the answer is not what is known; empty where it is."""
    answers: tuple[Choice, ...] = ()
    unfolded: bool = False
    severities: tuple[Choice, ...] = ()
    fixed: tuple[Choice, ...] = ()
    note: str = ""
    proofs: str = ""
    """How many pieces of evidence the point has; empty where it has none."""
    photo: Action = NO_ACTION
    sound: Action = NO_ACTION
    file: Action = NO_ACTION
    save: Action = NO_ACTION
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """A nonconformity while it is written."""

    severity: str = ""
    note: str = ""
    fixed_on_spot: bool = False


class ChecklistViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[ChecklistState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._at = 0
        self._drafts: dict[int, _Problem] = {}
        self._basis_open = False

    def enter(self) -> None:
        self._drafts = {}
        self._move_to(self._next_open(0))
        super().enter()

    def jump(self, key: str) -> None:
        """Show the point with this number, counted from 1."""
        self.said = SILENT
        self._move_to(int(key) - 1)
        self.refresh()

    def answer(self, answer: str) -> None:
        """One of the three segments. Only a nonconformity asks for more before it is kept."""
        if self._says_why():
            return
        self.said = SILENT
        if answer == NONCONFORM:
            self._drafts[self._at] = self._problem or _Problem()
            self._basis_open = False  # room for what unfolds
            self.refresh()
            return
        if self._keep(answer):
            self._move_to(self._next_open(self._at))
        self.refresh()

    def confirm(self) -> None:
        """What is known is so here too: one touch makes it the answer."""
        known = self._known()
        if known is None or not self._confirm(known).label or self._says_why():
            return
        if self._keep(known.answer, source="prefilled", fact=known.as_text()):
            self._move_to(self._next_open(self._at))
        self.refresh()

    def severity(self, severity: str) -> None:
        self._write(severity=severity)

    def fixed(self, key: str) -> None:
        """Whether it was put right before the officers' eyes."""
        self._write(fixed_on_spot=key == "yes")

    def note(self, note: str) -> None:
        if self._problem is not None and note != self._problem.note:
            self._write(note=note)

    def save(self) -> None:
        """Keep the nonconformity."""
        problem = self._problem
        if problem is None or not self._save().open:
            return
        kept = self._keep(
            NONCONFORM,
            severity=problem.severity,
            note=problem.note.strip() or None,
            fixed_on_spot=problem.fixed_on_spot,
        )
        if kept:
            self._move_to(self._next_open(self._at))
        self.refresh()

    def toggle_basis(self) -> None:
        """Show or hide the text of the law."""
        self._basis_open = not self._basis_open
        self.refresh()

    def point_id(self) -> str | None:
        """The point a photo belongs to."""
        point = self._point()
        return point[1].id if point else None

    def act(self) -> None:
        """Go to the record, when every point has its answer."""
        if self._primary().open:
            self.duty.go(Place.LEAVING if self.visit.member else Place.RECORD)

    def other(self, key: str) -> None:
        """To what no point asks about."""
        if key == "checklist.off_list":
            self.duty.go(Place.OFF_LIST)

    def refresh(self) -> None:
        points = self._points()
        if not points:
            self._show(ChecklistState(progress="0 / 0", primary=self._primary(), said=self.said))
            return
        form, point = points[self._at]
        answered = sum(not self._is_open(at) for at in range(len(points)))
        basis = self.visit.refs.bases.get(point.basis_id or "")
        known = self._known()
        unproven: str = self.visit.why(EventKind.EVIDENCE_ADDED)
        self._show(
            ChecklistState(
                progress=f"{answered} / {len(points)}",
                done=answered / len(points),
                jumps=tuple(self._jumps()),
                form=form.name,
                number=_("第 {number} 项").format(number=point.no),
                title=point.title,
                weight=_("重点项") if point.key else "",
                standard=point.content,
                method=_("方法：{method}").format(method=point.method) if point.method else "",
                basis=cited(basis) if basis else "",
                basis_text=basis.text if basis and self._basis_open else "",
                basis_open=self._basis_open,
                basis_action=self._basis_action(has_text=bool(basis and basis.text)),
                moot=self._moot(),
                known=_("已有数据：{name} {value}").format(name=known.name, value=known.value)
                if known
                else "",
                known_from=self._known_from(known) if known else "",
                confirm=self._confirm(known) if known else NO_ACTION,
                clash=self._clash(known) if known else "",
                answers=tuple(self._answers()),
                unfolded=self._problem is not None,
                severities=tuple(severities(self._problem.severity if self._problem else "")),
                fixed=tuple(self._fixed()),
                note=self._problem.note if self._problem else "",
                proofs=self._proofs(point),
                photo=Action(
                    key="checklist.photo", label=_("拍照"), icon="camera", reason=unproven
                ),
                sound=Action(key="checklist.sound", label=_("录音"), icon="mic", reason=unproven),
                file=Action(key="checklist.file", label=_("附件"), icon="clip", reason=unproven),
                save=self._save(),
                primary=self._primary(),
                others=(self._off_list(),),
                said=self.said,
            )
        )

    def _points(self) -> list[tuple[Form, Point]]:
        return findings.points(self.visit.state, self.visit.refs, self.visit.device_id)

    def _point(self) -> tuple[Form, Point] | None:
        points = self._points()
        return points[self._at] if points else None

    def _key(self, at: int) -> PointKey:
        form, point = self._points()[at]
        return form.id, form.version, point.id

    def _given(self, at: int) -> Answer | None:
        return self.visit.state.answer_to(self._key(at))

    def _skip(self, at: int) -> Skip | None:
        form, point = self._points()[at]
        return skipped(self.visit.state, form, point)

    def _is_open(self, at: int) -> bool:
        """Whether the point waits for an answer: none was given, and no rule makes it moot."""
        return self._given(at) is None and self._skip(at) is None

    def _moot(self) -> str:
        skip = self._skip(self._at)
        if skip is None:
            return ""
        why = _("第 {number} 项为“{answer}”，本项按规则不适用（合理缺项），写入笔录。").format(
            number=skip.by.no, answer=ANSWERS[skip.answer]()
        )
        given = self._given(self._at)
        if given is None or given.answer == NOT_APPLICABLE:
            return why
        return _(
            "第 {number} 项为“{answer}”，本项按规则不适用，但您已作答，以您的回答为准。"
        ).format(number=skip.by.no, answer=ANSWERS[skip.answer]())

    def _next_open(self, start: int) -> int:
        """The next point that waits for an answer, going round; where there is none, stay."""
        count = len(self._points())
        around = [(start + step) % count for step in range(count)] if count else []
        return next((at for at in around if self._is_open(at)), start)

    def _move_to(self, at: int) -> None:
        count = len(self._points())
        self._at = max(0, min(at, count - 1)) if count else 0
        self._basis_open = False

    @property
    def _problem(self) -> _Problem | None:
        """The nonconformity on the screen: as it is being written, or as it was kept."""
        return self._drafts.get(self._at) or self._kept(self._at)

    def _kept(self, at: int) -> _Problem | None:
        given = self._given(at)
        if given is None or given.answer != NONCONFORM:
            return None
        return _Problem(
            severity=given.severity or "",
            note=given.note or "",
            fixed_on_spot=given.fixed_on_spot,
        )

    def _write(self, **changes: object) -> None:
        if self._problem is not None and not self._says_why():
            self._drafts[self._at] = replace(self._problem, **changes)  # type: ignore[arg-type]
            self.refresh()

    def _keep(self, answer: str, **more: object) -> bool:
        form_id, version, point_id = self._key(self._at)
        payload = {
            "form_id": form_id,
            "form_version": version,
            "point_id": point_id,
            "answer": answer,
            **self._contradicted(answer, more),
        }
        if self.take(EventKind.POINT_ANSWERED, payload) is None:
            return False
        self._drafts.pop(self._at, None)
        return True

    def _known(self) -> Prefill | None:
        form, point = self._points()[self._at]
        return prefilling.known(self.visit.state, self.visit.refs, form, point)

    def _known_from(self, known: Prefill) -> str:
        """Source and age."""
        days = (local_day(self.visit.now()) - known.as_of).days
        return _("来源：{source}；{day}（{days} 天前）").format(
            source=known.source, day=moments.full_day(known.as_of), days=days
        )

    def _confirm(self, known: Prefill) -> Action:
        """Offered until there is an answer. A problem is found by a person, never taken over."""
        if self._given(self._at) is not None or known.answer not in TAKEN_OVER:
            return NO_ACTION
        label = _("核实一致：{answer}").format(answer=ANSWERS[known.answer]())
        return Action(key="checklist.confirm", label=label, icon="check")

    def _clash(self, known: Prefill) -> str:
        given = self._given(self._at)
        now = NONCONFORM if self._at in self._drafts else given.answer if given else ""
        if not now or not known.contradicts(now):
            return ""
        return _("与已有数据不一致，笔录会同时写明两者。")

    def _contradicted(self, answer: str, more: Mapping[str, object]) -> Mapping[str, object]:
        """The payload with what is known, where the answer is otherwise."""
        known = self._known()
        if "source" in more or known is None or not known.contradicts(answer):
            return more
        return {**more, "fact": known.as_text()}

    def _locked(self) -> str:
        if not self._points():
            return _("本次任务没有检查表。")
        form_id, version, point_id = self._key(self._at)
        return self.visit.against(
            EventKind.POINT_ANSWERED,
            {"form_id": form_id, "form_version": version, "point_id": point_id},
        )

    def _says_why(self) -> bool:
        """Whether no answer may be given now; then the screen says why: a segment has no lock."""
        reason = self._locked()
        if reason:
            self.said = locked_because(reason)
            self.refresh()
        return bool(reason)

    def _jumps(self) -> Iterator[Jump]:
        for at in range(len(self._points())):
            given = self._given(at)
            yield Jump(
                key=str(at + 1),
                label=str(at + 1),
                tone=TONES[given.answer] if given else MOOT if self._skip(at) else "",
                current=at == self._at,
            )

    def _answers(self) -> Iterator[Choice]:
        given = self._given(self._at)
        chosen = NONCONFORM if self._problem is not None else given.answer if given else ""
        if not chosen and self._skip(self._at):
            chosen = NOT_APPLICABLE
        for key, label in ANSWERS.items():
            yield Choice(key=key, label=label(), chosen=key == chosen, tone=TONES[key])

    def _fixed(self) -> Iterator[Choice]:
        fixed = self._problem is not None and self._problem.fixed_on_spot
        yield Choice(key="no", label=_("尚未改正"), chosen=not fixed)
        yield Choice(key="yes", label=_("已当场改正"), chosen=fixed)

    def _proofs(self, point: Point) -> str:
        count = sum(item.point_id == point.id for item in self.visit.state.evidence)
        return _("本项证据 {count} 份").format(count=count) if count else ""

    def _basis_action(self, *, has_text: bool) -> Action:
        if not has_text:
            return NO_ACTION
        label = _("收起条文") if self._basis_open else _("看条文")
        return Action(key="checklist.basis", label=label)

    def _save(self) -> Action:
        reason = self._locked()
        if not reason and self._problem is not None and not self._problem.severity:
            reason = _("请选择问题的严重程度。")
        if not reason and self._at not in self._unsaved():
            reason = _("已记下。")
        return Action(key="checklist.save", label=_("记下不符合"), icon="check", reason=reason)

    def _off_list(self) -> Action:
        """What was found may be looked at after the seal."""
        made = len(self.visit.state.off_list)
        label = _("清单外问题（{count}）").format(count=made) if made else _("清单外问题")
        reason = "" if made else self.visit.why(EventKind.OFF_LIST_FINDING)
        return Action(key="checklist.off_list", label=label, icon="pen", reason=reason)

    def _primary(self) -> Action:
        label: str = _("生成记录") if self.visit.offsite else _("生成笔录")
        reason: str = self.visit.why(EventKind.RECORD_READ)
        if self.visit.member:
            label, reason = _("去离企封存"), self.visit.why(EventKind.SEALED)
        elif self.visit.read:
            label, reason = _("查看记录") if self.visit.offsite else _("查看笔录"), ""
        elif not reason and self._unsaved():
            reason = _("第 {number} 项的不符合还没有记下。").format(number=self._unsaved()[0] + 1)
        return Action(key="checklist.to_record", label=label, icon="paper", reason=reason)

    def _unsaved(self) -> list[int]:
        """Points whose nonconformity was written but not kept."""
        return sorted(at for at, draft in self._drafts.items() if draft != self._kept(at))
