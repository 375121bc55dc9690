"""Which resources there are. One line each; nothing is found by itself."""

from server.api import (
    anchors,
    auth,
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
from server.api.frame import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """Every resource's blueprint, in the order of the description."""
    return (
        health.blueprint,
        anchors.blueprint,
        auth.blueprint,
        plans.blueprint,
        parameters.blueprint,
        holidays.blueprint,
        draws.blueprint,
        tasks.blueprint,
        merges.blueprint,
        documents.blueprint,
        deliveries.blueprint,
        devices.blueprint,
        officers.blueprint,
        tokens.blueprint,
        sync.blueprint,
        evidence.blueprint,
        visits.blueprint,
        quarantine.blueprint,
        webhooks.blueprint,
        complaints.blueprint,
        results.blueprint,
        open_data.blueprint,
    )
