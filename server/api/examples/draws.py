"""Examples of /draws: a pool is frozen, two parties commit and reveal, the draw becomes a plan.

The file is whole: its draw can be held again from it (docs/draws.md), and the hashes are its own.
"""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example
from server.api.examples.cast import AGENCY, AGENCY_ID, ITEM_ID

DRAW_ID = "01a1ec61-e100-7b72-b078-3d884a05ae87"
SECRET = "a1" * 32
AGENCYS = {
    "party": "agency",
    "commitment": "b3f0e88e9c868710100a07a10225a0e3dcdd8e1149a7173449be78ad2e4d46c6",
    "committed_at": "2026-11-18T06:00:00+00:00",
    "revealed_at": None,
}
SUPERVISIONS = {
    "party": "supervision",
    "commitment": "88dd09e69d43b3ad1226db850f784691fd2160e81d3f02fa22fa3f65b0a58cb5",
    "committed_at": "2026-11-18T06:00:00+00:00",
    "revealed_at": None,
}
REVEALED = {"revealed_at": "2026-11-18T06:00:00+00:00"}
ASKED = {
    "title": "食品经营双随机抽查",
    "count": 1,
    "item_ids": [ITEM_ID],
    "window_from": "2026-12-01",
    "window_to": "2026-12-31",
    "grades": ["B", "C"],
    "industries": ["餐饮服务"],
    "rest_days": 90,
    "stated": {"91370102MA3F20WR1E": "正在停业装修"},
    "weights": {"C": 4, "B": 2},
    "replaces": None,
}
FROZEN: dict[str, Any] = {
    "id": DRAW_ID,
    "agency_id": AGENCY_ID,
    "title": "食品经营双随机抽查",
    "status": "frozen",
    "count": 1,
    "pool_size": 3,
    "left_out": 1,
    "pool_hash": "3b4aeaf5e5a752fbf50ceacf1e7d57b2f80e4b9d9838ccb7fac11a776ea4fd1b",
    "file_hash": None,
    "window_from": "2026-12-01",
    "window_to": "2026-12-31",
    "frozen_at": "2026-11-18T02:00:00+00:00",
    "due": "2026-11-21T02:00:00+00:00",
    "held_at": None,
    "void_at": None,
    "void_why": "",
    "plan_id": None,
    "replaces_id": None,
    "voices": [],
}
HELD = {
    **FROZEN,
    "status": "held",
    "file_hash": "3988db6e2b9c663ef41196a0230eb627b5d6b3ea9dae633480307f3297cc3b19",
    "held_at": "2026-11-18T06:00:00+00:00",
    "plan_id": "01a1f27f-6e40-7b12-bf73-07300dc749b0",
    "voices": [{**AGENCYS, **REVEALED}, {**SUPERVISIONS, **REVEALED}],
}
LINE = {
    "id": DRAW_ID,
    "title": "食品经营双随机抽查",
    "agency": AGENCY,
    "status": "held",
    "count": 1,
    "pool_size": 3,
    "frozen_at": "2026-11-18T02:00:00+00:00",
}
FILE = (
    '{"agency_id":"agency-lixia-scjg","agency_name":"济南市历下区市场监督管理局","count":1,"draw_i'
    'd":"01a1ec61-e100-7b72-b078-3d884a05ae87","format":"mingcha-draw/1","frozen_at":'
    '"2026-11-18T02:00:00Z","load_margin":1,"officers_per_visit":2,"ratio_max_percent'
    '":34,"replaces":null,"title":"食品经营双随机抽查","weights":{"B":2,"C":4},"window_from":"'
    '2026-12-01","window_to":"2026-12-31"}'
    """
E\t91370100MA37XJ385W\t济南泉城食品有限公司\tC\t餐饮服务\t370102
E\t91370102MA3DL5TB7H\t济南大明湖餐饮管理有限公司\tC\t餐饮服务\t370102
E\t92370102MA3CQ8XK4G\t泉城路把子肉店\tB\t餐饮服务\t370102
X\t91370102MA3F20WR1E\tstated\t正在停业装修
O\tofficer-li\t李秀英\t370102\t0
O\tofficer-wang\t王建国\t370102\t0
O\tofficer-zhao\t赵强\t370102\t0
C\tagency\tb3f0e88e9c868710100a07a10225a0e3dcdd8e1149a7173449be78ad2e4d46c6\t2026-11-18T06:00:00Z
C\tsupervision\t88dd09e69d43b3ad1226db850f784691fd2160e81d3f02fa22fa3f65b0a58cb5\t2026-11-18T06:00:00Z
S\tagency\ta1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\t2026-11-18T06:00:00Z
S\tsupervision\t5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e\t2026-11-18T06:00:00Z
H\t3b4aeaf5e5a752fbf50ceacf1e7d57b2f80e4b9d9838ccb7fac11a776ea4fd1b\t59724a7e88d3d7f6241154f689f00077c2657befdc8e7e382ce168cb2651e72e
T\t1\t91370100MA37XJ385W\tofficer-wang,officer-li
Z\t3988db6e2b9c663ef41196a0230eb627b5d6b3ea9dae633480307f3297cc3b19
"""
)

EXAMPLES: Mapping[str, Example] = {
    "draws.Draws.get": Example(told={"draws": [LINE], "next": None}),
    "draws.Draws.post": Example(sent=ASKED, told=FROZEN),
    "draws.OneDraw.get": Example(told=HELD),
    "draws.Commitment.post": Example(
        sent={"commitment": AGENCYS["commitment"]}, told={**FROZEN, "voices": [AGENCYS]}
    ),
    "draws.Secret.post": Example(sent={"secret": SECRET}, told=HELD),
    "draws.Void.post": Example(
        sent={"reason": "名录有误，漏列12家企业"},
        told={
            **FROZEN,
            "status": "void",
            "file_hash": "4b55da28f97b93de8cfd97db47d8525e4857e1b903f39c517db20259c8acbe15",
            "void_at": "2026-11-18T03:00:00+00:00",
            "void_why": "名录有误，漏列12家企业",
        },
    ),
    "draws.DrawFile.get": Example(told=FILE),
}
