"""What goes into the APK: both rooms and nothing of the desktop, all of it compilable."""

import compileall
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fieldapp.packaging.android_api import ROOT

SCRIPT = ROOT / "fieldapp/packaging/assemble.py"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("apk") / "app"
    specification = importlib.util.spec_from_file_location("assemble", SCRIPT)
    assert specification is not None
    module = importlib.util.module_from_spec(specification)
    assert specification.loader is not None
    specification.loader.exec_module(module)
    module.assemble(target, Path(sys.prefix, "share/mingcha/fonts"))
    return target


def test_all_of_it_compiles(packed: Path) -> None:
    assert compileall.compile_dir(packed, quiet=1, workers=1, force=True)
    assert compileall.compile_dir(ROOT / "fieldapp/packaging", quiet=1, workers=1, force=True)


def test_what_a_tablet_needs_is_there_and_the_rest_is_not(packed: Path) -> None:
    files = [path for path in packed.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    names = {path.relative_to(packed).as_posix() for path in files}

    assert {"main.py", "fonts/NotoSansSC-Regular.otf", "fieldapp/screens/today.kv"} <= names
    assert "fieldapp/locale/en/LC_MESSAGES/messages.mo" in names
    assert {name.split("/")[0] for name in names} == {"main.py", "fonts", "fieldapp", "shared"}
    assert not [name for name in names if "/fake/" in name or "packaging" in name]
    assert "fieldapp/ports/desktop/decoder.py" not in names


def test_the_packed_app_is_whole_without_java_zxing_cpp_or_this_tree(packed: Path) -> None:
    """The entry, all view-models and all Android adapters import from the packed folder alone."""
    code = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("jnius", "zxingcpp", "server", "tests"):
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
import main, fieldapp.ports.android, fieldapp.ports.android.background, fieldapp.app
from fieldapp.screens.directory import PAIRS
assert all(pair.load() for pair in PAIRS.values())
assert fieldapp.__path__[0].startswith(sys.argv[1]), fieldapp.__path__
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(packed)],
        cwd=packed,
        env=os.environ
        | {"PYTHONPATH": str(packed), "KIVY_NO_CONSOLELOG": "1", "SDL_VIDEODRIVER": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
