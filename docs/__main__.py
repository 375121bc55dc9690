"""Write the generated tables of the documentation anew: `python -m docs`, or `make docs`."""

import sys

from docs.tables import FOLDER, pages, renewed


def main() -> int:
    for page in pages():
        old = page.read_text(encoding="utf-8")
        new = renewed(old)
        if new != old:
            page.write_text(new, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(FOLDER.parent)} is new\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
