"""Sends an agency's own catalogue to its tablets: itself, officers, items, checklists, bases.

All published items go, not only those of tasks: an emergency without network needs them.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select

from server.models import (
    Agency,
    Certificate,
    Form,
    InspectionItem,
    ItemPublication,
    LegalBasis,
    Officer,
)
from server.services import parameters, reference_objects
from server.services.publishing import Publication, agency_scope, publish_all
from server.work import Work
from shared.localtime import local_day


def publish_catalogue(work: Work, agency: Agency) -> None:
    """Make all that an agency's tablets hold of it what it is today. Safe to repeat."""
    work.session.flush()
    day = local_day(work.now)
    items = list(_items(work, agency, day))
    forms = _forms(work, [item.id for item, _ in items], day)
    bases = _bases(work, items, forms)
    publish_all(
        work,
        [
            _ours(agency, "agency", agency.id, reference_objects.agency(agency)),
            _ours(agency, "rule_parameters", agency.id, parameters.for_tablets(work, agency, day)),
            *_officers(work, agency),
            *(_ours(agency, "item", i.id, reference_objects.item(i, p)) for i, p in items),
            *(_form(agency, form) for form in forms),
            *(_ours(agency, "legal_basis", b.id, reference_objects.legal_basis(b)) for b in bases),
        ],
    )


def _ours(agency: Agency, kind: str, id_: str, data: dict[str, object]) -> Publication:
    return Publication(kind=kind, id=id_, data=data, scopes=frozenset({agency_scope(agency.id)}))


def _form(agency: Agency, row: Form) -> Publication:
    return Publication(
        kind="form",
        id=row.id,
        data=reference_objects.form(row),
        scopes=frozenset({agency_scope(agency.id)}),
        version=row.version,
    )


def _officers(work: Work, agency: Agency) -> list[Publication]:
    rows = work.session.execute(
        select(Officer, Certificate)
        .outerjoin(Certificate, Certificate.officer_id == Officer.id)
        .where(Officer.agency_id == agency.id)
        # The last one wins below: one not revoked, and of these the one that ends last.
        .order_by(Certificate.revoked_at.isnot(None).desc(), Certificate.valid_to)
    )
    newest = {officer.id: (officer, certificate) for officer, certificate in rows}
    return [
        _ours(agency, "officer", officer.id, reference_objects.officer(officer, certificate))
        for officer, certificate in newest.values()
    ]


def _items(
    work: Work, agency: Agency, day: date
) -> Iterable[tuple[InspectionItem, ItemPublication]]:
    rows = work.session.execute(
        select(InspectionItem, ItemPublication)
        .join(ItemPublication, ItemPublication.item_id == InspectionItem.id)
        .where(
            InspectionItem.agency_id == agency.id,
            or_(ItemPublication.published_to.is_(None), ItemPublication.published_to >= day),
        )
        .order_by(ItemPublication.published_from.desc())
    )
    return {item.id: (item, publication) for item, publication in rows}.values()


def _forms(work: Work, item_ids: list[str], day: date) -> list[Form]:
    rows = work.session.scalars(
        select(Form)
        .where(
            Form.item_id.in_(item_ids),
            Form.withdrawn_at.is_(None),
            or_(Form.valid_to.is_(None), Form.valid_to >= day),
        )
        # The last one wins below: the newest in force, else the first that will be.
        .order_by(Form.id, (Form.valid_from <= day), Form.version)
    )
    newest: dict[str, Form] = {}
    for row in rows:
        held = newest.get(row.id)
        if held is None or row.valid_from <= day:
            newest[row.id] = row
    return list(newest.values())


def _bases(
    work: Work, items: list[tuple[InspectionItem, ItemPublication]], forms: list[Form]
) -> Iterable[LegalBasis]:
    wanted = {basis for item, _ in items for basis in item.basis_ids}
    wanted |= {
        str(point["basis_id"]) for form in forms for point in form.points if point.get("basis_id")
    }
    return work.session.scalars(select(LegalBasis).where(LegalBasis.id.in_(wanted)))
