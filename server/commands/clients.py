"""`mingcha clients`: let another system read through the interface, and end that."""

import os

import click

from server import assembly
from server.config import Settings
from server.principal import SYSTEM
from server.services import system_clients
from server.services.system_clients import LONGEST_DAYS, SCOPES
from server.work import Parts, open_work


@click.group()
def command() -> None:
    """Show, make and revoke tokens of other systems. 其他系统的访问令牌."""


@command.command("list")
def show() -> None:
    """Every client there ever was; no token is shown again."""
    with open_work(_parts(), SYSTEM) as work:
        for row in system_clients.listed(work):
            ended = row.revoked_at or row.expires_at
            how = "revoked" if row.revoked_at else "until"
            scopes = ",".join(row.scopes)
            click.echo(f"{row.id}  {row.name}  {row.agency_id}  {scopes}  {how} {ended.date()}")


@command.command()
@click.option("--name", required=True, help="What the other system is called.")
@click.option("--agency", "agency_id", required=True, help="Whose things it may read.")
@click.option("--region", is_flag=True, help="All of the agency's region, not the agency alone.")
@click.option(
    "--scope", "scopes", required=True, multiple=True, type=click.Choice(SCOPES), help="What of it."
)
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, LONGEST_DAYS))
def make(*, name: str, agency_id: str, region: bool, scopes: tuple[str, ...], days: int) -> None:
    """Make a token; it is shown this once."""
    with open_work(_parts(), SYSTEM) as work:
        made = system_clients.make(
            work, name=name, agency_id=agency_id, scopes=scopes, days=days, whole_region=region
        )
        client_id, until = made.client.id, made.client.expires_at
    click.echo(f"{client_id}  good until {until.date()}", err=True)
    click.echo(made.secret)


@command.command()
@click.argument("client_id")
def revoke(client_id: str) -> None:
    """End a token at once."""
    with open_work(_parts(), SYSTEM) as work:
        name = system_clients.revoke(work, client_id).name
    click.echo(f"{name} reads no more")


def _parts() -> Parts:
    return assembly.assemble(Settings.from_env(os.environ))
