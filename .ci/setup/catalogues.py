"""Compile every message catalogue beside its source, or with --check only look for faults.

The compiled files are not committed: they would differ from their source sooner or later.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("server", "fieldapp")


def faults(path: Path) -> list[str]:
    """Whatever is wrong with one catalogue: syntax, placeholders, a translation left out."""
    try:
        with path.open("rb") as source:
            catalogue = read_po(source, abort_invalid=True)
    except PoFileError as error:
        return [f"{path}: {error}"]
    # The parser keeps the last of two entries without a word.
    entry = re.compile(r"^(?:msgctxt (.+)\n)?msgid (.+)$", re.MULTILINE)
    counted = Counter(entry.findall(path.read_text(encoding="utf-8")))
    found = [
        f"{path}: {text} stands twice" for (_, text), n in counted.items() if n > 1 and text != '""'
    ]
    for message, errors in catalogue.check():
        found += [f"{path}:{message.lineno}: {error}" for error in errors]
    return found


def main() -> int:
    found = []
    sources = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.po"))]
    for path in sources:
        found += faults(path)
        if not found and "--check" not in sys.argv:
            with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source))
    for line in found:
        print(line, file=sys.stderr)
    print(f"{len(sources)} message catalogues, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
