"""One piece of evidence, looked at: a marked copy of a photo, a recording that is listened to.

What is written on the copy stands in the event as well; nothing here is kept. What turns out to be
no proof is declared void with a reason: the original stays in the chain and is sent like any other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from fieldapp.errors import PlayerFailed
from fieldapp.language import _, say
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Fact, Said
from fieldapp.viewmodels.saying import problem
from fieldapp.viewmodels.step import Step
from shared import files
from shared.errors import DomainError
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.files import wav, words
from shared.flow.state import Evidence
from shared.text import Text

PLAYED, PLAYED_DEPTH = "audio/wav", 16
MOST_CHANNELS = 2

# What goes into the event is Chinese; the buttons show it in the officer's language.
VOID_REASONS = ("误操作形成，与本次检查无关", "内容不清楚，已重新取证", "取证对象有误")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewingState:
    """`picture` is a JPEG of the marked copy; empty for what is no picture."""

    open: bool = False
    title: str = ""
    picture: bytes = field(default=b"", repr=False)
    facts: tuple[Fact, ...] = ()
    note: str = ""
    """Why it can only be looked at elsewhere; empty where it can be here."""
    listen: Action = NO_ACTION
    heard: str = ""
    void: Action = NO_ACTION
    reasons: tuple[Choice, ...] = ()
    said: Said = SILENT
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
        self._at_ms: int | None = None
        self._asks_why = False

    @property
    def is_open(self) -> bool:
        return bool(self._key)

    def open(self, key: str) -> None:
        """Look at the piece of evidence with this id."""
        found = self._found(key)
        if found is None:
            return
        self._key, self._asks_why, self.said = key, False, SILENT
        self._picture = self._marked(*found)
        self.refresh()

    def close(self) -> None:
        """Back to the step."""
        if self._key:
            self._hush()
            self._key, self._picture = "", b""
            self.refresh()

    def listen(self) -> None:
        """Play the recording, from memory alone, or stop it."""
        found = self._found(self._key)
        if found is None or not self._listen(found[0]).label:
            return
        if self._at_ms is not None:
            self._hush()
        else:
            self._play()
        self.refresh()

    def tick(self) -> None:
        """Several times a second: how far the recording is."""
        if self._at_ms is not None:
            self._at_ms = self.duty.ports.player.position_ms()
            self.refresh()

    def void(self) -> None:
        """Ask why it is to be void; touched again, nothing was asked."""
        found = self._found(self._key)
        if found is not None and self._void(found[0]).open:
            self._asks_why = not self._asks_why
            self.refresh()

    def void_because(self, why: str) -> None:
        """It is void: a correction that names it, with this reason."""
        found = self._found(self._key)
        if found is None or not self._asks_why or why not in VOID_REASONS:
            return
        evidence, event = found
        named = f"证据 {self._number(evidence)}（{_kind(evidence).zh}）"
        text = f"{named}作废，不作为认定依据；原件照常保存、封存。"
        payload = {"event_id": event.id, "why": why, "text": text}
        if self.take(EventKind.CORRECTED, payload) is not None:
            self.said = Said(text=_("已作废并写入笔录的更正；原件仍在。"), tone="fine")
        self._asks_why = False
        self.refresh()

    def refresh(self) -> None:
        found = self._found(self._key) if self._key else None
        if found is None:
            self._show(ViewingState())
            return
        evidence, event = found
        corrected = self._corrected(evidence)
        self._show(
            ViewingState(
                open=True,
                title=evidence.caption or _("证据 {number}").format(number=self._number(evidence)),
                picture=self._picture,
                facts=(*corrected, *self._marks(evidence, event), *_file(evidence)),
                note=_note(evidence),
                listen=self._listen(evidence),
                heard=self._heard(evidence),
                void=self._void(evidence),
                reasons=tuple(_reasons()) if self._asks_why else (),
                said=self.said,
                close=Action(
                    key="evidence.close",
                    label=_("保留并关闭") if not corrected else _("关闭"),
                    icon="check" if not corrected else "cross",
                ),
            )
        )

    def _marked(self, evidence: Evidence, event: Event) -> bytes:
        if evidence.media_type not in files.PICTURES:
            return b""
        original = self.visit.session.evidence_bytes(evidence.evidence_id)
        return self._mark(original, [fact.value for fact in self._marks(evidence, event)]) or b""

    def _play(self) -> None:
        data = self.visit.session.evidence_bytes(self._key)
        sound = wav.read(data)
        try:
            if sound.depth != PLAYED_DEPTH or sound.channels > MOST_CHANNELS:
                raise PlayerFailed("Written in another way.", depth=sound.depth)
            samples = data[sound.start : sound.start + sound.size]
            self.duty.ports.player.play(samples, rate=sound.rate, channels=sound.channels)
        except DomainError as error:
            self.said = problem(error)
        else:
            self._at_ms, self.said = 0, SILENT

    def _hush(self) -> None:
        if self._at_ms is not None:
            self.duty.ports.player.stop()
            self._at_ms = None

    def _listen(self, evidence: Evidence) -> Action:
        if evidence.media_type != PLAYED:
            return NO_ACTION
        if self._at_ms is not None:
            return Action(key="evidence.listen", label=_("停止播放"), icon="stop")
        return Action(key="evidence.listen", label=_("播放录音"), icon="play")

    def _heard(self, evidence: Evidence) -> str:
        if self._at_ms is None or evidence.duration_ms is None:
            return ""
        at, whole = self._at_ms // 1000, evidence.duration_ms // 1000
        return f"{at // 60}:{at % 60:02} / {whole // 60}:{whole % 60:02}"

    def _void(self, evidence: Evidence) -> Action:
        if self._corrected(evidence):
            return NO_ACTION
        reason = self.visit.why(EventKind.CORRECTED)
        return Action(key="evidence.void", label=_("作废"), icon="cross", reason=reason)

    def _corrected(self, evidence: Evidence) -> tuple[Fact, ...]:
        """What was said of it since."""
        return tuple(
            Fact(name=_("更正"), value=f"{one.text}（{one.why}）")
            for one in self.visit.state.corrections
            if one.of == evidence.event_id
        )

    def _found(self, key: str) -> tuple[Evidence, Event] | None:
        if self.duty.visit is None or self.visit.flow is None:
            return None
        held = [each for each in self.visit.state.evidence if each.evidence_id == key]
        if not held:
            return None
        events = self.visit.flow.events()
        return held[0], next(each for each in events if each.id == held[0].event_id)

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


def _kind(evidence: Evidence) -> Text:
    return words.what(evidence.media_type, duration_ms=evidence.duration_ms, pages=evidence.pages)


def _file(evidence: Evidence) -> Iterator[Fact]:
    """The original as the chain has it."""
    yield Fact(name=_("种类"), value=say(_kind(evidence)))
    if evidence.handed_over:
        yield Fact(name=_("来源"), value=_("检查对象提供"))
    kind = f"{evidence.media_type} · {moments.size(evidence.size)}"
    yield Fact(name=_("原件"), value=kind)
    yield Fact(name=_("原件校验值"), value=evidence.sha256)


def _note(evidence: Evidence) -> str:
    if evidence.media_type in files.PICTURES or evidence.media_type == PLAYED:
        return ""
    if evidence.media_type in files.SOUNDS | files.VIDEOS:
        return _("平板只能播放自己录的声音（WAV）。这份录音或录像上传后请在控制台播放。")
    return _("平板不能显示这种文件。上传后请在控制台打开原件。")


def _reasons() -> Iterator[Choice]:
    names = (
        _("误操作形成，与本次检查无关"),
        _("内容不清楚，已重新取证"),
        _("取证对象有误"),
    )
    for key, label in zip(VOID_REASONS, names, strict=True):
        yield Choice(key=key, label=label)
