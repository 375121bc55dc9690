"""What the microphone has heard so far, until it is evidence: a recording survives a kill."""

NUMBER = 6
NAME = "recordings"

STATEMENTS = (
    """CREATE TABLE recording (
        id TEXT PRIMARY KEY,
        visit_id TEXT NOT NULL,
        officer_id TEXT NOT NULL,
        point_id TEXT,
        begun_at TEXT NOT NULL
    )""",
    "CREATE INDEX recording_of_visit ON recording (visit_id)",
    """CREATE TABLE recording_piece (
        recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        samples BLOB NOT NULL,
        UNIQUE (recording_id, number)
    )""",
)
