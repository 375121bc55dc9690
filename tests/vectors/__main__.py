"""Write the vectors that are not there yet. One that would change is an error, not an update."""

import json
import sys
from pathlib import Path

from tests.vectors.made import FILES

FOLDER = Path(__file__).parent


def main() -> int:
    changed = 0
    for name, make in FILES.items():
        path = FOLDER / name
        made = make()
        there = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        changed += sum(there[key] != made.get(key) for key in there)
        text = json.dumps({**made, **there}, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
    if changed:
        sys.stderr.write(f"{changed} vectors would change. Add new ones under new names.\n")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
