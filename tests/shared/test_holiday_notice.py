"""A year's holidays out of the notice that announces them, as it is published."""

from datetime import date

import pytest

from shared import holiday_notice, workdays
from shared.workdays import DayChange, HolidayYear

# 国办发明电〔2025〕7号, its seven paragraphs and its head and foot.
NOTICE_2026 = """
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
国务院办公厅
2025年11月4日
"""


def known(year: int) -> HolidayYear:
    found = workdays.seed(year)
    assert found is not None
    return found


def weekdays(days: frozenset[date]) -> set[date]:
    """Days off that would have been worked: lists differ in which weekends they name."""
    return {day for day in days if day.weekday() < 5}


def test_the_notice_of_2026_is_read_as_it_stands() -> None:
    told, faults = holiday_notice.read(NOTICE_2026, 2026)

    assert faults == ()
    assert (weekdays(told.off), told.work) == (weekdays(known(2026).off), known(2026).work)
    assert len(told.off) == 3 + 9 + 3 + 5 + 3 + 3 + 7


@pytest.mark.parametrize("year", [2019, 2023, 2024, 2025, 2026])
def test_what_is_written_is_read_to_the_same(year: int) -> None:
    assert holiday_notice.read(holiday_notice.written(known(year)), year) == (known(year), ())


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("共9天", "共8天", "写的是共 8 天，数出来是 9 天"),
        ("4月4日（周六）", "4月31日（周六）", "4月31日至6日 不是日期"),
        ("10月10日（周六）上班", "10月10日（周六）", "2026-09-20、2026-10-10 没有写明放假还是上班"),
        ("5月9日（周六）", "5月8日（周五）", "2026-05-08 不是周末，不用调休上班"),
        ("2月14日（周六）", "2月16日（周一）", "2026-02-16 又放假又上班"),
        ("1月1日（周四）至", "2025年12月31日至2026年1月", "2025-12-31 不在 2026 年"),
        ("5月1日（周五）至5日（周二）放假调休，共5天", "5月1日", "2026-05-01 没有写明放假还是上班"),
        ("6月19日（周五）至21日", "6月21日至19日", "6月21日至19日 的起止不对"),
    ],
)
def test_a_slip_is_named(old: str, new: str, why: str) -> None:
    assert old in NOTICE_2026
    _, faults = holiday_notice.read(NOTICE_2026.replace(old, new), 2026)

    assert why in [fault.zh for fault in faults]


@pytest.mark.parametrize("text", ["", "明天放假", "2026-01-01 放假", "放假" * 3000])
def test_what_is_no_notice_is_no_year(text: str) -> None:
    assert holiday_notice.read(text, 2026)[1][-1].en.startswith("The whole year must be told")


def test_two_announcements_differ_by_days() -> None:
    old, _ = holiday_notice.read(NOTICE_2026, 2026)
    new, _ = holiday_notice.read(NOTICE_2026.replace("5月9日（周六）上班", ""), 2026)

    may = DayChange(day=date(2026, 5, 9), before=True, after=None)
    assert workdays.changes(old, new) == (may,)
    assert workdays.changes(old, old) == ()
    assert len(workdays.changes(None, old)) == len(old.off | old.work)
