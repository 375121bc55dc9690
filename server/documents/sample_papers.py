"""Made-up papers written after the sample visits: a questioning, samples, reports."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from server.documents.kinds import DocumentKind
from server.documents.sample_visits import BEGUN, Case
from shared.content import compliance, interview, problems, report, sampling
from shared.content.compliance import Inspected, Period, Standing
from shared.content.hashing import content_hash
from shared.content.interview import Interview, Person
from shared.content.report import PutRight, Source
from shared.content.sampling import Goods, Sampling

Told = Mapping[str, Any]

ASKED = (
    ("请介绍一下你的身份和职责。", "我叫林小满，是这里的店长，负责日常经营和食品安全管理。"),
    (
        "一楼冷藏柜当日温度为什么没有记录？",
        "当天值班的人请假，换班时没有交接，我没有及时安排别人补记。",
    ),
    ("11月3日购进的调味酱是从哪里买的？", "从历下区一家批发部买的，发票在，许可证没有要。"),
    ("以上情况有没有需要补充的？", "没有。我们已经安排专人记录，并向供货商补要证照。"),
)
MORE = "随后又问了与该批货物有关的情况，被询问人逐项作了说明，并当场出示了进货单据。"


def interview_of(case: Case, told: Told) -> dict[str, Any]:
    """As many questions as there were problems, four at least where there was any."""
    asked = list(ASKED) if case.problems else list(ASKED[:1])
    asked += [(f"第{no}项问题是怎么发生的？", MORE) for no in range(len(ASKED), case.problems)]
    return interview.build(
        told,
        Interview(
            begun_at=BEGUN + timedelta(hours=5),
            ended_at=BEGUN + timedelta(hours=5, minutes=48),
            place="济南市历下区市场监督管理局询问室（二）",
            recorder="欧阳秀英",
            person=Person(
                name="林小满",
                sex="female",
                age=34,
                id_no="370102199203041226",
                phone="13800138000",
                employer=case.enterprise,
                post="店长",
                address="济南市历下区文化东路某小区3号楼2单元501室" if case.photos else "",
            ),
            answers=asked,
        ),
    )


def sampling_of(case: Case, told: Told) -> dict[str, Any]:
    """Samples where there is something to show for it, a mere survey otherwise."""
    goods = [
        Goods(
            name=f"调味酱（{no}号样）" if no else "调味酱",
            spec="500 g/瓶",
            quantity="2瓶" if no % 2 else "3瓶",
            batch="20260918A" if no % 3 == 0 else "",
        )
        for no in range(case.photos and max(case.photos, 2 * case.problems))
    ]
    return sampling.build(
        told,
        Sampling(
            form="sampling" if goods else "survey",
            begun_at=BEGUN + timedelta(minutes=30),
            ended_at=BEGUN + timedelta(minutes=55),
            place="一楼后厨冷藏柜旁货架",
            basis="《中华人民共和国食品安全法》第一百一十条",
            found="货架第二层见同批次调味酱，外包装完好，标签标示保质期至2027年3月17日。",
            goods=goods,
            seal_no="鲁历下市监封0021～0023" if goods else "",
            storage="阴凉干燥，25 ℃以下" if goods else "",
            photos=[sha256(f"photo-{no}".encode()).hexdigest() for no in range(case.photos)][:3],
            witness="刘见证（泉城路街道办事处）" if goods else "",
        ),
    )


def report_of(case: Case, told: Told) -> dict[str, Any]:
    """What the enterprise put right of the sample result; a bare case sends nothing along."""
    return report.build(
        told,
        Source(
            number="鲁历下市监责改〔2026〕0098号", content_hash="ab12" * 16, due=date(2026, 12, 11)
        ),
        [
            PutRight(
                problem=problem,
                measure="已更换温度计并张贴记录表，指定专人每日两次记录，由店长签字复核。",
                completed_on=date(2026, 11, 25),
                evidence=[sha256(key.encode()).hexdigest()] if case.photos else [],
            )
            for key, problem in problems.to_rectify(told).items()
        ],
        name="林小满",
        capacity="店长" if case.photos else "",
        at=BEGUN + timedelta(days=5, hours=3),
    )


INSPECTIONS = 6
ISSUER = {
    "id": "agency-9",
    "name": "济南市历下区司法局",
    "phone": "0531-0000 0009",
    "supervision_phone": "0531-0000 0002",
}
JOINT = ("济南市历下区市场监督管理局", "济南市历下区消防救援大队", "济南市生态环境局历下分局")


def compliance_of(case: Case, told: Told) -> dict[str, Any]:
    """A year of inspections: as many as the case has problems, six at least, one in a bare case.

    A clean case was never inspected. In the others the newest is still without a result, one was
    joint, and two are left out.
    """
    if not case.problems:
        listed, left_out = [], 0
    elif not case.photos:
        listed, left_out = [_inspected(told, 0)], 0
    else:
        count = max(case.problems, INSPECTIONS)
        listed = [_of_many(told, no) for no in range(count)]
        left_out = 2
    return compliance.build(
        agency=ISSUER,
        enterprise=told["enterprise"],
        period=Period(since=date(2025, 11, 21), until=date(2026, 11, 20)),
        as_of=BEGUN + timedelta(hours=3),
        listed=listed,
        left_out=left_out,
    )


def _of_many(told: Told, no: int) -> Inspected:
    """The first is under way, the second found all there was, the others a part or nothing."""
    if no == 0:
        return Inspected(
            began=BEGUN,
            agencies=JOINT[:1],
            items=["食品经营许可情况检查"],
            standing=Standing.PENDING,
        )
    some = told["problems"] if no == 1 else told["problems"][no % 3 : no % 3 + no % 2 * 2]
    clean = {"conclusion": "no_problem", "conclusion_text": "未发现问题"}
    part = {**told, "problems": some} if some else {**told, "problems": [], **clean}
    return replace(_inspected(part, no), agencies=JOINT if no == 2 else JOINT[:1])


def _inspected(told: Told, no: int) -> Inspected:
    outcomes = ("fixed", "reported", "not_fixed", "partly")
    keys = list(problems.to_rectify(told))
    return Inspected(
        began=BEGUN - timedelta(days=8 * no),
        agencies=JOINT[:1],
        items=[item["name"] for item in told["items"]],
        standing=Standing.TOLD,
        number=f"鲁历下市监检告〔2026〕{127 - no:04d}号",
        content_hash=content_hash(told),
        result=told,
        rectified={
            key: outcomes[n % 4 if no == 1 else 0] for n, key in enumerate(keys) if n % 5 < 4
        },
        due=date(2026, 12, 11) if no < 3 else date(2026, 11, 9),
    )


BUILD: Mapping[DocumentKind, Callable[[Case, Told], dict[str, Any]]] = {
    DocumentKind.INTERVIEW: interview_of,
    DocumentKind.SAMPLING: sampling_of,
    DocumentKind.REPORT: report_of,
    DocumentKind.COMPLIANCE: compliance_of,
}
