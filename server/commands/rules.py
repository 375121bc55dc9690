"""`mingcha rules`: every rule that a plan is checked by, to read or, with --json, to work with."""

import json
from typing import Any

import click

from shared.plans.catalogue import RULES
from shared.plans.limits import PARAMETERS, told
from shared.plans.rule import Rule
from shared.text import Text


@click.command()
@click.option("--json", "form", flag_value="json", help="Everything there is to know, as JSON.")
def command(form: str | None) -> None:
    """List the rules over plans: number, effect, title, what it rests on."""
    rules = sorted(RULES.values(), key=lambda rule: rule.id)
    if form == "json":
        click.echo(json.dumps([as_object(rule) for rule in rules], ensure_ascii=False, indent=2))
        return
    for rule in rules:
        click.echo(f"{rule.id:<14} {rule.effect:<8} {rule.title.zh} · {rule.title.en}")
    click.echo(f"{len(rules)} rules")


def as_object(rule: Rule) -> dict[str, Any]:
    """One rule as JSON; parameters with the default that holds where no data say otherwise."""
    return {
        "id": rule.id,
        "version": rule.version,
        "title": _both(rule.title),
        "basis": _both(rule.basis),
        "effect": str(rule.effect),
        "runs": str(rule.runs),
        "parameters": [
            {
                "name": name,
                "title": _both(PARAMETERS[name].title),
                "default": told(PARAMETERS[name].default),
            }
            for name in rule.parameters
        ],
        "example": {"good": _both(rule.example.good), "bad": _both(rule.example.bad)},
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
