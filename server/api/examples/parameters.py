"""Examples of /parameters."""

from collections.abc import Mapping

from server.api.example import Example
from server.api.examples.cast import AGENCY, AGENCY_ID, FIRM, TASK_NO, USCC

CAP = {
    "key": "yearly_cap",
    "value": 2,
    "valid_from": "2027-01-01",
    "region": None,
    "agency_id": AGENCY_ID,
    "basis": "历市监发〔2026〕18号",
}
EXAMPLES: Mapping[str, Example] = {
    "parameters.Parameters.post": Example(
        sent=CAP,
        told={
            "id": "01a1cdb4-7c40-753c-b8ae-360c727b5109",
            **CAP,
            "recorded_at": "2026-11-12T03:02:00+00:00",
        },
    ),
    "parameters.WhatIf.get": Example(
        asked={"key": "yearly_cap", "value": "2", "year": 2026, "agency_id": AGENCY_ID},
        told={
            "key": "yearly_cap",
            "year": 2026,
            "visits": 412,
            "stopped": 1,
            "found": [{"rule": "R26-01", "effect": "block", "count": 1}],
            "lines": [
                {
                    "task_no": TASK_NO,
                    "agency": AGENCY,
                    "uscc": USCC,
                    "enterprise": FIRM,
                    "day": "2026-11-20",
                    "rule": "R26-01",
                    "effect": "block",
                    "text": {
                        "zh": "济南泉城食品有限公司2026年度已检查2次、已安排0次，"
                        "再安排本计划的1次将超过上限2次。",
                        "en": "济南泉城食品有限公司: "
                        "2 done and 0 scheduled in 2026; 1 more would exceed 2.",
                    },
                }
            ],
        },
    ),
}
