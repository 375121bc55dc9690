"""Officers with their certificates, by ID number. What is personal is sealed as it comes in."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from server.models import Certificate, Officer, OfficerKind
from server.services import catalogue_publishing, contact_doubts, field_encryption
from server.services.field_encryption import Field
from server.services.imports import columns
from server.services.imports.columns import Column, moment
from server.services.imports.faults import Fault
from server.services.imports.kinds import Context, Kind, Tally, note_origins
from server.services.imports.staging import Staged, Values
from server.work import Work
from shared.roles import Role
from shared.text import Text

KINDS = {"执法人员": str(OfficerKind.OFFICER), "协助人员": str(OfficerKind.ASSISTANT)}
NO_CERTIFICATE = Text("执法人员要有执法证号和有效期", "An officer has a certificate and its days")
ASSISTANT = Text("协助人员没有执法证", "An assistant has no certificate")
BACKWARDS = Text("有效期止早于有效期起", "It ends before it begins")
ELSEWHERE = Text("已登记在其他机关", "Registered at another agency")
TAKEN = Text("执法证号已属于另一个人", "That certificate is somebody else's")


def _index(work: Work, values: Values) -> str:
    return field_encryption.blind_index(work, values["id_number"], Field.OFFICER_ID_NUMBER)


def check(work: Work, context: Context, rows: Sequence[Staged]) -> Iterator[Fault]:
    people = _people(work, rows)
    numbers = {values["number"] for _, values in rows if values["number"]}
    holders = dict(
        work.session.execute(
            select(Certificate.number, Certificate.officer_id).where(
                Certificate.number.in_(numbers)
            )
        ).all()
    )
    for row, values in rows:
        known = people.get(_index(work, values))
        days = (values["valid_from"], values["valid_to"])
        if values["kind"] == OfficerKind.OFFICER:
            if not values["number"] or not all(days):
                yield Fault(row, "执法证号", NO_CERTIFICATE)
            elif days[1] < days[0]:
                yield Fault(row, "有效期止", BACKWARDS)
        elif values["number"]:
            yield Fault(row, "执法证号", ASSISTANT)
        if known is not None and known.agency_id != context.agency_id:
            yield Fault(row, "身份证号", ELSEWHERE)
        holder = holders.get(values["number"])
        if holder is not None and (known is None or holder != known.id):
            yield Fault(row, "执法证号", TAKEN)


def publish(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """Register people and certificates; the agency's tablets hear of them."""
    people = _people(work, rows)
    held = {
        certificate.number: certificate
        for certificate in work.session.scalars(
            select(Certificate).where(
                Certificate.number.in_({v["number"] for _, v in rows if v["number"]})
            )
        )
    }
    stored: list[tuple[str, Staged]] = []
    for row, values in rows:
        index = _index(work, values)
        person = people.get(index)
        before = person and (person.name, person.kind, person.unit, person.region)
        if person is None:
            person = _register(work, context, values, index)
        person.name, person.kind = values["name"], values["kind"]
        person.unit, person.region = values["unit"], values["region"]
        now = (person.name, person.kind, person.unit, person.region)
        if _certify(work, person.id, values, held) or before != now:
            stored.append((person.id, (row, values)))
    work.session.flush()
    note_origins(work, context, "officer", stored)
    if stored and context.agency is not None:
        catalogue_publishing.publish_catalogue(work, context.agency)
    return Tally(len(stored), len(rows) - len(stored))


def _people(work: Work, rows: Sequence[Staged]) -> dict[str, Officer]:
    wanted = {_index(work, values) for _, values in rows}
    people = work.session.scalars(select(Officer).where(Officer.id_number_index.in_(wanted)))
    return {person.id_number_index or "": person for person in people}


def _register(work: Work, context: Context, values: Values, index: str) -> Officer:
    id_ = work.ids()
    person = Officer(
        id=id_,
        agency_id=context.agency_id,
        id_number_sealed=field_encryption.seal(
            work, values["id_number"], Field.OFFICER_ID_NUMBER, owner=id_
        ),
        id_number_index=index,
        phone_sealed=field_encryption.seal(work, values["phone"], Field.OFFICER_PHONE, owner=id_),
        phone_index=field_encryption.blind_index(work, values["phone"], Field.OFFICER_PHONE),
        **{name: values[name] for name in ("name", "kind", "unit", "region")},
    )
    work.session.add(person)
    contact_doubts.officer_registered(work, values["phone"])
    return person


def _certify(work: Work, officer_id: str, values: Values, held: dict[str, Certificate]) -> bool:
    """Whether a certificate was added or its days put right."""
    if not values["number"]:
        return False
    since, until = (moment(values[name]).date() for name in ("valid_from", "valid_to"))
    row = held.get(values["number"])
    if row is None:
        row = Certificate(id=work.ids(), officer_id=officer_id, number=values["number"])
        held[values["number"]] = row
        work.session.add(row)
    elif (row.unit, row.valid_from, row.valid_to) == (values["unit"], since, until):
        return False
    row.unit, row.valid_from, row.valid_to = values["unit"], since, until
    row.checked_at = work.now
    return True


def _id_number(cell: str) -> str:
    number = cell.upper()
    body, last = number[:-1], number[-1:]
    if len(number) != 18 or not body.isascii() or not body.isdecimal():
        raise columns.Wrong(Text("身份证号应为 18 位", "An ID number has 18 places"))
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    due = "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
    if last != due:
        raise columns.Wrong(Text("身份证号校验码不符", "The check digit of the ID number is wrong"))
    return number


OFFICERS = Kind(
    name="officers",
    title=Text("执法人员", "Officers"),
    roles=(Role.AGENCY_ADMIN, Role.SYSTEM),
    is_personal=True,
    columns=(
        Column(field="name", heading="姓名", en="name", read=columns.text(60)),
        Column(field="kind", heading="类别", en="执法人员 or 协助人员", read=columns.word(KINDS)),
        Column(field="unit", heading="所在单位", en="unit", read=columns.text(120)),
        Column(field="id_number", heading="身份证号", en="ID number", read=_id_number),
        Column(field="phone", heading="手机", en="telephone", read=columns.text(20)),
        Column(
            field="region",
            heading="负责区域",
            en="region they go to; else the agency's",
            read=columns.region,
            required=False,
            default=None,
        ),
        Column(
            field="number",
            heading="执法证号",
            en="certificate number",
            read=columns.text(20),
            required=False,
        ),
        Column(
            field="valid_from",
            heading="有效期起",
            en="valid from",
            read=columns.day,
            required=False,
            default=None,
        ),
        Column(
            field="valid_to",
            heading="有效期止",
            en="valid to",
            read=columns.day,
            required=False,
            default=None,
        ),
    ),
    key=lambda values: str(values["id_number"]),
    check=check,
    publish=publish,
)
