"""The whole story, one line per scene."""

from collections.abc import Callable

from shared.text import Text
from tests.system.demo.play import Play
from tests.system.demo.scenes import console, county, planning
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
)
