"""An example of every operation, a module a resource; all of one week of one agency (cast.py).

A new operation gets a line in the module of its resource: what is asked and sent when it goes well,
and what is told. tests/server/test_examples.py says what is missing, and compares each with what
the real server answers.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from server.api.example import Example
from server.api.examples import (
    anchors,
    auth,
    cast,
    complaints,
    deliveries,
    devices,
    documents,
    draws,
    evidence,
    health,
    holidays,
    merges,
    officers,
    open_data,
    parameters,
    plans,
    quarantine,
    results,
    sync,
    tasks,
    tokens,
    visits,
    webhooks,
)

RESOURCES: tuple[ModuleType, ...] = (
    health,
    anchors,
    auth,
    plans,
    parameters,
    holidays,
    draws,
    tasks,
    merges,
    documents,
    deliveries,
    devices,
    officers,
    tokens,
    sync,
    evidence,
    visits,
    quarantine,
    webhooks,
    complaints,
    results,
    open_data,
)
PLACES: Mapping[str, Any] = {
    "plan_id": cast.PLAN_ID,
    "target_id": cast.TARGET_ID,
    "year": 2027,
    "draw_id": draws.DRAW_ID,
    "task_id": cast.TASK_ID,
    "proposal_id": merges.PROPOSED["id"],
    "document_id": cast.DOCUMENT_ID,
    "message_id": deliveries.MESSAGE_ID,
    "device_id": cast.TABLET_ID,
    "order_id": devices.ORDER["id"],
    "officer_id": cast.WANG,
    "upload_id": evidence.UPLOAD_ID,
    "evidence_id": evidence.EVIDENCE_ID,
    "token": evidence.LINK,
    "visit_id": cast.VISIT_ID,
    "quarantine_id": quarantine.OPEN["id"],
    "subscription_id": webhooks.SUBSCRIPTION["id"],
    "complaint_id": complaints.TAKEN["id"],
}
"""What stands in a path, whatever the operation."""


def every() -> Mapping[str, Example]:
    """The examples by the id of their operation."""
    return {id_: one for resource in RESOURCES for id_, one in resource.EXAMPLES.items()}
