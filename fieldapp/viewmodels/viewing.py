"""One piece of evidence, looked at: a marked copy of a photo, and what the chain says of the file.

What is written on the copy stands in the event as well; nothing here is kept.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from fieldapp.language import _
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, Action, Fact
from fieldapp.viewmodels.step import Step
from shared.events.envelope import Event
from shared.flow.state import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewingState:
    """`picture` is a JPEG of the marked copy; empty for what is no picture."""

    open: bool = False
    title: str = ""
    picture: bytes = field(default=b"", repr=False)
    facts: tuple[Fact, ...] = ()
    close: Action = NO_ACTION


class ViewingViewModel(Step):
    """`mark` writes lines on a copy of a photo, or says None for what is no picture."""

    def __init__(
        self,
        duty: Duty,
        show: Callable[[ViewingState], None],
        *,
        mark: Callable[[bytes, Sequence[str]], bytes | None],
    ) -> None:
        super().__init__(duty)
        self._show = show
        self._mark = mark
        self._key = ""
        self._picture = b""

    def open(self, key: str) -> None:
        """Look at the piece of evidence with this id."""
        found = self._found(key)
        if found is None:
            return
        self._key = key
        original = self.visit.session.evidence_bytes(key)
        lines = [fact.value for fact in self._marks(*found)]
        self._picture = self._mark(original, lines) or b""
        self.refresh()

    def close(self) -> None:
        """Back to the step."""
        if self._key:
            self._key, self._picture = "", b""
            self.refresh()

    def refresh(self) -> None:
        found = self._found(self._key) if self._key else None
        if found is None:
            self._show(ViewingState())
            return
        evidence, event = found
        self._show(
            ViewingState(
                open=True,
                title=evidence.caption or _("证据 {number}").format(number=self._number(evidence)),
                picture=self._picture,
                facts=(*self._marks(evidence, event), *_file(evidence)),
                close=Action(key="evidence.close", label=_("关闭"), icon="cross"),
            )
        )

    def _found(self, key: str) -> tuple[Evidence, Event] | None:
        flow = self.visit.flow
        held = [each for each in self.visit.state.evidence if each.evidence_id == key]
        if flow is None or not held:
            return None
        event = next(each for each in flow.events() if each.id == held[0].event_id)
        return held[0], event

    def _number(self, evidence: Evidence) -> int:
        return 1 + self.visit.state.evidence.index(evidence)

    def _marks(self, evidence: Evidence, event: Event) -> Iterator[Fact]:
        """What is written on the copy: when, where, by whom, which number."""
        visit = self.visit
        trusted = "" if not event.at.suspect else _("（时间存疑）")
        yield Fact(name=_("时间"), value=moments.second(event.at.corrected) + trusted)
        where = [
            visit.enterprise.name if visit.enterprise else visit.task.uscc,
            visit.premise.address if visit.premise else "",
        ]
        if event.loc is not None:
            where.append(f"{event.loc.lat:.5f}, {event.loc.lon:.5f} ±{event.loc.acc_m:.0f} m")
        yield Fact(name=_("地点"), value=" · ".join(part for part in where if part))
        officer = visit.refs.officers.get(event.officer_id)
        who = f"{officer.name} {officer.certificate_no or ''}" if officer else event.officer_id
        yield Fact(name=_("执法人员"), value=who.strip())
        number = f"{visit.state.provisional_no or visit.task.no} · {self._number(evidence)}"
        yield Fact(name=_("编号"), value=number)


def _file(evidence: Evidence) -> Iterator[Fact]:
    """The original as the chain has it."""
    kind = f"{evidence.media_type} · {moments.size(evidence.size)}"
    yield Fact(name=_("原件"), value=kind)
    yield Fact(name=_("原件校验值"), value=evidence.sha256)
