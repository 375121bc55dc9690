"""What waits to be sent, why and since when; what the server answered; what needs a person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fieldapp.errors import StoreClosed
from fieldapp.flow.evidencing import TIGHT_BYTES
from fieldapp.language import _, say
from fieldapp.session import Session
from fieldapp.store.journal import VisitLine
from fieldapp.store.outbox import OutboxState
from fieldapp.sync.policy import Wait, Wish
from fieldapp.sync.progress import Progress, Stage
from fieldapp.sync.standing import SyncState
from fieldapp.text import sentence
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Fact, Said
from shared import rfc3339
from shared.events.kinds import NAMES, EventKind

SENT_ALL_THE_SAME = frozenset({Wait.ROAMING, Wait.WIFI_ONLY, Wait.BATTERY})
"""What a person may overrule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One number with its name; `tone` says whether somebody should look."""

    key: str
    name: str
    value: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    key: str
    name: str
    detail: str
    standing: str
    tone: str
    problems: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncingState:
    counters: tuple[Counter, ...] = ()
    facts: tuple[Fact, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    problem: Said = SILENT
    progress: str = ""
    part: float = 0.0
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()


class SyncingViewModel:
    def __init__(self, duty: Duty, show: Callable[[SyncingState], None]) -> None:
        self.duty = duty
        self._show = show

    def enter(self) -> None:
        self.refresh()

    def leave(self) -> None:
        """Nothing runs behind this screen."""

    def tick(self) -> None:
        """The numbers move while a round is under way."""
        if self.duty.syncing:
            self.refresh()

    def act(self) -> None:
        """Try now."""
        self.duty.sync()
        self.refresh()

    def other(self, key: str) -> None:
        match key:
            case "sync.back":
                self.duty.go(self.duty.came_from)
            case "sync.everything":
                self.duty.sync(Wish.EVERYTHING)
                self.refresh()
            case "sync.files":
                self.duty.session.retry_refused_files()
                self.act()

    def refresh(self) -> None:
        session = self.duty.tablet.session()
        if session is None:
            return
        try:
            state = self._state(session)
        except StoreClosed:
            return  # an order to wipe is being carried out; the round's end leads away from here
        self._show(state)

    def _state(self, session: Session) -> SyncingState:
        known = session.sync_state()
        progress = session.cycle().progress() if self.duty.syncing else None
        return SyncingState(
            counters=tuple(_counters(known)),
            facts=(*_facts(known), Fact(name=_("存储空间"), value=moments.size(self._free()))),
            visits=tuple(self._row(session, line) for line in session.visits()),
            problem=_problem(known, self._free()),
            progress=_said(progress) if progress else "",
            part=(progress.part or 0.0) if progress else 0.0,
            primary=Action(
                key="sync.now",
                label=_("立即同步"),
                icon="sync",
                busy=_("正在同步…") if self.duty.syncing else "",
            ),
            others=tuple(_others(known, busy=self.duty.syncing)),
        )

    def _free(self) -> int:
        return self.duty.ports.device.free_bytes()

    def _row(self, session: Session, line: VisitLine) -> VisitRow:
        refs = session.references()
        task = next((refs.tasks[id_] for id_ in line.task_ids if id_ in refs.tasks), None)
        enterprise = refs.enterprises.get(task.uscc) if task else None
        opened = moments.minute(rfc3339.read(line.opened_at))
        standing, tone = _standing(line)
        return VisitRow(
            key=line.visit_id,
            name=enterprise.name if enterprise else _("检查 {time}").format(time=opened),
            detail=_("{time} · {last} · 共 {count} 条").format(
                time=opened, last=say(NAMES[EventKind(line.last_kind)]), count=line.events
            ),
            standing=standing,
            tone=tone,
            problems=tuple(self._problems(session, line)),
        )

    def _problems(self, session: Session, line: VisitLine) -> Iterator[Fact]:
        if not line.needs_attention:
            return
        for problem in session.inspection(line.visit_id).problems():
            outcome = problem.outcome
            said = say(sentence(outcome.code)) if outcome.code else ""
            rules = "；".join(
                f"{each.get('rule', '')} {each.get('detail', '')}".strip()
                for each in outcome.irregularities
            )
            value = "：".join(part for part in (_state(outcome.state), said, rules) if part)
            if outcome.since:
                since = moments.minute(rfc3339.read(outcome.since))
                value = _("{what}（自 {time}）").format(what=value, time=since)
            yield Fact(name=say(NAMES[problem.kind]), value=value)


def _counters(known: SyncState) -> Iterator[Counter]:
    counts = known.counts
    waiting = counts[OutboxState.WAITING] + counts[OutboxState.SENT]
    yield Counter(
        key="waiting", name=_("待传记录"), value=str(waiting), tone="caution" if waiting else "fine"
    )
    files = f"{known.files_left} / {moments.size(known.bytes_left)}"
    yield Counter(
        key="files",
        name=_("待传证据"),
        value=files if known.files_left else "0",
        tone="caution" if known.files_left else "fine",
    )
    yield Counter(
        key="applied", name=_("已受理"), value=str(counts[OutboxState.APPLIED]), tone="fine"
    )
    held = counts[OutboxState.HELD]
    yield Counter(
        key="held", name=_("等待前序"), value=str(held), tone="information" if held else "quiet"
    )
    apart = counts[OutboxState.QUARANTINED] + counts[OutboxState.CONFLICT]
    yield Counter(
        key="apart", name=_("隔离或冲突"), value=str(apart), tone="problem" if apart else "quiet"
    )


def _facts(known: SyncState) -> Iterator[Fact]:
    yield Fact(name=_("上次尝试"), value=_time(known.tried_at))
    yield Fact(name=_("上次成功"), value=_time(known.done_at))
    yield Fact(name=_("离线可用至"), value=_time(known.lease_until))
    if known.update:
        yield Fact(name=_("程序更新"), value=_("请更新到 {version}").format(version=known.update))
    if known.retired:
        yield Fact(name=_("本机状态"), value=_("已停用：只能完成并上传已开始的检查"))


def _time(text: str) -> str:
    return moments.minute(rfc3339.read(text)) if text else _("还没有")


def _problem(known: SyncState, free: int) -> Said:
    if free < TIGHT_BYTES:
        return Said(text=_("存储空间快满：请尽快联网上传，空间不足时不能再拍照。"), tone="problem")
    if known.problem:
        return Said(text=say(sentence(known.problem)), tone="caution")
    if known.files_refused:
        text = _("{count} 份证据被服务器多次拒收，请联系管理员后重试。")
        return Said(text=text.format(count=known.files_refused), tone="problem")
    if known.files_left and known.evidence_waits:
        return Said(text=_why(known.evidence_waits), tone="information")
    return SILENT


def _why(wait: Wait) -> str:
    """Why evidence is still here although records went."""
    return {
        Wait.NO_NETWORK: _("没有网络，联网后自动上传。"),
        Wait.ROAMING: _("正在漫游：记录照常上传，证据等不漫游时再传。"),
        Wait.WIFI_ONLY: _("按平台或本机设置，证据等连上无线局域网再传；记录照常上传。"),
        Wait.BATTERY: _("电量过低：记录照常上传，证据等充电后再传。"),
    }[wait]


def _others(known: SyncState, *, busy: bool) -> Iterator[Action]:
    if not busy:
        yield from _remedies(known)
    yield Action(key="sync.back", label=_("返回"), icon="back")


def _remedies(known: SyncState) -> Iterator[Action]:
    """What a person may do about evidence that stays here."""
    if known.files_refused:
        yield Action(key="sync.files", label=_("重试被拒的证据"), icon="sync")
    elif known.files_left and known.evidence_waits in SENT_ALL_THE_SAME:
        yield Action(key="sync.everything", label=_("现在就传证据"), icon="sync")


def _said(progress: Progress) -> str:
    """What is under way, in one line."""
    parts = [
        {
            Stage.RECORDS: _("正在上传记录"),
            Stage.REFERENCE: _("正在接收任务和法规"),
            Stage.EVIDENCE: _("正在上传证据"),
        }[progress.stage]
    ]
    if progress.total:
        parts.append(f"{progress.done} / {progress.total}")
    elif progress.done:
        parts.append(_("{count} 项").format(count=progress.done))
    if progress.bytes_total:
        done, total = moments.size(progress.bytes_done), moments.size(progress.bytes_total)
        parts.append(f"{done} / {total}")
    if progress.seconds_left is not None:
        parts.append(_("约 {time}").format(time=moments.duration(progress.seconds_left)))
    return " · ".join(parts)


def _standing(line: VisitLine) -> tuple[str, str]:
    if line.needs_attention:
        return _("{count} 条需要关注").format(count=line.needs_attention), "problem"
    if line.unanswered:
        return _("待传 {count} 条").format(count=line.unanswered), "caution"
    return _("全部受理"), "fine"


def _state(state: OutboxState) -> str:
    return {
        OutboxState.WAITING: _("待传"),
        OutboxState.SENT: _("已发出，等待回执"),
        OutboxState.APPLIED: _("已受理"),
        OutboxState.HELD: _("等待前序记录"),
        OutboxState.QUARANTINED: _("已隔离，等待裁定"),
        OutboxState.CONFLICT: _("与服务器冲突，本次检查已暂停"),
    }[state]
