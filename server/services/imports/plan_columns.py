"""The columns of a list of plans, which are those R21 asks a plan for."""

from server.services.imports import columns
from server.services.imports.columns import Column
from server.services.imports.enterprises import USCC
from server.services.imports.visits import TRIGGERS, VISIT_TYPES
from shared.plans.model import Term

TERMS = {"年度计划": str(Term.ANNUAL), "具体方案": str(Term.SCHEME)}
SAME = (
    ("trigger", "检查来源"),
    ("since", "检查开始"),
    ("until", "检查结束"),
    ("items", "事项编码"),
    ("pool_size", "名录总数"),
    ("sample_percent", "抽查比例"),
    ("visit_type", "到访性质"),
    ("term", "计划类型"),
    ("frequency", "同一企业频次"),
    ("joint", "联合机关"),
    ("why", "制定理由"),
)
"""What the rows of one plan must say alike, with the headings."""
COLUMNS: tuple[Column, ...] = (
    Column(field="title", heading="计划名称", en="title", read=columns.text(200)),
    Column(
        field="trigger",
        heading="检查来源",
        en="why: 年度计划, 双随机, …",
        read=columns.word(TRIGGERS),
    ),
    Column(field="since", heading="检查开始", en="window from", read=columns.day),
    Column(field="until", heading="检查结束", en="window to", read=columns.day),
    Column(
        field="items",
        heading="事项编码",
        en="items, parted by 、",
        read=columns.several(columns.text(60)),
    ),
    USCC,
    Column(
        field="place",
        heading="场所名称",
        en="premise; else the first",
        read=columns.text(200),
        required=False,
    ),
    Column(
        field="officers",
        heading="执法证号",
        en="certificates, parted by 、",
        read=columns.several(columns.text(20)),
    ),
    Column(
        field="assistants",
        heading="协助人数",
        en="assistants",
        read=columns.whole(0, 20),
        required=False,
        default=0,
    ),
    Column(
        field="reason",
        heading="入企理由",
        en="why on site",
        read=columns.prose(1000),
        required=False,
    ),
    Column(
        field="pool_size",
        heading="名录总数",
        en="size of the list of a random sample",
        read=columns.whole(1, 99_999_999),
        required=False,
        default=None,
    ),
    Column(
        field="sample_percent",
        heading="抽查比例",
        en="its ratio in percent",
        read=columns.whole(1, 100),
        required=False,
        default=None,
    ),
    Column(
        field="visit_type",
        heading="到访性质",
        en="行政检查 if empty; 非现场检查: nobody comes",
        read=columns.word(VISIT_TYPES),
        required=False,
        default=None,
    ),
    Column(
        field="visit_since",
        heading="本次开始",
        en="this visit from; the plan's day if empty",
        read=columns.day,
        required=False,
        default=None,
    ),
    Column(
        field="visit_until",
        heading="本次结束",
        en="this visit until; the plan's day if empty",
        read=columns.day,
        required=False,
        default=None,
    ),
    Column(
        field="term",
        heading="计划类型",
        en="年度计划 or 具体方案, which it is if empty",
        read=columns.word(TERMS),
        required=False,
        default=None,
    ),
    Column(
        field="frequency",
        heading="同一企业频次",
        en="how often an enterprise is visited in the year; once if empty",
        read=columns.whole(1, 366),
        required=False,
        default=None,
    ),
    Column(
        field="joint",
        heading="联合机关",
        en="names of agencies that may join, parted by 、",
        read=columns.several(columns.text(120)),
        required=False,
        default=None,
    ),
    Column(
        field="why",
        heading="制定理由",
        en="why there is this plan",
        read=columns.prose(2000),
        required=False,
    ),
)
