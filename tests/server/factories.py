"""Rows a test needs, with defaults for all it is not about.

def test_x(parts, client, county):
    token = sign_in(parts, county.planner)
    client.get("/api/v1/plans", headers=bearer(token))
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from server.models import (
    Agency,
    AgencyStatus,
    Base,
    Certificate,
    Enterprise,
    Form,
    InspectionItem,
    ItemPublication,
    LegalBasis,
    LoginSession,
    Officer,
    OfficerKind,
    Parameter,
    Person,
    Premise,
    SessionKind,
)
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import bearer as bearers
from server.services.bearer import Bearer
from server.work import Parts, open_work
from shared.roles import Role

PASSWORD = "correct horse 电池"
# Argon2id of PASSWORD with a cost that would be far too low anywhere but here.
CHEAP_HASH = Argon2id(
    salt=b"salt of a test", length=32, iterations=1, lanes=1, memory_cost=8
).derive_phc_encoded(PASSWORD.encode())
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
USCCS = ("91370100MA37XJ385W", "91370200MA32MTH01U", "92371500MA3U7T9G58")


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """Ids of what `make_county` made. `other_*` belong to a foreign agency of another region."""

    agency: str
    other_agency: str
    planner: str
    second_planner: str
    head: str
    admin: str
    second_admin: str
    supervisor: str
    platform_admin: str
    assessor: str
    officer_person: str
    other_planner: str
    other_head: str
    other_admin: str
    other_supervisor: str
    officers: tuple[str, str]
    assistant: str
    other_officer: str
    item: str
    form: str
    basis: str
    usccs: tuple[str, str, str]
    premises: tuple[str, str, str]


def add(parts: Parts, rows: Iterable[Base]) -> None:
    """Commit `rows` at once."""
    with open_work(parts, SYSTEM) as work:
        work.session.add_all(rows)


def person(id_: str, *roles: Role, agency: str | None, **more: object) -> Person:
    values: dict[str, object] = {
        "id": id_,
        "username": id_,
        "name": f"某{id_}",
        "roles": [str(role) for role in roles],
        "agency_id": agency,
        "password_hash": CHEAP_HASH,
        "created_at": LONG_AGO,
    }
    return Person(**{**values, **more})


def agency(id_: str, *, region: str, abbr: str, **more: object) -> Agency:
    values: dict[str, object] = {
        "id": id_,
        "name": f"{abbr}局",
        "abbr": abbr,
        "region": region,
        "region_abbr": "槐荫" if region.startswith("3701") else "市南",
        "status": AgencyStatus.CONFIRMED,
        "published_on": date(2026, 1, 1),
        "phone": "0531-80000000",
        "supervision_phone": "12345",
    }
    return Agency(**{**values, **more})


def officer(id_: str, *, agency: str, **more: object) -> tuple[Officer, Certificate]:
    made = Officer(
        id=id_, agency_id=agency, name=f"执法员{id_}", unit="执法大队", kind=OfficerKind.OFFICER
    )
    values: dict[str, object] = {
        "id": f"cert-{id_}",
        "officer_id": id_,
        "number": f"15{abs(hash(id_)) % 10**9:09d}",
        "unit": "执法大队",
        "valid_from": date(2024, 1, 1),
        "valid_to": date(2029, 12, 31),
        "checked_at": LONG_AGO,
    }
    return made, Certificate(**{**values, **more})


def enterprise(uscc: str, *, region: str, premise: str) -> tuple[Enterprise, Premise]:
    firm = Enterprise(
        uscc=uscc,
        name=f"测试企业{uscc[-4:]}有限公司",
        address="经十路1号",
        region=region,
        legal_rep="张三",
        industry="餐饮",
        grade="B",
        as_of=LONG_AGO,
    )
    place = Premise(
        id=premise,
        uscc=uscc,
        name="总店",
        address="经十路1号",
        region=region,
        lat=36.65,
        lon=117.0,
    )
    return firm, place


def parameter(key: str, value: object, **more: object) -> Parameter:
    """A threshold that holds for everybody since the new year."""
    values: dict[str, object] = {
        "id": f"parameter-{key}",
        "key": key,
        "value": value,
        "valid_from": date(2026, 1, 1),
        "recorded_at": LONG_AGO,
        "recorded_by": "system",
    }
    return Parameter(**{**values, **more})


def sign_in(parts: Parts, person_id: str, *, kind: Bearer = Bearer.PERSON) -> str:
    """A token of a person, as if they had signed in."""
    secret, kept = bearers.make(kind, parts.chance)
    now = parts.clock.now()
    row = LoginSession(
        id=parts.ids(),
        kind=SessionKind.API if kind is Bearer.PERSON else SessionKind.WEB,
        token_hash=kept,
        person_id=person_id,
        created_at=now,
        expires_at=now + timedelta(hours=12),
    )
    add(parts, [row])
    return secret


def bearer(token: str) -> dict[str, str]:
    """The header an API call carries."""
    return {"Authorization": f"Bearer {token}"}


def principal(id_: str, *roles: Role, agency: str | None, region: str | None = None) -> Principal:
    """A person as the edge would have recognised it: for tests of services."""
    return Principal(
        kind=PrincipalKind.PERSON,
        id=id_,
        roles=frozenset(roles),
        name=f"某{id_}",
        agency_id=agency,
        region=region,
    )


def make_county(parts: Parts) -> County:
    """Two agencies in two regions, all roles, two officers and an assistant, three enterprises."""
    home, other = "agency-home", "agency-other"
    rows: list[Base] = [
        agency(home, region="370104", abbr="市监"),
        agency(other, region="370202", abbr="应急"),
        person("planner", Role.PLANNER, agency=home),
        person("planner2", Role.PLANNER, Role.HEAD, agency=home),
        person("head", Role.HEAD, agency=home),
        person("admin", Role.AGENCY_ADMIN, agency=home),
        person("admin2", Role.AGENCY_ADMIN, agency=home),
        person("super", Role.SUPERVISION, agency=home),
        person("platform", Role.PLATFORM_ADMIN, agency=None),
        person("assessor", Role.ASSESSOR, agency=home),
        person("officer", Role.OFFICER, agency=home),
        person("other-planner", Role.PLANNER, agency=other),
        person("other-head", Role.HEAD, agency=other),
        person("other-admin", Role.AGENCY_ADMIN, agency=other),
        person("other-super", Role.SUPERVISION, agency=other),
        *officer("officer-a", agency=home),
        *officer("officer-b", agency=home),
        *officer("officer-x", agency=other),
        Officer(
            id="assistant", agency_id=home, name="协管", unit="大队", kind=OfficerKind.ASSISTANT
        ),
        LegalBasis(
            id="basis",
            title="中华人民共和国食品安全法",
            article="第一百一十条",
            text="县级以上人民政府食品安全监督管理部门履行食品安全监督管理职责……",
            valid_from=date(2021, 4, 29),
        ),
        InspectionItem(
            id="item",
            agency_id=home,
            code="SJ-001",
            name="餐饮服务检查",
            standard="餐饮服务检查标准",
            basis_ids=["basis"],
        ),
        ItemPublication(
            id="item-pub", item_id="item", list_version="2026", published_from=date(2026, 1, 1)
        ),
        Form(
            id="form",
            version=1,
            item_id="item",
            name="餐饮服务检查表",
            valid_from=date(2026, 1, 1),
            points=[
                {
                    "id": "p1",
                    "no": "1",
                    "title": "许可",
                    "content": "是否公示食品经营许可证",
                    "method": "查看",
                    "basis_id": "basis",
                    "key": True,
                }
            ],
        ),
        Parameter(
            id="cap",
            key="yearly_cap",
            value=2,
            valid_from=date(2026, 1, 1),
            recorded_at=LONG_AGO,
            recorded_by="system",
        ),
    ]
    premises = tuple(f"premise-{n}" for n in range(1, 4))
    for uscc, premise in zip(USCCS, premises, strict=True):
        rows.extend(enterprise(uscc, region="370104", premise=premise))
    add(parts, rows)
    return County(
        agency=home,
        other_agency=other,
        planner="planner",
        second_planner="planner2",
        head="head",
        admin="admin",
        second_admin="admin2",
        supervisor="super",
        platform_admin="platform",
        assessor="assessor",
        officer_person="officer",
        other_planner="other-planner",
        other_head="other-head",
        other_admin="other-admin",
        other_supervisor="other-super",
        officers=("officer-a", "officer-b"),
        assistant="assistant",
        other_officer="officer-x",
        item="item",
        form="form",
        basis="basis",
        usccs=USCCS,
        premises=(premises[0], premises[1], premises[2]),
    )
