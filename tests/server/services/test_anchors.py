"""What the platform has published of a day, it cannot change afterwards unnoticed."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from server.cli import cli
from server.clock import SetClock
from server.models import AnchorLeaf, AuditEntry, DailyAnchor, GivenReceipt
from server.principal import SYSTEM
from server.services import anchors, audit, case_export, platform_keys
from server.work import Parts, open_work
from shared import case_file, keyset, merkle
from shared.anchors import check_proof, digest, read, receipt_leaf
from shared.canonical import canonical, parse_object
from shared.errors import NotFound, Untrusted
from tests.server.counting import counted
from tests.server.sync_world import Pad, pad, push


@pytest.fixture
def visited(planted: Parts) -> Pad:
    """A visit with its receipt, and something that a person did."""
    tablet = pad(planted).clean_visit()
    push(planted, tablet.events)
    with open_work(planted, SYSTEM) as work:
        audit.write(work, "epoch.began", "epoch", "e1", reason="so")
    return tablet


def close(parts: Parts) -> dict[str, Any] | None:
    with open_work(parts, SYSTEM) as work:
        return anchors.close_day(work)


def next_day(clock: SetClock) -> None:
    clock.moment += timedelta(days=1)


def trusted(parts: Parts) -> keyset.KeySet:
    with open_work(parts, SYSTEM) as work:
        return keyset.read(platform_keys.key_set(work))


def receipt(parts: Parts) -> dict[str, Any]:
    with Session(parts.engine) as session:
        found = session.scalars(select(GivenReceipt.content)).first()
    assert found is not None
    return found


def faults(parts: Parts) -> list[str]:
    with open_work(parts, SYSTEM) as work:
        return list(anchors.verify(work))


def test_a_days_receipts_and_audit_entries_lie_under_one_root(
    planted: Parts, visited: Pad, clock: SetClock
) -> None:
    made = close(planted)
    assert made is not None

    found = read(made, trusted(planted))
    with Session(planted.engine) as session:
        leaves = session.scalars(select(AnchorLeaf.hash).order_by(AnchorLeaf.no))
        hashes = [bytes.fromhex(leaf) for leaf in leaves]
        entries = len(session.scalars(select(AuditEntry.seq)).all())
    assert found.size == len(hashes) == entries + 1
    assert merkle.root(hashes).hex() == found.root
    assert found.day == (clock.moment - timedelta(days=1)).date().isoformat()
    assert faults(planted) == []


def test_a_day_is_closed_once_and_the_next_names_it(
    planted: Parts, visited: Pad, clock: SetClock
) -> None:
    first = close(planted)
    assert close(planted) is None
    next_day(clock)
    push(planted, pad(planted, visit=2).clean_visit().events)
    second = close(planted)

    assert first is not None
    assert second is not None
    assert second["prev"] == digest(first)
    assert second["size"] >= 1
    with Session(planted.engine) as session:
        hashes = session.scalars(select(AnchorLeaf.hash)).all()
    assert len(set(hashes)) == len(hashes)


def test_every_receipt_that_was_given_lies_under_it(planted: Parts, clock: SetClock) -> None:
    """Also one that a tablet got half way through a visit, whose chain has gone on since."""
    tablet = pad(planted).clean_visit()
    given = [push(planted, part).receipt for part in (tablet.events[:4], tablet.events[4:])]
    next_day(clock)
    close(planted)

    leaves = [receipt_leaf(one) for one in given]
    with open_work(planted, SYSTEM) as work:
        proofs = [anchors.prove(work, leaf.hex()) for leaf in leaves]
    assert [check_proof(one, trusted(planted))[0] for one in proofs] == leaves


def test_the_work_of_a_night_does_not_grow_with_history(
    planted: Parts, visited: Pad, clock: SetClock
) -> None:
    numbers = []
    for _ in range(3):
        close(planted)
        next_day(clock)
        with counted(planted.engine) as statements:
            close(planted)
        numbers.append(len(statements))
        next_day(clock)
    assert max(numbers) <= 8
    assert numbers[1] == numbers[2]


@pytest.mark.parametrize("what", ["receipt", "audit"])
def test_a_proof_leads_from_a_member_to_the_root(planted: Parts, visited: Pad, what: str) -> None:
    close(planted)
    with open_work(planted, SYSTEM) as work:
        leaf = work.session.scalars(select(AnchorLeaf.hash).where(AnchorLeaf.kind == what)).first()
        proof = anchors.prove(work, str(leaf))

    found, anchored = check_proof(proof, trusted(planted))

    assert found.hex() == leaf
    assert anchored.size > 0
    for change in (
        {"index": proof["index"] + 1},
        {"leaf": "0" * 64},
        {"path": proof["path"][1:]},
        {"anchor": {**proof["anchor"], "root": "0" * 64}},
    ):
        with pytest.raises(Untrusted):
            check_proof({**proof, **change}, trusted(planted))


def test_what_came_after_the_anchor_is_under_none_yet(planted: Parts, visited: Pad) -> None:
    with open_work(planted, SYSTEM) as work, pytest.raises(NotFound):
        anchors.prove(work, receipt_leaf(receipt(planted)).hex())


@pytest.mark.parametrize("what", ["entry", "leaf", "anchor", "taken"])
def test_last_week_cannot_be_written_anew(
    planted: Parts, visited: Pad, clock: SetClock, what: str
) -> None:
    close(planted)
    next_day(clock)
    with Session(planted.engine) as session:
        if what == "entry":
            _rewrite_audit(session)
        elif what == "leaf":
            session.execute(update(AnchorLeaf).where(AnchorLeaf.no == 0).values(hash="0" * 64))
        elif what == "taken":
            session.delete(session.scalars(select(AnchorLeaf)).all()[-1])
        else:
            row = session.scalars(select(DailyAnchor)).one()
            row.signed_object = {**row.signed_object, "root": "0" * 64}
        session.commit()

    assert faults(planted)


def _rewrite_audit(session: Session) -> None:
    """As a platform would that forges well: the chain of the audit log fits again."""
    for name in session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
    ).all():
        session.execute(text(f"DROP TRIGGER {name}"))
    prev = ""
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
    entries[-1].facts = {"reason": "not so"}
    for entry in entries:
        entry.prev = prev
        entry.hash = audit._hash(entry)
        prev = entry.hash
    head = session.scalars(select(audit.AuditHead)).one()
    head.hash = prev
    session.flush()
    assert list(audit.verify(session)) == []


def test_a_case_carries_the_proof_and_a_reader_who_kept_the_anchors_checks_it(
    planted: Parts, visited: Pad, clock: SetClock, client: FlaskClient, tmp_path: Path
) -> None:
    close(planted)
    kept = client.get("/api/v1/anchors").json
    with open_work(planted, SYSTEM) as work:
        archive = case_export.of_visit(work, visited.visit_id).archive
    known = {digest(each) for each in kept["anchors"]}

    report = case_file.verify_archive(archive, trusted(planted), known)
    assert report.findings == ()
    assert report.counts["anchors"] == 1
    told = {found.code for found in case_file.verify_archive(archive, trusted(planted), []).faults}
    assert told == {"anchor_not_published"}
    entries = case_file.from_zip(archive)
    broken = parse_object(entries["anchors/001.json"])
    broken["index"] += 1
    changed = case_file.to_zip({**entries, "anchors/001.json": canonical(broken)})
    codes = {found.code for found in case_file.verify_archive(changed, trusted(planted)).faults}
    assert "anchor_mismatch" in codes


def test_anybody_reads_the_anchors_and_proofs(
    planted: Parts, visited: Pad, client: FlaskClient, clock: SetClock
) -> None:
    first = close(planted)
    next_day(clock)
    second = close(planted)
    assert first is not None
    assert second is not None

    assert client.get("/api/v1/anchors").json == {"anchors": [second, first]}
    assert client.get(f"/api/v1/anchors?before={second['day']}").json == {"anchors": [first]}
    leaf = receipt_leaf(receipt(planted)).hex()
    proof = client.get(f"/api/v1/anchors/proof?leaf={leaf}").json
    assert check_proof(proof, trusted(planted))[0].hex() == leaf
    assert client.get(f"/api/v1/anchors/proof?leaf={'0' * 64}").status_code == 404
    assert client.get("/api/v1/anchors/proof?leaf=x").status_code == 422


def test_the_commands(
    planted: Parts, visited: Pad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGCHA_DATA_DIR", str(planted.settings.data_dir))
    run = CliRunner()
    told = tmp_path / "receipt.json"
    told.write_bytes(canonical(receipt(planted)))

    assert run.invoke(cli, ["anchors", "close"]).exit_code == 0
    assert run.invoke(cli, ["anchors", "close"]).output == "made before\n"
    checked = run.invoke(cli, ["anchors", "check"])
    assert (checked.exit_code, checked.output) == (0, "0 faults\n")
    proof = json.loads(run.invoke(cli, ["anchors", "prove", str(told)]).output)
    assert check_proof(proof, trusted(planted))[0] == receipt_leaf(receipt(planted))
