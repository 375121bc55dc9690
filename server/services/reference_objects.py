"""Rows as tablets are sent them (shared/reference.py reads them back). Personal fields masked."""

from datetime import date, datetime
from typing import Any

from server.models import (
    Agency,
    Certificate,
    Contact,
    Enterprise,
    Form,
    InspectionItem,
    ItemPublication,
    LegalBasis,
    Officer,
    Premise,
    Task,
)
from server.services import field_encryption
from server.services.field_encryption import Field
from server.work import Work
from shared import rfc3339
from shared.mask import mask_phone


def agency(row: Agency) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "region": row.region,
        "phone": row.phone,
        "supervision_phone": row.supervision_phone,
        "abbr": row.abbr,
        "region_abbr": row.region_abbr,
    }


def officer(row: Officer, certificate: Certificate | None) -> dict[str, Any]:
    """An officer with the certificate that counts; without one, somebody who cannot inspect."""
    return {
        "id": row.id,
        "agency_id": row.agency_id,
        "name": row.name,
        "kind": row.kind,
        "unit": certificate.unit if certificate else row.unit,
        "certificate_no": certificate.number if certificate else None,
        "valid_from": _day(certificate.valid_from if certificate else None),
        "valid_to": _day(certificate.valid_to if certificate else None),
        "revoked_at": _moment(certificate.revoked_at if certificate else None),
        "checked_at": _moment(certificate.checked_at if certificate else None),
        "photo_sha256": row.photo_sha256,
    }


def task(row: Task) -> dict[str, Any]:
    """With the half day that was agreed, where one was: an older tablet passes that over."""
    slot = {"slot": {"day": _day(row.slot_day), "half": row.slot_half}} if row.slot_day else {}
    return {
        "id": row.id,
        "no": row.no,
        "plan_id": row.plan_id,
        "plan_no": row.plan_no,
        "plan_version": row.plan_version,
        "agency_id": row.agency_id,
        "kind": row.kind,
        "trigger": row.trigger,
        "visit_type": row.visit_type,
        "uscc": row.uscc,
        "premise_id": row.premise_id,
        "item_ids": row.item_ids,
        "forms": row.forms,
        "officer_ids": row.officer_ids,
        "assistant_count": row.assistant_count,
        "window_from": _day(row.window_from),
        "window_to": _day(row.window_to),
        "status": row.status,
        "filed_at": _moment(row.filed_at),
        "approved_by": row.approved_by,
        "frequency": row.frequency,
        "reason_onsite": row.reason_onsite,
        "code": row.code or "",
        "withdrawn_at": _moment(row.cancelled_at),
        **slot,
    }


def enterprise(work: Work, row: Enterprise, contact: Contact | None) -> dict[str, Any]:
    """With what is known of it, where anything is: an older tablet passes that over."""
    facts = {"facts": row.facts} if row.facts else {}
    return {
        "id": row.uscc,
        "name": row.name,
        "address": row.address,
        "legal_rep": row.legal_rep,
        "industry": row.industry,
        "grade": row.grade,
        "contact": _contact(work, contact) if contact else None,
        **facts,
    }


def premise(row: Premise) -> dict[str, Any]:
    return {
        "id": row.id,
        "uscc": row.uscc,
        "name": row.name,
        "address": row.address,
        "lat": row.lat,
        "lon": row.lon,
        "crs": row.crs,
        "radius_m": row.radius_m,
    }


def item(row: InspectionItem, publication: ItemPublication) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "agency_id": row.agency_id,
        "basis_ids": row.basis_ids,
        "standard": row.standard,
        "published_from": _day(publication.published_from),
        "published_to": _day(publication.published_to),
    }


def form(row: Form) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.version,
        "name": row.name,
        "item_id": row.item_id,
        "valid_from": _day(row.valid_from),
        "valid_to": _day(row.valid_to),
        "points": row.points,
    }


def legal_basis(row: LegalBasis) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "article": row.article,
        "text": row.text,
        "valid_from": _day(row.valid_from),
        "valid_to": _day(row.valid_to),
    }


def _contact(work: Work, row: Contact) -> dict[str, Any]:
    phone = ""
    if row.phone_sealed:
        phone = field_encryption.open_(work, row.phone_sealed, Field.CONTACT_PHONE, owner=row.id)
    return {"name": row.name, "phone_masked": mask_phone(phone) if phone else ""}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime | None) -> str | None:
    return rfc3339.write(moment) if moment else None
