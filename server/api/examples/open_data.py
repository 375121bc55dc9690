"""Examples of /open: what anybody may read."""

from collections.abc import Mapping

from server.api.example import Example
from server.api.examples.cast import AGENCY, BASIS, ITEM, ITEM_CODE, ITEM_ID, PLAN_ID, PLAN_NO
from server.api.examples.draws import DRAW_ID
from server.api.examples.results import ID
from server.api.examples.results import RESULT as FROM_THE_FEED

PUBLISHED_ITEM = {
    "id": ITEM_ID,
    "agency": AGENCY,
    "code": ITEM_CODE,
    "name": ITEM,
    "list_version": "2026",
    "published_from": "2026-01-01",
    "bases": [BASIS],
}
PLAN = {
    "id": PLAN_ID,
    "no": PLAN_NO,
    "agency": AGENCY,
    "published_at": "2026-11-17T03:00:00+00:00",
    "told": {
        "version": 1,
        "title": "2026年第四季度食品经营日常检查",
        "kind": "daily",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "term": "scheme",
        "window_from": "2026-11-18",
        "window_to": "2026-11-27",
        "items": [{"id": ITEM_ID, "name": ITEM}],
        "targets": 1,
        "frequency": 1,
        "pool_size": None,
        "sample_percent": None,
        "joint": [],
    },
}
RESULT = {
    "id": ID,
    **{name: value for name, value in FROM_THE_FEED.items() if name != "replaces"},
}
DRAW = {"id": DRAW_ID, "title": "食品经营双随机抽查", "agency": AGENCY, "status": "held"}

EXAMPLES: Mapping[str, Example] = {
    "open_data.Items.get": Example(told={"items": [PUBLISHED_ITEM], "next": None}),
    "open_data.Results.get": Example(told={"results": [RESULT], "next": None}),
    "open_data.Plans.get": Example(told={"plans": [PLAN], "next": None}),
    "open_data.Draws.get": Example(told={"draws": [DRAW], "next": None}),
}
