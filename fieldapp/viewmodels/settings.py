"""设置: what may be chosen on this tablet, what the platform has set, and which tablet this is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from fieldapp.language import _, current
from fieldapp.looks import Look
from fieldapp.ports.keystore import Protection
from fieldapp.preferences import Preferences
from fieldapp.store.identity import Identity
from fieldapp.sync.policy import WIFI_ONLY
from fieldapp.version import APP_VERSION
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, Action, Choice, Fact
from shared import rfc3339
from shared.text import Language

MILLION = 1_000_000
SMALLER = (8 * MILLION, 5 * MILLION, 2 * MILLION)
"""Photos one may choose to take, beside the largest the platform allows."""
ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One line: what it is, and what may be chosen. Without choices the platform has set it."""

    key: str
    name: str
    note: str = ""
    choices: tuple[Choice, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsState:
    own: tuple[Setting, ...] = ()
    given: tuple[Fact, ...] = ()
    about: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION


class SettingsViewModel:
    def __init__(self, duty: Duty, show: Callable[[SettingsState], None]) -> None:
        self.duty = duty
        self._show = show

    def enter(self) -> None:
        self.refresh()

    def leave(self) -> None:
        """Nothing runs behind this screen."""

    def tick(self) -> None:
        """Nothing here changes by the second."""

    def act(self) -> None:
        """Back to where one was."""
        self.duty.go(self.duty.came_from)

    def choose(self, key: str) -> None:
        """A choice was touched: the setting and what was chosen of it, joined by a dot."""
        setting, _dot, chosen = key.partition(".")
        look = _look_with(self.duty.wardrobe.look(), setting, chosen)
        if look is not None:
            self.duty.wardrobe.choose(look)
            return
        session = self.duty.session
        session.keep_preferences(_with(session.preferences(), setting, chosen))
        if chosen == ON and setting in ("sound", "vibration"):
            self.duty.signal(fine=True)  # so that one knows what was chosen
        self.refresh()

    def refresh(self) -> None:
        if not self.duty.unlocked:
            return
        self._show(
            SettingsState(
                own=tuple(self._own()),
                given=tuple(self._given()),
                about=tuple(self._about()),
                primary=Action(key="settings.back", label=_("返回"), icon="back"),
            )
        )

    def _own(self) -> Iterator[Setting]:
        look, chosen = self.duty.wardrobe.look(), self.duty.session.preferences()
        yield Setting(
            key="language",
            name=_("语言"),
            choices=_options(look.language.value, ("zh", "中文"), ("en", "English")),
        )
        yield Setting(
            key="type",
            name=_("字号"),
            choices=_options(_word(on=look.large), (OFF, _("标准")), (ON, _("大字"))),
        )
        yield Setting(
            key="sunlight",
            name=_("显示"),
            note=_("阳光下用黑白高对比。屏幕方向随平板转动，可在系统中锁定。"),
            choices=_options(_word(on=look.sunlight), (OFF, _("室内")), (ON, _("高对比"))),
        )
        yield self._network(chosen)
        yield Setting(
            key="sound",
            name=_("声音"),
            note=_("扫码相符、不符时各有一声。"),
            choices=_options(_word(on=chosen.sound), (ON, _("开")), (OFF, _("关"))),
        )
        yield Setting(
            key="vibration",
            name=_("振动"),
            choices=_options(_word(on=chosen.vibration), (ON, _("开")), (OFF, _("关"))),
        )
        yield self._pixels(chosen)

    def _network(self, chosen: Preferences) -> Setting:
        name = _("上传证据")
        if self.duty.session.desk.held.identities.settings().get(WIFI_ONLY) is True:
            return Setting(
                key="network",
                name=name,
                note=_("平台规定，本机不能更改；急需时可在同步页点“现在就传证据”。"),
                value=_("只用无线局域网"),
            )
        return Setting(
            key="network",
            name=name,
            note=_("检查记录总会上传；照片、录音和附件按此处选择。"),
            choices=_options(
                _word(on=chosen.wifi_only), (OFF, _("任何网络")), (ON, _("只用无线局域网"))
            ),
        )

    def _pixels(self, chosen: Preferences) -> Setting:
        most = self.duty.session.desk.held.identities.image_pixels()
        smaller = [pixels for pixels in SMALLER if pixels < most]
        name, at_most = _("照片大小"), _megapixels(most)
        if not smaller:
            note = _("以像素计，是平台规定的上限，本机不能再小。")
            return Setting(key="pixels", name=name, note=note, value=at_most)
        at = chosen.image_pixels if chosen.image_pixels in smaller else 0
        options = [("0", at_most), *((str(pixels), _megapixels(pixels)) for pixels in smaller)]
        return Setting(
            key="pixels",
            name=name,
            note=_("平台上限为 {most}像素；小照片传得快。").format(most=at_most),
            choices=_options(str(at), *options),
        )

    def _given(self) -> Iterator[Fact]:
        """What the server has set: shown, and not to be changed here."""
        held = self.duty.session.desk.held.identities
        every = moments.duration(held.sync_interval_s())
        yield Fact(name=_("自动同步"), value=_("每 {time}").format(time=every))
        days = _("封存并全部受理后 {count} 天").format(count=held.retain_days())
        yield Fact(name=_("本机保留"), value=days)
        largest = held.settings().get("evidence_bytes")
        if isinstance(largest, int):
            yield Fact(
                name=_("单份证据"), value=_("不超过 {size}").format(size=moments.size(largest))
            )
        until = held.lease_until()
        if until is not None:
            yield Fact(name=_("离线可用至"), value=moments.minute(until))

    def _about(self) -> Iterator[Fact]:
        session = self.duty.session
        me, keys = session.identity, session.key_set()
        yield Fact(name=_("程序版本"), value=APP_VERSION)
        yield Fact(name=_("本机"), value=_name(me))
        yield Fact(name=_("平台"), value=me.server)
        yield Fact(name=_("信任密钥"), value=_("第 {number} 版").format(number=keys.version))
        hardware = session.key_protection is not Protection.NONE
        yield Fact(
            name=_("密钥保护"), value=_("硬件密钥库") if hardware else _("无硬件密钥（开发运行）")
        )
        yield Fact(name=_("剩余存储"), value=moments.size(self.duty.ports.device.free_bytes()))
        done = session.sync_state().done_at
        last = moments.minute(rfc3339.read(done)) if done else _("还没有")
        yield Fact(name=_("上次同步"), value=last)


def _look_with(look: Look, setting: str, chosen: str) -> Look | None:
    """How it looks with this choice; None where the choice is about something else."""
    match setting:
        case "language":
            return replace(look, language=Language(chosen))
        case "type":
            return replace(look, large=chosen == ON)
        case "sunlight":
            return replace(look, sunlight=chosen == ON)
        case _:
            return None


def _with(preferences: Preferences, setting: str, chosen: str) -> Preferences:
    match setting:
        case "network":
            return replace(preferences, wifi_only=chosen == ON)
        case "sound":
            return replace(preferences, sound=chosen == ON)
        case "vibration":
            return replace(preferences, vibration=chosen == ON)
        case _:
            return replace(preferences, image_pixels=int(chosen))


def _options(chosen: str, *offered: tuple[str, str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(key=key, label=label, chosen=key == chosen, tone="primary") for key, label in offered
    )


def _word(*, on: bool) -> str:
    return ON if on else OFF


def _megapixels(pixels: int) -> str:
    if current() is Language.ZH:
        return f"{pixels // 10_000} 万"
    return f"{pixels / MILLION:g} MP"


def _name(identity: Identity) -> str:
    return f"{identity.tablet_name} · {identity.device_id}"
