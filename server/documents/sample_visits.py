"""Made-up visits for sample documents: a plain one, a clean one, a refused one and a hard one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from shared import reference as ref
from shared.flow import state as flow

BEGUN = datetime(2026, 11, 20, 1, 40, tzinfo=UTC)
USCC = "91370100MA37XJ385W"
TABLET = "tablet-07"
FORM = "019a9f3e-5d10-7c3a-8a44-2f5f0c0a7e11"
SHORT_NAME = "济南泉城食品有限公司"
LONG_NAME = (
    "山东某某绿色农产品精深加工与冷链物流仓储配送一体化科技产业发展"
    "（集团）股份有限公司山东省济南市历下区泉城路第二十七分公司"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a sample visit found."""

    enterprise: str = SHORT_NAME
    points: int = 8
    problems: int = 2
    photos: int = 3
    outcome: str = "signed"
    handed_over: bool = False
    """Whether there is a recording as well, and a document the enterprise gave."""


PLAIN = Case()
CLEAN = Case(problems=0, photos=1)
ONE = Case(problems=1, photos=1)
REFUSED = Case(problems=1, outcome="refused")
BARE = Case(points=7, problems=1, photos=0)
RECORDED = Case(problems=1, photos=1, handed_over=True)
HARD = Case(enterprise=LONG_NAME, points=46, problems=40, photos=24)
CASES: Mapping[str, Case] = {
    "plain": PLAIN,
    "clean": CLEAN,
    "one": ONE,
    "refused": REFUSED,
    "bare": BARE,
    "hard": HARD,
}

TITLES = (
    "食品经营许可证在经营场所显著位置公示",
    "从业人员持有有效的健康证明",
    "冷藏冷冻设施温度符合要求并有记录",
    "建立并执行食品进货查验记录制度",
    "食品添加剂专人专柜保管并如实记录使用情况",
    "餐饮具清洗消毒设施正常运行",
    "食品留样时间、数量和温度符合规定",
    "加工场所防蝇、防鼠、防虫设施齐全有效",
)
FACTS = (
    "一楼冷藏柜内温度计显示 12 ℃，高于标签标示的 0～8 ℃；当日温度记录表未填写。",
    "查见 11 月 3 日购进的调味酱（批号 20260918A）未索取供货者许可证和检验合格证明。",
)


def references(case: Case) -> ref.References:
    """What the tablet of a sample visit was sent."""
    agency = ref.Agency(
        id="agency-1",
        name="济南市历下区市场监督管理局",
        region="370102",
        phone="0531-0000 0001",
        supervision_phone="0531-0000 0002",
    )
    officers = {
        id_: ref.Officer(
            id=id_,
            agency_id=agency.id,
            name=name,
            kind="officer",
            unit="执法二大队",
            certificate_no=no,
        )
        for id_, name, no in (
            ("officer-1", "王建国", "15010100021"),
            ("officer-2", "欧阳秀英", "15010100022"),
        )
    }
    bases = {
        "b1": ref.LegalBasis(id="b1", title="中华人民共和国食品安全法", article="第三十三条第一款"),
        "b2": ref.LegalBasis(id="b2", title="餐饮服务食品安全操作规范", article="第7.3条"),
        "b3": ref.LegalBasis(id="b3", title="食品经营许可和备案管理办法", article="第二十五条"),
    }
    items = {
        f"i{n}": ref.Item(
            id=f"i{n}",
            code=f"3701-SJ-{n:03d}",
            name=name,
            agency_id=agency.id,
            basis_ids=basis_ids,
            published_from=date(2026, 1, 1),
        )
        for n, (name, basis_ids) in enumerate(
            (("餐饮服务食品安全检查", ("b1", "b2")), ("食品经营许可情况检查", ("b3",))), 1
        )
    }
    task = ref.Task(
        id="task-1",
        no="鲁历下市监检任〔2026〕0311号",
        plan_no="鲁历下市监检计〔2026〕0004号",
        plan_version=1,
        agency_id=agency.id,
        kind="daily",
        trigger="annual_plan",
        visit_type="inspection",
        uscc=USCC,
        premise_id="premise-1",
        item_ids=tuple(items),
        forms=(ref.FormVersion(id=FORM, version=3),),
        officer_ids=tuple(officers),
        assistant_count=1,
        window_from=date(2026, 11, 16),
        window_to=date(2026, 11, 30),
        status="issued",
        frequency=ref.Frequency(year=2026, agency_count=1, cap=4, enterprise_count=2),
    )
    form = ref.Form(
        id=FORM,
        version=3,
        name="餐饮服务食品安全检查要点表",
        item_id="i1",
        valid_from=date(2026, 1, 1),
        valid_to=None,
        points=tuple(
            ref.Point(
                id=f"p{n}",
                no=f"{1 + n // 8}.{1 + n % 8}",
                title=TITLES[n % len(TITLES)],
                content="按照操作规范配备设施、填写记录，并能够现场提供。",
                method="现场查看",
                basis_id=("b2", "b1", "b3")[n % 3],
                key=n % 4 == 0,
            )
            for n in range(case.points)
        ),
    )
    return ref.References(
        agencies={agency.id: agency},
        officers=officers,
        tasks={task.id: task},
        enterprises={
            USCC: ref.Enterprise(
                id=USCC, name=case.enterprise, address="济南市历下区泉城路 1 号", legal_rep="孟令泉"
            )
        },
        premises={
            "premise-1": ref.Premise(
                id="premise-1",
                uscc=USCC,
                name="泉城路店",
                address="济南市历下区泉城路 1 号一层、二层",
                lat=36.66,
                lon=117.02,
            )
        },
        items=items,
        forms={(form.id, form.version): form},
        bases=bases,
    )


def _answer(case: Case, n: int) -> flow.Answer:
    problem = n >= case.points - case.problems
    severity = ("rectify", "guidance")[n % 2] if problem else None
    return flow.Answer(
        event_id=f"e{n}",
        device_id=TABLET,
        officer_id="officer-1",
        at=BEGUN + timedelta(minutes=10 + n),
        answer="nonconform" if problem else ("not_applicable" if n == 1 else "conform"),
        severity=severity,
        note=FACTS[n % 2] if problem else ("该店不使用食品添加剂" if n == 1 else None),
        fixed_on_spot=problem and n % 5 == 0,
        source="prefilled" if n == 0 else "observed",
        fact=None,
    )


def _recording() -> flow.Evidence:
    begun = BEGUN + timedelta(minutes=31)
    return flow.Evidence(
        event_id="sound",
        device_id=TABLET,
        evidence_id="sound",
        sha256=sha256(b"sound").hexdigest(),
        size=4_160_044,
        media_type="audio/wav",
        point_id="p3",
        caption="店长陈述进货情况",
        at=begun + timedelta(seconds=130),
        begun_at=begun,
        duration_ms=130_000,
    )


def _licence() -> flow.Evidence:
    return flow.Evidence(
        event_id="paper",
        device_id=TABLET,
        evidence_id="paper",
        sha256=sha256(b"paper").hexdigest(),
        size=287_311,
        media_type="application/pdf",
        point_id="p3",
        caption="供货商许可证.pdf",
        at=BEGUN + timedelta(minutes=36),
        handed_over=True,
        pages=3,
    )


def state(case: Case) -> flow.VisitState:
    """What the events of a sample visit add up to."""

    def taken(outcome: str | None, hours: float, digest: str) -> flow.Acknowledged:
        return flow.Acknowledged(
            event_id=f"taken-{hours}",
            at=BEGUN + timedelta(hours=hours),
            content_hash=digest * 64,
            outcome=outcome,
            name="林小满" if outcome == "signed" else None,
            capacity="店长" if outcome == "signed" else None,
        )

    photos = tuple(
        flow.Evidence(
            event_id=f"photo-{n}",
            device_id=TABLET,
            evidence_id=f"photo-{n}",
            sha256=sha256(f"photo-{n}".encode()).hexdigest(),
            size=412_000 + 977 * n,
            media_type="image/jpeg",
            point_id=f"p{case.points - 1 - n}",
            caption=("冷藏柜温度计示数", "进货台账第 11 页", "门头招牌")[n % 3],
            at=BEGUN + timedelta(minutes=12 + n),
        )
        for n in range(case.photos)
    )
    others = (_recording(), _licence()) if case.handed_over else ()
    return flow.VisitState(
        visit_id="0193f6b2-7c11-7e02-9d5a-0c8a5a1b2c3d",
        lead=TABLET,
        tasks_of={TABLET: ("task-1",)},
        opened_at=BEGUN,
        last_at=BEGUN + timedelta(hours=1, minutes=25),
        left_at=BEGUN + timedelta(hours=1, minutes=50),
        heads={TABLET: flow.Head(seq=31 + case.points, hash="9c" * 32)},
        provisional_no="T-07-128",
        scan=flow.Scan(
            event_id="scan",
            at=BEGUN,
            method="enterprise_code",
            uscc=USCC,
            premise_id="premise-1",
            kid=None,
            nonce=None,
            distance_m=12.0,
            outside_reason=None,
            late_reason=None,
            manual_reason=None,
            loc=None,
        ),
        shown=tuple(
            flow.Shown(
                event_id=f"shown-{id_}",
                device_id=TABLET,
                officer_id=id_,
                certificate_no=no,
                at=BEGUN,
                counted=True,
            )
            for id_, no in (("officer-1", "15010100021"), ("officer-2", "15010100022"))
        ),
        notice=taken("signed", 0.1, "a"),
        answers={(FORM, 3, f"p{n}"): {TABLET: _answer(case, n)} for n in range(case.points)},
        evidence=(*photos, *others),
        corrections=(
            (
                flow.Correction(
                    event_id="c1",
                    of="e2",
                    why="录入笔误",
                    text="第 1.3 项温度记录应为 11 月 19 日。",
                ),
            )
            if case.problems
            else ()
        ),
        record=taken(None, 1.5, "b"),
        closing=taken(case.outcome, 1.6, "b"),
    )
