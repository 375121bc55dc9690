"""Puts together what the APK is made of: the two rooms, the entry, the fonts. Nothing else.

    .venv/bin/python fieldapp/packaging/assemble.py build/android/app

Tests, the server and the desktop's own adapters stay out; what those share with Android goes in.
"""

import shutil
import sys
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent
ROOT = PACKAGING.parents[1]
SUFFIXES = {".py", ".kv", ".json", ".sql", ".csv", ".mo", ".svg", ".png"}
LEFT_OUT = (
    "fieldapp/packaging",
    "fieldapp/ports/fake",
    "fieldapp/ports/desktop/camera.py",
    "fieldapp/ports/desktop/decoder.py",
    "fieldapp/ports/desktop/device.py",
    "fieldapp/ports/desktop/location.py",
)
EMPTY = '"""Of the desktop\'s adapters only those that Android shares."""\n'


def assemble(target: Path, fonts: Path) -> None:
    """Fill `target`, which is emptied first."""
    shutil.rmtree(target, ignore_errors=True)
    for room in ("shared", "fieldapp"):
        for path in sorted((ROOT / room).rglob("*")):
            name = path.relative_to(ROOT)
            if path.suffix in SUFFIXES and not name.as_posix().startswith(LEFT_OUT):
                _copy(path, target / name)
    (target / "fieldapp/ports/desktop/__init__.py").write_text(EMPTY, "utf-8")
    _copy(PACKAGING / "main.py", target / "main.py")
    for font in sorted(fonts.glob("*.otf")):
        _copy(font, target / "fonts" / font.name)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    assemble(Path(sys.argv[1]), Path(sys.prefix, "share/mingcha/fonts"))
