"""The `mingcha` command. Each subcommand is a module of server/commands, loaded when called."""

import atexit
import gc
import importlib
import sys
from collections.abc import Mapping

import click

from server import logs
from shared.errors import DomainError

# name → module; the module has a click command called `command`.
COMMANDS: Mapping[str, str] = {
    "anchors": "server.commands.anchors",
    "backup": "server.commands.backup",
    "begin-epoch": "server.commands.begin_epoch",
    "clients": "server.commands.clients",
    "demo-code": "server.commands.demo_code",
    "documents": "server.commands.documents",
    "draw": "server.commands.draw",
    "enrol": "server.commands.enrol",
    "export-case": "server.commands.export_case",
    "import": "server.commands.import_",
    "keys": "server.commands.keys",
    "migrate": "server.commands.migrate",
    "nightly": "server.commands.nightly",
    "rebuild": "server.commands.rebuild",
    "restore": "server.commands.restore",
    "rules": "server.commands.rules",
    "run-demo": "server.commands.run_demo",
    "seed-demo": "server.commands.seed_demo",
    "serve": "server.commands.serve",
    "worker": "server.commands.worker",
    "sweep": "server.commands.sweep",
    "verify": "server.commands.verify",
}


class Commands(click.Group):
    """Loads a command's module only when it is asked for, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        found: click.Command = importlib.import_module(module).command
        return found


@click.group(cls=Commands)
@click.version_option(package_name="mingcha")
def cli() -> None:
    """Mingcha 明察: the enforcement-inspection platform of a province."""


def main() -> None:
    """Run the command line; a refusal is one line and exit code 1, a bug a traceback."""
    logs.configure()
    # Who ends need not look through everything that was loaded, which takes a second on a slow
    # machine and twice that for a server and its worker.
    atexit.register(gc.freeze)
    try:
        cli()
    except DomainError as refusal:
        click.echo(f"{refusal.code}: {refusal}", err=True)
        sys.exit(1)
