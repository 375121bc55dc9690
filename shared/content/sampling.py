"""Content of the survey and sampling slip (勘验笔录、抽样取证凭证, D6): what was seen and taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.content import words
from shared.content.parts import minute, of_result


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A line of the list; all as written on the label, nothing inferred."""

    name: str
    spec: str
    quantity: str
    batch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """A survey of a place (`form` survey) or the taking of samples (sampling).

    `photos` are hashes of files of the visit that show the goods as sealed and stored.
    """

    form: str
    begun_at: datetime
    ended_at: datetime
    place: str
    basis: str
    found: str
    goods: Sequence[Goods]
    seal_no: str
    storage: str
    photos: Sequence[str]
    witness: str


def build(result: Mapping[str, Any], said: Sampling) -> dict[str, Any]:
    """Return the slip as JSON. `result` is the signed content of the visit's result."""
    return {
        **of_result(result, "sampling"),
        "form": said.form,
        "form_text": words.SAMPLING_FORMS[said.form],
        "place": said.place,
        "begun_at": minute(said.begun_at),
        "ended_at": minute(said.ended_at),
        "basis": said.basis,
        "found": said.found,
        "goods": [
            {"name": one.name, "spec": one.spec, "quantity": one.quantity, "batch": one.batch}
            for one in said.goods
        ],
        "seal_no": said.seal_no,
        "storage": said.storage,
        "photos": list(said.photos),
        "witness": said.witness,
    }
