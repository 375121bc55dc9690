"""enrol, rebuild, export-case, verify and nightly, as they are called at a terminal."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.cli import cli
from server.models import Agency, SyncObject, VisitAnswer
from server.principal import SYSTEM
from server.services import platform_keys
from server.work import Parts, open_work
from shared import case_file, enrolment
from shared.canonical import canonical
from tests.server import sync_world
from tests.server.sync_world import Pad, pad, push
from tests.world import WANG


@pytest.fixture
def visited(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Pad:
    """Commands read the real clock, so the county is one without days."""
    sync_world.plant(parts)
    sync_world.enrolled(parts)
    monkeypatch.setenv("MINGCHA_DATA_DIR", str(parts.settings.data_dir))
    tablet = pad(parts).clean_visit()
    push(parts, tablet.events)
    return tablet


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_enrol_prints_what_the_console_shows(parts: Parts, visited: Pad) -> None:
    told = run("enrol", "--officer", WANG, "--json")
    by_number = run("enrol", "--officer", "15010100001")

    read = enrolment.decode(json.loads(told.output)["text"])
    assert read.enrolment_id == json.loads(told.output)["enrolment_id"]
    assert by_number.output.startswith("MCE1.")
    assert run("enrol", "--officer", "nobody").exit_code == 1


def test_rebuild_is_content_until_a_row_was_changed(parts: Parts, visited: Pad) -> None:
    good = run("rebuild")
    assert (good.exit_code, good.output) == (0, "1 visits, 0 differences\n")

    with Session(parts.engine) as session:
        session.execute(delete(VisitAnswer))
        session.commit()

    bad = run("rebuild")
    assert bad.exit_code == 1
    assert "3 differences" in bad.output
    assert run("rebuild", "--store").exit_code == 1  # what it found and wrote anew
    assert run("rebuild").exit_code == 0
    assert run("rebuild", "--as-of-now").output == "0 visits would be judged otherwise today\n"


def test_a_case_is_exported_and_verified_anywhere(
    parts: Parts, visited: Pad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, keys = tmp_path / "case.zip", tmp_path / "keys.json"
    exported = run("export-case", visited.visit_id, "--to", str(case))
    assert exported.exit_code == 0, exported.output
    with open_work(parts, SYSTEM) as work:
        keys.write_bytes(canonical(platform_keys.key_set(work)))
    monkeypatch.setenv("MINGCHA_DATA_DIR", "/nowhere")  # no server, no database

    assert run("verify", str(case), "--key-set", str(keys)).exit_code == 0
    alone = run("verify", str(case))
    assert alone.exit_code == 0
    assert "key_set_unanchored" in alone.output

    entries = case_file.from_zip(case.read_bytes())
    changed = {n: data.replace(b"scanned_in", b"scanned_on") for n, data in entries.items()}
    case.write_bytes(case_file.to_zip(changed))
    broken = run("verify", str(case), "--key-set", str(keys))
    assert broken.exit_code == 1
    assert "hash_mismatch" in broken.output


def test_nightly_runs_twice_and_publishes_what_begins_today(parts: Parts, visited: Pad) -> None:
    with open_work(parts, SYSTEM) as work:
        agency = work.session.get_one(Agency, "agency-1")
        agency.phone = "0531-12345678"  # changed behind the catalogue's back
    first, second = run("nightly"), run("nightly")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "one-time codes forgotten: 0" in first.output
    with open_work(parts, SYSTEM) as work:
        sent = work.session.get_one(SyncObject, ("agency", "agency-1"))
    assert sent.data["phone"] == "0531-12345678"
