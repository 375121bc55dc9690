"""Which reference objects a visit is opened on, by exact version (contract of `visit_opened`).

Whatever a gate or a document of the visit may look at must be among them: the server judges and
builds from these versions and no others.
"""

from collections.abc import Collection, Iterable, Sequence

from fieldapp.errors import ReferenceMissing
from shared.reference import ReferenceObject

MOST = 5000
"""The most references a `visit_opened` may name."""

ALWAYS = frozenset({"rule_parameters", "holidays"})


def for_tasks(
    objects: Sequence[ReferenceObject], task_ids: Collection[str], officer_ids: Collection[str]
) -> tuple[ReferenceObject, ...]:
    """Objects a visit for these tasks uses. Raises `ReferenceMissing` for an unknown task."""
    tasks = [each for each in objects if each.kind == "task" and each.id in task_ids]
    missing = set(task_ids) - {task.id for task in tasks}
    if missing:
        raise ReferenceMissing("The task is not on this tablet.", kind="task", id=min(missing))
    items = {item for task in tasks for item in task.data["item_ids"]}
    forms = {(form["id"], form["version"]) for task in tasks for form in task.data["forms"]}
    people = {*officer_ids, *(officer for task in tasks for officer in task.data["officer_ids"])}
    wanted = {
        *(("task", task.id) for task in tasks),
        *(("agency", task.data["agency_id"]) for task in tasks),
        *(("enterprise", task.data["uscc"]) for task in tasks),
        *(("premise", task.data["premise_id"]) for task in tasks),
        *(("item", item) for item in items),
        *(("officer", officer) for officer in people),
    }
    chosen = [
        each
        for each in objects
        if (each.kind, each.id) in wanted
        or (each.kind == "form" and (each.data["id"], each.data["version"]) in forms)
    ]
    return _with_rest(objects, chosen)


def for_emergency(objects: Sequence[ReferenceObject]) -> tuple[ReferenceObject, ...]:
    """Everything on the tablet: an emergency may meet any enterprise and need any form (R41)."""
    chosen = [each for each in objects if each.kind != "revocation"]
    return _with_rest(objects, chosen)


def _with_rest(
    objects: Sequence[ReferenceObject], chosen: list[ReferenceObject]
) -> tuple[ReferenceObject, ...]:
    """Add the legal bases of what is chosen, the parameters, and as many revocations as fit."""
    cited = set(_bases(chosen))
    found = dict.fromkeys(_key(each) for each in chosen)
    rest = (each for each in objects if each.kind in ALWAYS)
    bases = (each for each in objects if each.kind == "legal_basis" and each.id in cited)
    revoked = sorted(
        (each for each in objects if each.kind == "revocation"),
        key=lambda each: str(each.data.get("since", "")),
        reverse=True,
    )
    found.update(dict.fromkeys(_key(each) for each in (*rest, *bases, *revoked)))
    by_key = {_key(each): each for each in objects}
    return tuple(by_key[key] for key in list(found)[:MOST])


def _bases(chosen: Iterable[ReferenceObject]) -> Iterable[str]:
    for each in chosen:
        if each.kind == "item":
            yield from each.data.get("basis_ids", ())
        elif each.kind == "form":
            yield from (p["basis_id"] for p in each.data["points"] if p.get("basis_id"))


def _key(each: ReferenceObject) -> tuple[str, str, int]:
    return each.kind, each.id, each.version
