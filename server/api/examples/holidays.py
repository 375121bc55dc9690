"""Examples of /holidays: 2027 is announced, and the day after a mistake of it is taken back."""

from collections.abc import Mapping

from server.api.example import Example

OFF = [f"2027-10-{day:02}" for day in range(1, 8)]
WORK = ["2027-09-26", "2027-10-09"]
TOLD = {
    "year": 2027,
    "source": "国办发明电〔2026〕9号",
    "version": 1,
    "off": OFF,
    "work": WORK,
    "withdrawn": False,
    "as_of": "2026-11-01T00:00:00+08:00",
    "recorded_at": "2026-11-02T01:20:00+00:00",
}
EXAMPLES: Mapping[str, Example] = {
    "holidays.Holidays.get": Example(told=[TOLD]),
    "holidays.Holidays.post": Example(
        sent={
            "year": 2027,
            "off": OFF,
            "work": WORK,
            "source": "国办发明电〔2026〕9号",
            "as_of": "2026-11-01",
            "replaces": 0,
        },
        told=TOLD,
    ),
    "holidays.Restore.post": Example(
        sent={"version": 1, "replaces": 2},
        told={**TOLD, "version": 3, "recorded_at": "2026-11-03T01:20:00+00:00"},
    ),
}
