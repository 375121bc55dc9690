"""`mingcha draw …`: make a secret, check a published file. Neither needs a server or a database."""

import secrets as chance
import sys
from pathlib import Path

import click

from shared.draws import replay, secrets
from shared.draws.model import Party
from shared.draws.replay import Known, Report


@click.group()
def command() -> None:
    """双随机 draws. 双随机抽取的核验与承诺."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--pool-hash", default="", help="The pool's hash, as you noted it from the page.")
@click.option("--file-hash", default="", help="The file's hash, as you noted it from the page.")
def verify(file: Path, pool_hash: str, file_hash: str) -> None:
    """Replay a published draw from its file alone; exit 1 if anything differs. 重演并核验."""
    report = replay.verify(
        file.read_bytes(), Known(pool_hash=pool_hash.lower(), file_hash=file_hash.lower())
    )
    _show(report)
    if not report.holds:
        sys.exit(1)


@command.command()
@click.option("--draw", "draw_id", required=True, help="The draw's id, as its page shows it.")
@click.option("--party", type=click.Choice([str(p) for p in Party]), required=True)
def secret(draw_id: str, party: str) -> None:
    """Make a secret and what to commit to it. Show nobody the secret yet. 生成秘密."""
    made = chance.token_hex(secrets.SECRET_BYTES)
    click.echo(f"秘密 secret      {made}")
    click.echo(f"承诺 commitment  {secrets.commitment(draw_id, Party(party), made)}")


def _show(report: Report) -> None:
    if report.terms is not None and report.record is not None:
        click.echo(f"{report.terms.agency_name}  {report.terms.title}")
        click.echo(f"抽取编号 draw      {report.terms.draw_id}")
        click.echo(f"名录摘要 pool      {report.pool_hash}")
        click.echo(f"文件摘要 file      {report.file_hash}")
        state = f"已作废 void: {report.record.void_why}" if report.record.is_void else "有效 held"
        click.echo(f"状态 state         {state}")
        click.echo(
            f"名录 {report.pool_size} 户（另排除 {report.left_out} 户），抽取 "
            f"{len(report.record.drawn)} 户。 {len(report.record.drawn)} of {report.pool_size}, "
            f"{report.left_out} left out."
        )
    for fault in report.faults:
        click.echo(f"✗ {fault.zh} {fault.en}")
    if report.holds:
        click.echo("✓ 核验通过，重演结果与文件完全一致。 Replayed: the very same result.")
