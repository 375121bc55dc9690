"""The photographs on the certificates of this tablet's officers, shown with their credentials."""

NUMBER = 3
NAME = "portraits"

STATEMENTS = (
    """CREATE TABLE portrait (
        officer_id TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL,
        jpeg BLOB NOT NULL
    ) WITHOUT ROWID""",
)
