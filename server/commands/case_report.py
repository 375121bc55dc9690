"""How the check of a case file is told at a terminal: every fault with its place, then the sums."""

import click

from shared.case_file import Report


def show(report: Report) -> None:
    """Print a report."""
    for finding in report.findings:
        detail = f" ({finding.detail})" if finding.detail else ""
        click.echo(f"{finding.weight}: {finding.where}: {finding.sentence.zh} ", nl=False)
        click.echo(f"{finding.sentence.en} [{finding.code}]{detail}")
    counts = ", ".join(f"{name} {count}" for name, count in sorted(report.counts.items()))
    click.echo(counts)
    click.echo(f"key set {report.key_set_fingerprint} ({report.anchor})")
    click.echo("完好。It holds." if report.holds else "核验不通过。It does not hold.")
