"""`mingcha enrol`: at the terminal what the console shows as an enrolment's QR code."""

import json
import os

import click

from server import assembly
from server.config import Settings
from server.principal import SYSTEM
from server.services import enrolment
from server.work import open_work
from shared import rfc3339


@click.command()
@click.option(
    "--officer", "officer_id", required=True, help="The officer's id or certificate number."
)
@click.option("--device", "device_id", help="A tablet that is enrolled already.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(officer_id: str, device_id: str | None, *, as_json: bool) -> None:
    """Issue a one-time enrolment, good for fifteen minutes. 生成平板注册码."""
    parts = assembly.assemble(Settings.from_env(os.environ))
    with open_work(parts, SYSTEM) as work:
        officer = enrolment.find_officer(work, officer_id)
        issued = enrolment.issue(work, officer.id, device_id)
    expires_at = rfc3339.write(issued.expires_at)
    if as_json:
        told = {
            "enrolment_id": issued.enrolment_id,
            "officer_id": issued.officer_id,
            "device_id": issued.device_id,
            "text": issued.text,
            "expires_at": expires_at,
        }
        click.echo(json.dumps(told))
    else:
        click.echo(f"{issued.text}\n{expires_at}")
