"""The demo county as plain values, the same every time: agencies, people, items, enterprises.

Reads the files of the `county` folder and makes up what would be dull to write by hand. Nothing
here touches a database. Codes are valid by GB 32100 but belong to nobody known.
"""

import tomllib
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from shared import uscc

FOLDER = Path(__file__).parent / "county"
REGION = "370199"
REGION_ABBR = "泉"
COUNTY = "泉河县"
CENTRE = (35.105, 118.356)
ENTERPRISES = 200

PLACES = ("城关", "河东", "河西", "南关", "北园", "柳泉", "石桥", "龙山", "清水", "青杨")
ROADS = ("人民路", "建设路", "泉河大道", "工业二路", "文化街", "滨河路", "新华街", "兴业路")
WORDS = (
    "鸿运", "永盛", "恒泰", "瑞丰", "金源", "同顺", "嘉和", "明德", "远航", "天和",
    "聚贤", "东升", "华兴", "润泽", "万家", "福源", "宏图", "三友", "春晖", "众合",
)  # fmt: skip
TRADES = (
    ("食品销售", "超市有限公司", "F52", "market"),
    ("餐饮服务", "餐饮管理有限公司", "H62", "market"),
    ("机械制造", "机械制造有限公司", "C34", "emergency"),
    ("化工", "化工有限公司", "C26", "environment"),
    ("住宿", "酒店有限公司", "H61", "fire"),
    ("公共浴室", "洗浴服务有限公司", "O80", "health"),
    ("农资经营", "农资经营部", "F51", "agriculture"),
    ("货物运输", "物流有限公司", "G54", "transport"),
    ("燃气经营", "燃气有限公司", "D45", "housing"),
    ("服装加工", "服装有限公司", "C18", "labour"),
    ("娱乐", "文化娱乐有限公司", "R90", "culture"),
    ("建材开采", "石材有限公司", "B10", "resources"),
    ("餐饮服务", "饭店有限公司", "H62", "enforcement"),
)

# What registers know of the enterprises of a trade: the key checklists read, name, value, source.
KNOWN = {
    "食品销售": (
        ("food_licence", "食品经营许可证", "JY137019900{number:05d}，在有效期内", "市场监管登记"),
    ),
    "餐饮服务": (
        ("food_licence", "食品经营许可证", "JY237019900{number:05d}，在有效期内", "市场监管登记"),
    ),
    "机械制造": (("certified_workers", "持证特种作业人员", "{few} 人", "应急管理登记"),),
    "住宿": (("extinguishers", "灭火器", "{many} 具", "消防救援登记"),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSeed:
    """Something a register knows of an enterprise (一次填报多方共用)."""

    key: str
    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySeed:
    """One agency with its items; `key` is the name of its file and of its accounts."""

    key: str
    name: str
    abbr: str
    phone: str
    bases: tuple[dict[str, Any], ...]
    items: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseSeed:
    """`trade` names the agency that would most likely inspect it."""

    uscc: str
    name: str
    address: str
    legal_rep: str
    industry: str
    grade: str
    trade: str
    lat: float
    lon: float
    facts: tuple[FactSeed, ...]
    contact: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerSeed:
    """`agency` is an agency's key; `certificate` is None for an assistant."""

    name: str
    agency: str
    unit: str
    certificate: str | None
    id_number: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSeed:
    """Somebody with an account; `agency` None means the platform's own administrator."""

    username: str
    name: str
    agency: str | None
    roles: tuple[str, ...]


def agencies() -> tuple[AgencySeed, ...]:
    """The twelve agencies that inspect, the market supervision first."""
    found = []
    for path in sorted(FOLDER.glob("*.toml"), key=lambda p: (p.stem != "market", p.stem)):
        if path.stem != "people":
            data = _read(path)
            found.append(
                AgencySeed(
                    key=path.stem,
                    name=data["name"],
                    abbr=data["abbr"],
                    phone=data["phone"],
                    bases=tuple(data["basis"]),
                    items=tuple(data["item"]),
                )
            )
    return tuple(found)


def supervision() -> tuple[str, str]:
    """Name and telephone of the supervision body."""
    people = _read(FOLDER / "people.toml")
    return people["supervision"], people["supervision_phone"]


def officers() -> tuple[OfficerSeed, ...]:
    """Twenty officers, four at the market supervision, and its two assistants."""
    people = _read(FOLDER / "people.toml")
    keys = [agency.key for agency in agencies()]
    places = ["market"] * 4 + ["emergency"] * 2 + ["fire"] * 2
    places += list(islice(cycle(keys[1:]), len(people["officers"]) - len(places)))
    certified = [
        _officer(number, name, place, certificate=f"1501990{number:04d}")
        for number, (name, place) in enumerate(
            zip(people["officers"], places, strict=True), start=1
        )
    ]
    helpers = [
        _officer(100 + number, name, "market", certificate=None)
        for number, name in enumerate(people["assistants"], start=1)
    ]
    return (*certified, *helpers)


def persons() -> tuple[PersonSeed, ...]:
    """Accounts: planner, head and administrator of three agencies, supervision, platform."""
    people = _read(FOLDER / "people.toml")
    found = []
    for key, planner, head in zip(
        ("market", "emergency", "fire"), people["planners"], people["heads"], strict=True
    ):
        found.append(
            PersonSeed(username=f"planner.{key}", name=planner, agency=key, roles=("planner",))
        )
        found.append(PersonSeed(username=f"head.{key}", name=head, agency=key, roles=("head",)))
        found.append(
            PersonSeed(
                username=f"admin.{key}", name="值班管理员", agency=key, roles=("agency_admin",)
            )
        )
    found.append(
        PersonSeed(
            username="admin2.market", name="副管理员", agency="market", roles=("agency_admin",)
        )
    )
    found.append(
        PersonSeed(
            username="supervision",
            name=people["supervisors"][0],
            agency="supervision",
            roles=("supervision",),
        )
    )
    found.append(
        PersonSeed(username="platform", name="平台管理员", agency=None, roles=("platform_admin",))
    )
    return tuple(found)


def enterprises() -> tuple[EnterpriseSeed, ...]:
    """Two hundred enterprises with valid codes, a premise each, spread round the county town."""
    people = _read(FOLDER / "people.toml")["legal_persons"]
    return tuple(_enterprise(number, people) for number in range(ENTERPRISES))


def _enterprise(number: int, people: list[str]) -> EnterpriseSeed:
    industry, ending, _, trade = TRADES[number % len(TRADES)]
    word = WORDS[number // len(PLACES) % len(WORDS)]
    place = PLACES[number % len(PLACES)]
    road = ROADS[(number // 3) % len(ROADS)]
    body = f"{number:08d}"
    base = f"91{REGION}{body}{uscc.body_check_character(body)}"
    person = people[number % len(people)]
    return EnterpriseSeed(
        uscc=uscc.make(base),
        name=f"{COUNTY}{place}{word}{ending}",
        address=f"{COUNTY}{place}街道{road}{number + 1}号",
        legal_rep=person,
        industry=industry,
        grade="ABCD"[number % 4],
        trade=trade,
        lat=round(CENTRE[0] + (number % 20 - 10) * 0.004, 6),
        lon=round(CENTRE[1] + (number // 20 - 5) * 0.005, 6),
        facts=tuple(_fact(number, *known) for known in KNOWN.get(industry, ())),
        contact=person,
        email=f"qh{number:04d}@enterprise.example",
        phone=f"1990000{number:04d}",
    )


def _fact(number: int, key: str, name: str, value: str, source: str) -> FactSeed:
    told = value.format(number=number, few=1 + number % 3, many=2 + number % 7)
    return FactSeed(key=key, name=name, value=told, source=source)


def _officer(number: int, name: str, place: str, *, certificate: str | None) -> OfficerSeed:
    return OfficerSeed(
        name=name,
        agency=place,
        unit=f"执法{'一二三四'[number % 4]}中队",
        certificate=certificate,
        id_number=_id_number(number),
        phone=f"1991111{number:04d}",
    )


def _id_number(number: int) -> str:
    """An ID number with a right check digit (GB 11643) in the invented region."""
    base = f"{REGION}19850101{number:03d}"
    total = sum(int(c) * w for c, w in zip(base, _ID_WEIGHTS, strict=True))
    return base + "10X98765432"[total % 11]


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
