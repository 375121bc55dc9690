"""Reads an upload and brings it in."""

from server.services import import_runs
from server.work import Parts


def run_import(parts: Parts, *, run: str) -> None:
    """Do what an upload waits for; safe to repeat, natural keys see to that."""
    import_runs.bring_in(parts, run)
