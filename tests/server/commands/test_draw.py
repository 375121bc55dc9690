"""`mingcha draw`: a file that holds ends with 0, one that does not with 1 and the reason."""

from pathlib import Path

from click.testing import CliRunner

from server.commands.draw import command
from shared.draws import secrets
from shared.draws.model import Party
from tests.shared.draws.drawing import file_of, pool_of


def test_a_published_file_is_verified_from_itself(tmp_path: Path) -> None:
    path = tmp_path / "draw.txt"
    path.write_bytes(file_of(pool_of()))
    told = CliRunner().invoke(command, ["verify", str(path)])
    assert told.exit_code == 0, told.output
    assert "核验通过" in told.output
    assert "抽取 12 户" in told.output


def test_a_changed_file_is_refused_with_its_fault(tmp_path: Path) -> None:
    path = tmp_path / "draw.txt"
    path.write_bytes(file_of(pool_of()).replace(b"\nT\t1\t", b"\nT\t2\t", 1))
    told = CliRunner().invoke(command, ["verify", str(path)])
    assert told.exit_code == 1
    assert "被改动过" in told.output


def test_another_draw_than_the_noted_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "draw.txt"
    path.write_bytes(file_of(pool_of()))
    told = CliRunner().invoke(command, ["verify", str(path), "--pool-hash", "00" * 32])
    assert told.exit_code == 1


def test_a_secret_comes_with_its_commitment() -> None:
    told = CliRunner().invoke(command, ["secret", "--draw", "draw-1", "--party", "agency"])
    words = told.output.split()
    assert words[-1] == secrets.commitment("draw-1", Party.AGENCY, words[2])
