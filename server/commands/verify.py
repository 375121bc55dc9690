"""`mingcha verify CASE.zip`: check a case file with nothing but it and the platform's keys.

Needs no database, no settings and no network.
"""

import sys
from pathlib import Path

import click

from server.commands.case_report import show
from shared import case_file, keyset
from shared.canonical import parse_object
from shared.keyset import KeySet


@click.command()
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--key-set",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The platform's signed key set, as GET /api/v1/key-set tells it.",
)
def command(case: Path, key_set: Path | None) -> None:
    """Check chains, signatures and hashes. Exit 1 if something does not hold. 核验卷宗."""
    report = case_file.verify_archive(case.read_bytes(), _trusted(key_set))
    show(report)
    if not report.holds:
        sys.exit(1)


def _trusted(path: Path | None) -> KeySet | None:
    return keyset.read(parse_object(path.read_bytes())) if path else None
