"""`mingcha verify CASE.zip`: check a case file with nothing but it and the platform's keys.

Needs no database, no settings and no network.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from server.commands.case_report import show
from shared import anchors, case_file, keyset
from shared.canonical import parse_object
from shared.keyset import KeySet

MOST_BYTES = 64 * 1024 * 1024


@click.command()
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--key-set",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The platform's signed key set, as GET /api/v1/key-set tells it.",
)
@click.option(
    "--anchors",
    "published",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The daily anchors as GET /api/v1/anchors told them, kept by the reader.",
)
@click.option(
    "--stamp-roots",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Root certificates (PEM) of the time-stamping authorities you trust.",
)
def command(
    case: Path, key_set: Path | None, published: Path | None, stamp_roots: Path | None
) -> None:
    """Check chains, signatures and hashes. Exit 1 if something does not hold. 核验卷宗."""
    report = case_file.verify_archive(
        case.read_bytes(), _trusted(key_set), _digests(published), _stamps(stamp_roots)
    )
    show(report)
    if not report.holds:
        sys.exit(1)


def _digests(path: Path | None) -> frozenset[str] | None:
    """What a reader knows of the anchors, apart from what the file says."""
    if path is None:
        return None
    told = parse_object(path.read_bytes(), max_bytes=MOST_BYTES)["anchors"]
    return frozenset(anchors.digest(each) for each in told)


def _stamps(path: Path | None) -> Callable[[bytes, bytes], object] | None:
    if path is None:
        return None
    from server import stamping  # only who checks stamps needs what it brings along

    roots = stamping.read_roots(path)
    return lambda response, statement: stamping.check(response, statement, roots)


def _trusted(path: Path | None) -> KeySet | None:
    return keyset.read(parse_object(path.read_bytes())) if path else None
