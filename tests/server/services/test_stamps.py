"""Sealed visits are time-stamped by an authority that is not ours (RFC 3161), OpenSSL's here."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import stamping
from server.clock import SetClock
from server.jobs import sweeping
from server.models import ServerFact, StampDue
from server.principal import SYSTEM
from server.services import case_export, platform_keys, rebuild, stamps
from server.stamping import StampRefused
from server.work import Parts, open_work
from shared import case_file, keyset
from shared.canonical import canonical
from shared.case_file import Report
from tests.server.sync_world import Pad, pad, push
from tests.servers import find
from tests.time_authority import TimeAuthority, time_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeAuthority]:
    with time_authority(tmp_path_factory.mktemp("tsa")) as running:
        yield running


@pytest.fixture
def stamped(planted: Parts, authority: TimeAuthority) -> Parts:
    """The small county, with an authority of time."""
    told = replace(planted.settings, timestamp_url=authority.url, timestamp_roots=authority.roots)
    authority.silent = False
    return replace(planted, settings=told)


def sealed(parts: Parts, visit: int = 1) -> Pad:
    tablet = pad(parts, visit=visit).clean_visit()
    push(parts, tablet.events)
    return tablet


def facts(parts: Parts) -> list[ServerFact]:
    with Session(parts.engine) as session:
        kind = ServerFact.kind == "time_stamped"
        return list(session.scalars(select(ServerFact).where(kind)))


def exported(parts: Parts, tablet: Pad) -> case_export.Exported:
    with open_work(parts, SYSTEM) as work:
        return case_export.of_visit(work, tablet.visit_id)


def verified(parts: Parts, entries: dict[str, bytes], authority: TimeAuthority) -> Report:
    with open_work(parts, SYSTEM) as work:
        trusted = keyset.read(platform_keys.key_set(work))
    roots = stamping.read_roots(authority.roots)
    return case_file.verify(
        entries,
        trusted,
        stamp_holds=lambda response, statement: stamping.check(response, statement, roots),
    )


def test_a_sealed_visit_is_stamped_once_as_a_fact_of_the_server(
    stamped: Parts, authority: TimeAuthority
) -> None:
    tablet = sealed(stamped)
    sweeping.drain(stamped)
    with open_work(stamped, SYSTEM) as work:
        stamps.expect(work, tablet.visit_id)  # as when a ruling has it folded again
    sweeping.drain(stamped)

    (fact,) = facts(stamped)
    assert fact.visit_id == tablet.visit_id
    with open_work(stamped, SYSTEM) as work:
        assert work.session.scalars(select(StampDue)).all() == []
        assert list(rebuild.differences(work, [tablet.visit_id])) == []


def test_the_stamp_is_in_the_case_file_and_verified(
    stamped: Parts, authority: TimeAuthority, tmp_path: Path
) -> None:
    tablet = sealed(stamped)
    sweeping.drain(stamped)
    first = exported(stamped, tablet)
    entries = case_file.from_zip(first.archive)

    assert first.report.findings == ()
    assert exported(stamped, tablet).archive == first.archive
    report = verified(stamped, entries, authority)
    assert report.findings == ()
    assert report.counts["timestamps"] == 1

    for name in ("001.json", "001.tsr"):
        (tmp_path / name).write_bytes(entries[f"timestamps/{name}"])
    done = subprocess.run(
        [
            *(find("openssl"), "ts", "-verify", "-data", tmp_path / "001.json"),
            *("-in", tmp_path / "001.tsr", "-CAfile", authority.roots),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in done.stdout, done.stderr


def test_a_stamp_of_something_else_is_found(
    stamped: Parts, authority: TimeAuthority, tmp_path: Path
) -> None:
    tablet, other = sealed(stamped), sealed(stamped, visit=2)
    sweeping.drain(stamped)
    entries = case_file.from_zip(exported(stamped, tablet).archive)
    others = case_file.from_zip(exported(stamped, other).archive)

    def codes(**change: bytes) -> set[str]:
        changed = {f"timestamps/001.{kind}": data for kind, data in change.items()}
        return {found.code for found in verified(stamped, {**entries, **changed}, authority).faults}

    name = "timestamps/001"
    assert "stamp_bad" in codes(tsr=others[f"{name}.tsr"])
    assert "stamp_bad" in codes(tsr=b"")
    assert "stamp_mismatch" in codes(json=others[f"{name}.json"])
    assert "stamp_bad" in codes(json=canonical({"typ": "stamped"}))
    with time_authority(tmp_path / "stranger") as stranger:
        told = {found.code for found in verified(stamped, entries, stranger).faults}
    assert told == {"stamp_bad"}


def test_without_a_root_the_report_says_that_nothing_was_asked(
    stamped: Parts, authority: TimeAuthority
) -> None:
    tablet = sealed(stamped)
    sweeping.drain(stamped)
    archive = exported(stamped, tablet).archive
    with open_work(stamped, SYSTEM) as work:
        trusted = keyset.read(platform_keys.key_set(work))

    report = case_file.verify_archive(archive, trusted)

    assert report.holds
    assert [found.code for found in report.notes] == ["stamp_unchecked"]


def test_an_authority_that_is_away_is_asked_again_later(
    stamped: Parts, authority: TimeAuthority, clock: SetClock
) -> None:
    authority.silent = True
    sealed(stamped)
    sweeping.drain(stamped)
    assert facts(stamped) == []
    authority.silent = False
    sweeping.drain(stamped)
    assert facts(stamped) == []  # not at once
    clock.moment += timedelta(minutes=11)
    sweeping.drain(stamped)
    assert len(facts(stamped)) == 1


def test_what_is_not_complete_and_a_server_without_authority_ask_for_nothing(
    stamped: Parts, planted: Parts
) -> None:
    half = pad(stamped, visit=3)
    half.open()
    half.scan()
    push(stamped, half.events)
    sealed(planted, visit=4)
    sweeping.drain(planted)

    with Session(planted.engine) as session:
        assert session.scalars(select(StampDue)).all() == []
    assert facts(planted) == []


@pytest.mark.parametrize("response", [b"", b"\x30\x03\x02\x01\x00", b"x" * 70_000])
def test_what_is_no_stamp_is_refused(authority: TimeAuthority, response: bytes) -> None:
    with pytest.raises(StampRefused):
        stamping.check(response, b"statement", stamping.read_roots(authority.roots))
