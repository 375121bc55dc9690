"""`mingcha rules`: every rule that a plan is checked by, to read or, with --json, to work with."""

import json
import os
from typing import Any

import click

from server import assembly
from server.config import Settings
from server.database import Aim
from server.principal import SYSTEM
from server.services import what_if
from server.work import open_work
from shared.errors import BadInput
from shared.localtime import local_day
from shared.plans.catalogue import RULES
from shared.plans.limits import PARAMETERS, told
from shared.plans.rule import Rule
from shared.text import Text


@click.group(invoke_without_command=True)
@click.option("--json", "form", flag_value="json", help="Everything there is to know, as JSON.")
@click.pass_context
def command(context: click.Context, form: str | None) -> None:
    """List the rules over plans: number, effect, title, what it rests on."""
    if context.invoked_subcommand is not None:
        return
    rules = sorted(RULES.values(), key=lambda rule: rule.id)
    if form == "json":
        click.echo(json.dumps([as_object(rule) for rule in rules], ensure_ascii=False, indent=2))
        return
    for rule in rules:
        click.echo(f"{rule.id:<14} {rule.effect:<8} {rule.title.zh} · {rule.title.en}")
    click.echo(f"{len(rules)} rules")


@command.command()
@click.argument("key")
@click.argument("value")
@click.option("--year", type=int, help="Whose visits; last year's unless told.")
@click.option("--agency", "agency_id", help="One agency's visits only, by its id.")
def whatif(key: str, value: str, year: int | None, agency_id: str | None) -> None:
    """Which visits of a year VALUE (JSON) for the threshold KEY would have stopped.

    Nothing is stored: `mingcha rules whatif yearly_cap 2` asks before the cap is recorded.
    """
    parts = assembly.assemble(Settings.from_env(os.environ))
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        asked = year or local_day(work.now).year - 1
        try:
            report = what_if.run(work, key, json.loads(value), year=asked, agency_id=agency_id)
        except (BadInput, json.JSONDecodeError) as wrong:
            raise click.BadParameter(str(wrong)) from wrong
    for line in report.lines:
        click.echo(
            f"{line.day} {line.rule} {line.effect} {line.agency} {line.task_no} {line.text.zh}"
        )
    for (rule_id, effect), count in sorted(report.found.items()):
        click.echo(f"{rule_id} {effect}: {count}")
    click.echo(f"{asked}: {report.visits} visits, {report.stopped} stopped")


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
