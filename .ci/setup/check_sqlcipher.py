"""Fail loudly unless pysqlcipher3 stands on SQLCipher 4 or newer, with full-text search."""

import sys
import tempfile
from pathlib import Path

from pysqlcipher3 import dbapi2


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "check.db")
        store = dbapi2.connect(str(path), isolation_level=None)
        store.execute(f"""PRAGMA key = "x'{"ab" * 32}'" """)
        row = store.execute("PRAGMA cipher_version").fetchone()
        version = row[0] if row else ""
        if not version or int(version.split(".")[0]) < 4:
            sys.exit(f"pysqlcipher3 stands on SQLCipher {version or 'none at all'}; 4 is needed")
        store.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
        store.execute("INSERT INTO words VALUES ('canary')")
        store.execute("CREATE VIRTUAL TABLE kept USING fts5(w, content='', contentless_delete=1)")
        found = store.execute("SELECT count(*) FROM words WHERE words MATCH 'canary'").fetchone()
        store.close()
        if found[0] != 1:
            sys.exit("full-text search (FTS5) does not work")
        raw = path.read_bytes()
        if raw.startswith(b"SQLite format 3") or b"canary" in raw:
            sys.exit("the store is written in clear text")
    print(f"SQLCipher {version} with FTS5")


if __name__ == "__main__":
    main()
