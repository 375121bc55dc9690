"""Made-up approvals for sample documents, from the same county as the sample visits."""

from typing import Any

from server.documents import sample_visits
from server.documents.kinds import DocumentKind
from server.documents.sample_visits import Case
from shared.content import words

FINDINGS = (
    {
        "rule": "R30-01",
        "effect": "explain",
        "text": "同一企业在三十日内已有其他机关的检查计划，应当考虑联合检查。",
        "explanation": "对方检查事项为消防安全，时间已经确定，无法合并。",
    },
    {
        "rule": "R04-02",
        "effect": "warn",
        "text": "执法人员欧阳秀英的执法证件将于三个月内到期。",
        "explanation": "",
    },
)


def content(case: Case) -> dict[str, Any]:
    """The content of a sample approval; a clean case leaves out what may be left out."""
    refs = sample_visits.references(case)
    (task,) = refs.tasks.values()
    (agency,) = refs.agencies.values()
    (firm,) = refs.enterprises.values()
    (premise,) = refs.premises.values()
    full = case.problems > 0
    return {
        "v": 1,
        "content": str(DocumentKind.APPROVAL),
        "provisional_no": "",
        "agency": {
            "id": agency.id,
            "name": agency.name,
            "phone": agency.phone,
            "supervision_phone": agency.supervision_phone,
        },
        "plan": {
            "no": task.plan_no,
            "version": task.plan_version,
            "title": "十一月餐饮服务日常检查",
            "reason": "按年度检查计划实施，拟派两名执法人员。" if full else "",
            "filed_at": "2026-11-10 09:20",
        },
        "items": [
            {
                "code": item.code,
                "name": item.name,
                "bases": [
                    {"title": refs.bases[id_].title, "article": refs.bases[id_].article}
                    for id_ in item.basis_ids
                ],
            }
            for item in refs.items.values()
        ],
        "joint": ["济南市历下区消防救援大队"] if full else [],
        "assisting": ["山东某某检验检测有限公司"] if case.problems > 2 else [],
        "submitted": {"name": "周承办", "at": "2026-11-06 16:05"},
        "approval": {
            "name": "秦立新",
            "reason": "注意不影响午市经营。" if full else "",
            "at": "2026-11-09 08:40",
            "second_factor_at": "2026-11-09 08:40",
        },
        "task": {
            "id": task.id,
            "no": task.no,
            "kind": words.KINDS[task.kind],
            "source": words.TRIGGERS[task.trigger],
            "method": words.METHODS[task.visit_type],
            "window": {"from": task.window_from.isoformat(), "to": task.window_to.isoformat()},
            "assistants": 2 if full else 0,
            "reason_onsite": "后厨冷藏、留样和消毒须现场查看，无法以书面检查代替。" if full else "",
            "frequency": {
                "year": 2026,
                "agency_count": 1,
                "cap": 4 if full else None,
                "enterprise_count": 2,
                "counts": full,
            },
            "urgent": {
                "oral_approver": "秦立新" if case.problems > 2 else "",
                "oral_at": "2026-11-08 21:10" if case.problems > 2 else "",
                "due": "2026-11-09 21:10" if case.problems > 2 else "",
            },
        },
        "enterprise": {
            "uscc": firm.id,
            "name": firm.name,
            "legal_rep": firm.legal_rep or "",
            "address": firm.address or "",
            "industry": "餐饮业 H62" if full else "",
            "grade": "B" if full else "",
        },
        "place": premise.address if full else "",
        "officers": [
            {
                "name": one.name,
                "unit": one.unit or "",
                "certificate_no": one.certificate_no or "",
            }
            for one in refs.officers.values()
        ],
        "findings": list(FINDINGS) * max(1, case.problems // 4) if full else [],
    }
