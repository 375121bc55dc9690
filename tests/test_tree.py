"""What must hold of the tree itself: scripts, lock file, packages, and what set-up left."""

import configparser
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / ".ci/setup"
# Written apart, so that this file is not a finding itself.
REGISTRY_HOSTS = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "deb." + "debian.org")


def load(script: str):
    specification = importlib.util.spec_from_file_location(script, SCRIPTS / f"{script}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def git(*arguments: str) -> str:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    done = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.stdout


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_file_names_a_package_registry(host: str) -> None:
    assert git("grep", "-lIF", "-e", host) == ""


def test_nothing_generated_is_committed() -> None:
    generated = (".otf", ".ttf", ".ttc", ".woff", ".woff2", ".mo", ".pyc", ".so", ".sqlite3")
    tracked = git("ls-files").splitlines()
    assert [name for name in tracked if name.endswith(generated)] == []


def test_the_lock_file_says_what_but_not_where_from() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_every_web_asset_is_pinned_and_there() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert [name for name in wanted if not (ROOT / "node_modules" / name).is_dir()] == []


def test_every_package_can_be_installed_with_what_it_needs() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    assert set(config["options.extras_require"]) == {"server", "fieldapp", "test"}
    assert "pysqlcipher3==1.2.0" in config["options.extras_require"]["fieldapp"]


@pytest.mark.parametrize("script", ["run", "environment", "sqlcipher", "pysqlcipher3"])
def test_shell_steps_stop_at_the_first_failure(script: str) -> None:
    path = SCRIPTS / script
    assert os.access(path, os.X_OK)
    assert "\nset -euo pipefail\n" in path.read_text()


def test_set_up_a_second_time_has_nothing_to_do() -> None:
    if (ROOT / ".venv").is_symlink():
        pytest.skip("this work tree borrows the environment of another")
    done = subprocess.run([SCRIPTS / "run", "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:22]) == (0, "Set-up: nothing to do "), done.stdout


def test_an_unfit_python_is_refused_with_the_line_that_helps() -> None:
    done = subprocess.run(
        [SCRIPTS / "run", "--check"],
        env=os.environ | {"MINGCHA_PYTHON": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = [each for each in done.stderr.splitlines() if "apt-get" in each]
    wanted = {package for package, _ in load("packages").SETUP}
    assert wanted | {"python3"} == set(line.partition("--no-install-recommends ")[2].split())


def test_without_root_set_up_says_what_to_install(monkeypatch, tmp_path: Path) -> None:
    packages = load("packages")
    monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(
        packages.shutil, "which", lambda name: None if name == "sudo" else f"/usr/bin/{name}"
    )
    problem = packages.install(["chromium", "gcc"], tmp_path / "log", with_tests=True)
    assert "apt-get update && apt-get install --no-install-recommends chromium gcc" in problem


def test_without_apt_set_up_says_what_to_install(monkeypatch, tmp_path: Path) -> None:
    packages = load("packages")
    monkeypatch.setattr(packages.shutil, "which", lambda _: None)
    problem = packages.install(["chromium"], tmp_path / "log", with_tests=True)
    assert "no apt-get" in problem
    assert "chromium" in problem


def test_pysqlcipher3_stands_on_sqlcipher_4() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPTS / "check_sqlcipher.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("SQLCipher 4.")


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
@pytest.mark.parametrize("family", ["NotoSansSC", "NotoSerifSC"])
def test_fonts_are_simplified_chinese_and_know_rare_names(family: str, weight: str) -> None:
    from fontTools.ttLib import TTFont

    folder = Path(os.environ.get("MINGCHA_FONT_DIR", f"{sys.prefix}/share/mingcha/fonts"))
    with TTFont(folder / f"{family}-{weight}.otf", lazy=True) as font:
        assert font["name"].getDebugName(1).endswith("SC")
        known = font.getBestCmap()
        assert font["maxp"].numGlyphs < 0x8000, "typst draws boxes for glyphs beyond"
    needed = "市场监管执法检查，。（）“”①②→✓□■㎡℃黑龙喆堃镕䶮𬱖"
    assert [sign for sign in needed if ord(sign) not in known] == []


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.po"
    broken.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        '#, python-format\nmsgid "%(count)d visits"\nmsgstr "%(number)s 次检查"\n',
        encoding="utf-8",
    )
    assert load("catalogues").faults(broken)
