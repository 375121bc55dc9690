"""From a county in which there is nobody but the platform's administrator to a filed plan.

By keyboard alone: nothing in this test clicks.
"""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from server.clock import SetClock
from server.models import Person, Plan, Task
from server.principal import SYSTEM
from server.work import Parts, open_work
from shared.localtime import local_day
from shared.roles import Role
from tests.server.factories import add, person
from tests.server.planning import totp_of
from tests.system.web.keyboard import Keyboard
from tests.system.web.site import Open, Site, shot

pytestmark = [pytest.mark.browser, pytest.mark.long]

AGENCY, FIRM, ITEM = "泉河县市场监督管理局", "泉河县鸿运超市有限公司", "食品销售检查"
CODE = "91370100MA37XJ385W"
OFFICERS = (("王海燕", "370102199001011239"), ("李国栋", "370102198505052337"))
TITLE = "七月食品销售日常检查"


def people(keys: Keyboard, name: str, username: str, role: str, agency: str = "") -> str:
    """Add an account; returns the password shown once."""
    keys.page.goto("/console/people/new")
    keys.write("姓名", name)
    keys.write("用户名", username)
    if agency:
        keys.choose("机关", agency)
    keys.tick(role)
    keys.press("新建账号")
    return keys.page.locator(".secret").inner_text()


def signed_in(browse: Open, username: str, password: str, code: str = "") -> Keyboard:
    keys = Keyboard(browse("/console/login"))
    keys.write("用户名", username)
    keys.write("密码", password)
    if code:
        keys.reach(keys.page.locator("#totp"))
        keys.page.keyboard.type(code)
    keys.page.keyboard.press("Enter")
    expect(keys.page).to_have_url("/console/")
    return keys


def found_the_county(keys: Keyboard) -> str:
    """The platform's administrator: an agency, an enterprise, the agency's administrator."""
    page = keys.page
    page.goto("/console/")
    keys.follow("执法主体")
    keys.follow("登记机关")
    keys.write("机关名称", AGENCY)
    keys.write("机关简称", "市监")
    keys.write("行政区划代码", "370199")
    keys.write("行政区划简称", "泉")
    keys.write("联系电话", "0539-1234567")
    keys.write("监督电话", "12345")
    keys.press("登记机关")
    expect(page.locator("main")).to_contain_text("已确认")
    page.goto("/console/enterprises/new")
    keys.write("统一社会信用代码", CODE)
    keys.write("企业名称", FIRM)
    keys.write("地址", "城关人民路 1 号")
    keys.write("行政区划代码", "370199")
    page.locator("#lat").wait_for()
    keys.reach(page.locator("#lat"))
    page.keyboard.type("35.105")
    keys.reach(page.locator("#lon"))
    page.keyboard.type("118.356")
    keys.press("登记企业")
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRM)
    return people(keys, "周管理", "admin.zhou", "机关管理员", AGENCY)


def furnish_the_agency(keys: Keyboard, today: date) -> None:
    """Its administrator: the law, an item, its checklist, two officers with certificates."""
    page = keys.page
    page.goto("/console/items/bases")
    keys.write("法律法规名称", "中华人民共和国食品安全法")
    keys.write("条款", "第一百一十条")
    keys.day("施行日期", date(2021, 4, 29))
    keys.write("条文", "县级以上人民政府食品安全监督管理部门履行食品安全监督管理职责。")
    keys.press("登记法律依据")
    page.goto("/console/items/new")
    keys.write("事项名称", ITEM)
    keys.write("事项编码", "SP-001")
    keys.write("检查标准", "食品销售日常监督检查要点表")
    keys.tick("中华人民共和国食品安全法")
    keys.reach(page.locator("#list_version"))
    page.keyboard.type("2026 年第一版")
    keys.press("登记事项")
    keys.follow("写第一版")
    keys.write("要点 1", "许可证")
    keys.write("检查内容和标准", "在显著位置公示食品经营许可证。")
    keys.press("发布这一版")
    expect(page.locator("main")).to_contain_text("检查表单第 1 版已发布")
    for n, (name, id_number) in enumerate(OFFICERS):
        page.goto("/console/officers/new")
        keys.write("姓名", name)
        keys.write("所在单位", AGENCY)
        keys.write("身份证号", id_number)
        keys.write("手机", f"1380013800{n}")
        keys.press("登记人员")
        keys.write("执法证号", f"1501991200{n}")
        keys.day("有效期起", today - timedelta(days=200))
        keys.day("有效期止", today + timedelta(days=900))
        keys.press("登记执法证")
        expect(page.locator("main")).to_contain_text("有效")


def write_the_plan(keys: Keyboard, today: date) -> None:
    """Its planner, the rules looking on."""
    page = keys.page
    page.goto("/console/plans/")
    page.keyboard.press("n")
    page.wait_for_url("**/console/plans/new")
    keys.write("计划名称", TITLE)
    keys.day("开始日期", today + timedelta(days=20))
    keys.day("结束日期", today + timedelta(days=30))
    keys.tick(ITEM)
    keys.write("制定理由", "落实年度食品销售监督检查计划，重点检查冷藏食品。")
    keys.write("找企业", "hycs")
    expect(page.locator("#found button")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".edit-target b")).to_have_text([FIRM])
    expect(page.get_by_label("找企业", exact=True)).to_be_focused()
    keys.tick(OFFICERS[0][0])
    live = page.locator("#live")
    expect(live).to_contain_text("R07-01")
    shot(page, "plan-editor-blocked-1280")
    keys.tick(OFFICERS[1][0])
    keys.write("为什么必须到现场", "冷藏柜温度和食品标签必须现场查看。")
    expect(live).not_to_contain_text("R07-01")
    expect(live).not_to_contain_text("阻断")
    shot(page, "plan-editor-1280")
    keys.press("保存并提交审批")
    if page.get_by_text("还不能提交").count():
        explain(keys)
        keys.press("提交审批")
    expect(page.locator("#detail")).to_contain_text("待审批")


def explain(keys: Keyboard) -> None:
    """Give the reasons that the rules want, one after the other."""
    page = keys.page
    while page.get_by_label("说明理由").count():
        before = page.get_by_label("说明理由").count()
        finding = page.locator(".finding", has=page.get_by_label("说明理由")).first
        keys.reach(finding.locator("summary"))
        page.keyboard.press("Enter")
        keys.reach(finding.get_by_label("说明理由"))
        page.keyboard.type("上年度检查发现问题，必须到现场核实。")
        keys.reach(finding.get_by_role("button", name="提交说明"))
        page.keyboard.press("Enter")
        expect(page.get_by_label("说明理由")).to_have_count(before - 1)


def person_id(parts: Parts, username: str) -> str:
    with open_work(parts, SYSTEM) as work:
        return work.session.query(Person).filter_by(username=username).one().id


def test_an_empty_county_comes_to_a_filed_plan_by_keyboard_alone(
    site: Site, parts: Parts, clock: SetClock, browse: Open
) -> None:
    add(parts, [person("platform", Role.PLATFORM_ADMIN, agency=None)])
    today = local_day(clock.now())
    password = found_the_county(Keyboard(browse("/console/", who="platform")))
    admin = signed_in(browse, "admin.zhou", password)
    furnish_the_agency(admin, today)
    planners = people(admin, "钱编制", "planner.qian", "计划编制")
    heads = people(admin, "孙局长", "head.sun", "机关负责人")
    totp = totp_of(parts, person_id(parts, "head.sun"))

    planner = signed_in(browse, "planner.qian", planners)
    write_the_plan(planner, today)
    explain(planner)

    clock.move(timedelta(seconds=30))
    head = signed_in(browse, "head.sun", heads, totp.at(clock.now()))
    head.follow("待审批")
    head.page.keyboard.press("j")
    expect(head.page.locator("#detail")).to_contain_text(TITLE)
    head.page.keyboard.press("a")
    clock.move(timedelta(seconds=30))
    expect(head.page.locator("#approve-totp")).to_be_focused()
    head.page.keyboard.type(totp.at(clock.now()))
    head.page.keyboard.press("Enter")
    expect(head.page.locator("#detail .over")).to_contain_text("已批准")

    planner.page.reload()
    planner.press_here("备案并生成任务")
    expect(planner.page.locator("#detail .over")).to_contain_text("已备案")
    shot(planner.page, "first-filed-plan-1280")
    with open_work(parts, SYSTEM) as work:
        assert [plan.status for plan in work.session.query(Plan)] == ["filed"]
        assert [task.uscc for task in work.session.query(Task)] == [CODE]
