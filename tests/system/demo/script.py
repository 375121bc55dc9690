"""The whole story, one line per scene."""

from collections.abc import Callable

from shared.text import Text
from tests.system.demo.play import Play
from tests.system.demo.scenes import (
    console,
    county,
    delivery,
    enrolment,
    planning,
    proof,
    sync,
    visit,
)
from tests.system.demo.timeline import Line

Scene = tuple[Text, Callable[[Play, Line], None]]

SCENES: tuple[Scene, ...] = (
    (Text("启动服务，空库", "the server starts on an empty database"), county.start),
    (Text("建立演示县", "a small county is seeded"), county.seed),
    (Text("起草计划", "a plan is drafted"), planning.draft),
    (Text("规则核查，一人不得入企", "the rules stop a plan with one officer"), planning.refuse),
    (Text("控制台：规则结果", "console: what the rules found"), console.findings),
    (Text("改正后提交", "put right and submitted"), planning.submit),
    (Text("控制台：待审批", "console: waiting for approval"), console.waiting),
    (Text("负责人批准", "the head approves"), planning.approve),
    (Text("计划备案，任务赋码", "filed; the task has its code"), planning.file),
    (Text("控制台：计划与任务", "console: plan and task"), console.filed),
    (Text("平板开机", "the tablet starts"), enrolment.start),
    (Text("扫码注册平板和执法人员甲", "tablet and first officer enrol"), enrolment.first),
    (Text("扫码注册执法人员乙", "the second officer enrols"), enrolment.second),
    (Text("平板拉取任务", "the tablet pulls its task"), enrolment.pull),
    (Text("控制台：平板台", "console: device desk"), enrolment.desk),
    (Text("开始检查", "the visit is opened"), visit.open_),
    (Text("停止服务", "the server is stopped"), visit.stop),
    (Text("扫码入企", "the enterprise's code is scanned"), visit.scan),
    (Text("两人亮证", "two officers show their credentials"), visit.credentials),
    (Text("平板尝试同步", "the tablet tries to sync"), visit.offline),
    (Text("送达通知书，企业签收", "the notice is served and signed for"), visit.notice),
    (Text("逐项检查，拍照", "the checklist, with a photo"), visit.checklist),
    (Text("宣读笔录", "the record is read"), visit.record),
    (Text("企业签名", "the enterprise signs"), visit.sign),
    (Text("当场告知结果", "the result is given"), visit.result),
    (Text("离开并封存", "they leave; the visit is sealed"), visit.leave),
    (Text("重新启动服务", "the server is started again"), sync.restart),
    (Text("同步事件和证据", "events and evidence are synced"), sync.sync),
    (Text("服务端归集", "the server has the visit"), sync.projected),
    (Text("控制台：检查详情", "console: the visit"), sync.desk),
    (Text("制作文书", "the documents are made"), delivery.documents),
    (Text("告知邮件送达", "the notice comes by mail"), delivery.mail),
    (Text("打开链接，核对验证码", "the link, and the code"), delivery.door),
    (Text("阅读告知书", "the notice is read"), delivery.read),
    (Text("手写签收", "the receipt is signed"), delivery.sign),
    (Text("任何手机核验人员和文书", "any phone checks officer and document"), delivery.codes),
    (Text("控制台：送达、人员、日志", "console: delivery, people, log"), delivery.desk),
    (Text("导出卷宗", "the case is exported"), proof.export),
    (Text("核验卷宗", "the case is verified"), proof.verify),
    (Text("扫码至封存，连接均被拒绝", "from scan to seal nobody was reached"), proof.refused),
    (Text("日志里没有秘密", "no log tells a secret"), proof.quiet),
    (Text("卷宗与平板库散列一致", "case and tablet have the same hashes"), proof.same),
)
