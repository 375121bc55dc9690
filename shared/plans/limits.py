"""The thresholds that rules compare with. Their values are dated data of a region or an agency.

What no data says has the default below, so that an empty database is still lawful (domain §1).
What only one place published (the lead time of R23, say) is off until a region records it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from shared.errors import BadInput
from shared.plans.model import Approver, Trigger
from shared.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerRule:
    """What R27 leaves to each province: whether a trigger uses up the cap and is stopped by it."""

    counts: bool = True
    blocks: bool = True


Reader = Callable[[Any], Any]


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1_000_000:
        raise ValueError("not a whole number")
    return value


def _whole_or_none(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _switch(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("not true or false")
    return value


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise ValueError("not a list of words")
    return tuple(value)


def _month_day(value: Any) -> str:
    month, _, day = str(value).partition("-")
    if not (month.isdecimal() and day.isdecimal()) or not (
        1 <= int(month) <= 12 and 1 <= int(day) <= 28 + 3 * (int(month) != 2)
    ):
        raise ValueError("not MM-DD")
    return f"{int(month):02d}-{int(day):02d}"


def _approver(value: Any) -> str:
    return str(Approver(value))


def _by_word(value: Any) -> Mapping[str, int]:
    return {str(word): _whole(number) for word, number in dict(value).items()}


def _by_days(value: Any) -> Mapping[int, int]:
    return {int(days): _whole(number) for days, number in dict(value).items()}


def _triggers(value: Any) -> Mapping[str, TriggerRule]:
    found: dict[str, TriggerRule] = {}
    for word, said in dict(value).items():
        found[Trigger(word)] = TriggerRule(**{name: _switch(said[name]) for name in said})
    return found


def _said(
    zh: str, en: str, read: Reader, *, default: Any = None, factory: Callable[[], Any] | None = None
) -> Any:
    about = {"title": Text(zh, en), "read": read}
    if factory is not None:
        return field(default_factory=factory, metadata=about)
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The parameters in force for one agency on one day."""

    min_officers: int = _said("执法人员最少人数", "Fewest officers", _whole, default=2)
    max_officers: int = _said("执法人员最多人数", "Most officers", _whole, default=8)
    visits_per_officer_day: int = _said(
        "每人每日检查户数", "Visits per officer and day", _whole, default=6
    )
    assistants_per_officer: int = _said(
        "每名执法人员带领协助人数", "Assistants per officer", _whole, default=1
    )
    certificate_check_days: int = _said(
        "证件状态核验有效天数", "Days a certificate's check holds", _whole, default=400
    )
    certificate_soon_days: int = _said(
        "证件临期提醒天数", "Days before a certificate's end", _whole, default=30
    )
    same_officer_visits: int = _said(
        "同一人员同一企业年度次数",
        "Visits of one officer to one enterprise a year",
        _whole,
        default=3,
    )
    max_points: int = _said("一次检查要点上限", "Most points of a visit", _whole, default=150)
    unused_years: int = _said("事项闲置年数", "Years an item may be unused", _whole, default=5)
    list_update_days: int = _said("清单调整天数", "Days to renew a list", _whole, default=31)
    annual_due: str = _said(
        "年度计划报备期限", "Annual plans are due by", _month_day, default="03-31"
    )
    require_annual_plan: bool = _said(
        "日常检查须有年度计划", "Daily inspections need an annual plan", _switch, default=False
    )
    max_window_days: int = _said("检查时限最长天数", "Longest window in days", _whole, default=92)
    register_days: int = _said("登记信息有效天数", "Days register data hold", _whole, default=365)
    sample_percent_max: int = _said(
        "抽查比例上限", "Highest sampling ratio in percent", _whole, default=20
    )
    lead_workdays: int = _said("提前报备工作日", "Working days of lead", _whole, default=0)
    lead_exempt: tuple[str, ...] = _said(
        "不受提前报备限制的来源",
        "Sources without lead",
        _words,
        default=("complaint_12345", "assigned", "monitoring_lead", "media", "emergency"),
    )
    case_wait_days: int = _said("个案检查响应天数", "Days to answer a case", _whole, default=30)
    emergency_approval_hours: int = _said(
        "紧急检查补批小时", "Hours to approve later", _whole, default=24
    )
    special_approver: str = _said(
        "专项检查最低批准层级",
        "Who approves special inspections",
        _approver,
        default=str(Approver.COUNTY_GOVERNMENT),
    )
    special_quota: int | None = _said("专项检查年度数量", "Special plans a year", _whole_or_none)
    deployed_special_counts: bool = _said(
        "上级部署专项计入频次", "Special inspections from above count", _switch, default=False
    )
    yearly_cap: int | None = _said("年度频次上限", "Yearly cap", _whole_or_none)
    field_cap: int | None = _said(
        "同一系统各层级合计上限", "Cap across levels of one field", _whole_or_none
    )
    whole_cap: int | None = _said("各机关合计上限", "Cap of all agencies", _whole_or_none)
    grade_caps: Mapping[str, int] = _said(
        "按信用等级的上限", "Cap by credit grade", _by_word, factory=dict
    )
    trigger_rules: Mapping[str, TriggerRule] = _said(
        "各来源是否计入、受限", "Which sources count, are stopped", _triggers, factory=dict
    )
    exempt_follow: int = _said(
        "豁免检查关注次数", "Exempt visits that are followed", _whole, default=4
    )
    merge_days: int = _said(
        "合并检查间隔天数", "Days within which visits merge", _whole, default=30
    )
    fresh_result_days: int = _said(
        "检查结果可沿用天数", "Days a result is fresh", _whole, default=60
    )
    reason_min_letters: int = _said(
        "入企理由最少字数", "Fewest letters of a reason", _whole, default=4
    )
    quiet_until_day: int = _said(
        "每月安静期至几日", "Quiet days of a month, until", _whole, default=0
    )
    undisturbed_grades: tuple[str, ...] = _said(
        "无事不扰的信用等级", "Grades left undisturbed", _words, default=()
    )
    quota_words: tuple[str, ...] = _said(
        "检查指标用语",
        "Words of quotas",
        _words,
        default=(
            "检查指标",
            "检查任务数",
            "罚没指标",
            "罚款任务",
            "罚没任务",
            "创收",
            "处罚率",
            "立案率",
        ),
    )
    low_yield_run: int = _said(
        "连续无问题次数", "Visits in a row that found nothing", _whole, default=3
    )
    low_yield_days: int = _said(
        "低效检查统计天数", "Days looked back for them", _whole, default=365
    )
    repeat_limits: Mapping[int, int] = _said(
        "若干天内检查次数",
        "Visits within so many days",
        _by_days,
        factory=lambda: {1: 1, 7: 2, 30: 3},
    )
    same_item_days: int = _said(
        "同一事项重复天数", "Days before an item is repeated", _whole, default=180
    )
    frequent_days: int = _said(
        "频繁检查间隔天数", "Days between frequent visits", _whole, default=60
    )
    frequent_cases: int = _said("频繁检查地区起数", "Frequent cases of a region", _whole, default=3)
    multi_days: int = _said("多头检查间隔天数", "Days between agencies' visits", _whole, default=30)
    multi_agencies: int = _said("多头检查机关数", "Agencies at one enterprise", _whole, default=5)

    @property
    def has_wider_caps(self) -> bool:
        """Whether a cap counts what other agencies do."""
        return self.field_cap is not None or self.whole_cap is not None or bool(self.grade_caps)

    @property
    def past_days(self) -> int:
        """How far back an agency's own visits matter to a rule."""
        return max(self.low_yield_days, self.same_item_days, self.fresh_result_days)

    @property
    def near_days(self) -> int:
        """How far from a visit those of other agencies matter to a rule."""
        return max(self.merge_days, self.multi_days, self.frequent_days, *self.repeat_limits, 1)

    def for_trigger(self, trigger: Trigger) -> TriggerRule:
        """What is said of a trigger; one that is not mentioned counts and blocks."""
        return self.trigger_rules.get(trigger, TriggerRule())


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One threshold: what it is called, its default, and how a recorded value is read."""

    title: Text
    default: Any
    read: Reader


def _declared() -> Mapping[str, Parameter]:
    plain = Limits()
    return {
        each.name: Parameter(
            title=each.metadata["title"],
            default=getattr(plain, each.name),
            read=each.metadata["read"],
        )
        for each in fields(Limits)
    }


PARAMETERS: Mapping[str, Parameter] = _declared()


def read_value(name: str, value: Any) -> Any:
    """A recorded value as `Limits` holds it; `BadInput` for one that cannot be meant."""
    try:
        return PARAMETERS[name].read(value)
    except (ValueError, TypeError, KeyError) as wrong:
        raise BadInput("No such value.", errors={"/value": str(wrong)}) from wrong


def read_limits(values: Mapping[str, Any]) -> Limits:
    """Limits with those values; the default for whatever is not among them."""
    return Limits(**{name: read_value(name, values[name]) for name in PARAMETERS if name in values})


def told(value: Any) -> str:
    """A value as a table shows it; a dash where there is none."""
    if value is None or value in ((), {}):
        return "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {told(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
