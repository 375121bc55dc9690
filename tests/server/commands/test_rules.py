import json

from click.testing import CliRunner

from server.cli import cli
from shared.plans.catalogue import RULES
from shared.plans.limits import PARAMETERS


def test_the_rules_are_listed_with_their_effect() -> None:
    reply = CliRunner().invoke(cli, ["rules"])
    assert reply.exit_code == 0
    assert "R26-01         block    不超过年度频次上限 · The yearly cap is kept" in reply.output
    assert reply.output.endswith(f"{len(RULES)} rules\n")


def test_the_rules_are_told_in_full_as_json() -> None:
    told = json.loads(CliRunner().invoke(cli, ["rules", "--json"]).output)
    assert {each["id"] for each in told} == set(RULES)
    (lead,) = [each for each in told if each["id"] == "R23-01"]
    assert lead["effect"] == "explain"
    assert lead["parameters"][0] == {
        "name": "lead_workdays",
        "title": {"zh": "提前报备工作日", "en": "Working days of lead"},
        "default": "0",
    }
    named = {parameter["name"] for each in told for parameter in each["parameters"]}
    assert named == set(PARAMETERS)
