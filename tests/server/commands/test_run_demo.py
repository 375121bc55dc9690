"""`mingcha run-demo` makes a county where there is none, and starts nothing on a real one."""

import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from server import assembly
from server.cli import cli
from server.clock import SetClock
from server.commands import run_demo, seed_demo
from server.config import Settings
from server.seed import accounts
from server.seed.filling import Filled, NotEmpty
from server.work import Parts
from shared import enrolment
from shared.errors import NotFound, Unavailable
from tests.server.conftest import NOW, SETTINGS
from tests.server.factories import County

Demo = tuple[Parts, Filled]


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(scope="module")
def demonstration(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration county, seeded once for who looks at it."""
    folder = tmp_path_factory.mktemp("demonstration") / "data"
    shutil.copytree(migrated, folder)
    settings = Settings.from_env({"MINGCHA_DATA_DIR": str(folder), **SETTINGS})
    parts = assembly.assemble(settings, clock=SetClock(NOW))
    yield parts, seed_demo.seed(parts)
    parts.engine.dispose()


def environment(folder: Path) -> dict[str, str]:
    return {"MINGCHA_DATA_DIR": str(folder), "MINGCHA_DATABASE_URL": ""}


def test_it_says_who_one_can_be_and_how_to_go_on_in_commands_that_can_be_pasted(
    demonstration: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, seeded = demonstration

    lines = [each.strip() for each in run_demo.guide(parts)]
    said = "\n".join(lines)

    assert "http://mingcha.test/console/" in said
    for account in seeded.accounts:
        assert f"{account.username} " in said
        assert account.password in said
        assert account.code(NOW) in said
    for name in ("MINGCHA_DATA_DIR", "MINGCHA_DATABASE_URL", "MINGCHA_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    enrols = [each for each in lines if " enrol --officer " in each]
    assert len(enrols) == 2
    for command in enrols:
        done = subprocess.run(
            ["/bin/sh", "-c", command], capture_output=True, text=True, check=True, cwd="/"
        )
        assert enrolment.decode(done.stdout.split()[0]).server == "http://mingcha.test"
    (field,) = [each for each in lines if each.endswith("mingcha-field")]
    assert Path(shlex.split(field)[-1]).is_file()
    assert re.search(r"MINGCHA_FIELD_FIX=[0-9.]+,[0-9.]+,8 ", field)


def test_the_door_codes_of_planned_enterprises_are_drawn(demonstration: Demo) -> None:
    parts, _ = demonstration

    run_demo.guide(parts)

    assert len(list((parts.settings.data_dir / "door-codes").glob("*.png"))) == 9


def test_a_real_county_is_not_served_as_a_demonstration(parts: Parts, county: County) -> None:
    folder = parts.settings.data_dir
    done = CliRunner(env=environment(folder)).invoke(cli, ["run-demo", "--port", "0"])

    assert isinstance(done.exception, NotEmpty)
    assert not (folder / accounts.FILE).exists()


def test_a_port_in_use_is_named_before_anything_is_made(tmp_path: Path, busy_port: int) -> None:
    done = CliRunner(env=environment(tmp_path)).invoke(cli, ["run-demo", "--port", str(busy_port)])

    assert isinstance(done.exception, Unavailable)
    assert list(tmp_path.iterdir()) == []


def test_a_time_code_is_printed_for_those_who_need_one(demonstration: Demo) -> None:
    parts, _ = demonstration
    runner = CliRunner(env=environment(parts.settings.data_dir))

    assert runner.invoke(cli, ["demo-code", "head.market"]).output.strip().isdigit()
    assert "不用" in runner.invoke(cli, ["demo-code", "planner.market"]).output
    assert isinstance(runner.invoke(cli, ["demo-code", "nobody"]).exception, NotFound)
