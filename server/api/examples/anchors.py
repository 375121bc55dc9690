"""Examples of /anchors: three leaves lie under this anchor, the last is a receipt."""

from collections.abc import Mapping

from server.api.example import Example
from server.api.examples.signed import ANCHOR, PROOF

EXAMPLES: Mapping[str, Example] = {
    "anchors.Anchors.get": Example(asked={"before": "2026-11-21"}, told={"anchors": [ANCHOR]}),
    "anchors.Proof.get": Example(asked={"leaf": PROOF["leaf"]}, told=PROOF),
}
