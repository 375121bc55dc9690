"""The first release: identity, officers, journal, outbox, evidence, reference data."""

NUMBER = 1
NAME = "first"

_IDENTITY = (
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE officer (
        officer_id TEXT PRIMARY KEY,
        public_key TEXT NOT NULL,
        nonce BLOB NOT NULL,
        sealed_seed BLOB NOT NULL,
        certificate TEXT NOT NULL
    )""",
)

_JOURNAL = (
    """CREATE TABLE event (
        id TEXT PRIMARY KEY,
        visit_id TEXT NOT NULL,
        seq INTEGER NOT NULL,
        device_seq INTEGER NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        hash TEXT NOT NULL,
        raw BLOB NOT NULL,
        UNIQUE (visit_id, seq)
    )""",
    """CREATE TABLE outbox (
        event_id TEXT PRIMARY KEY REFERENCES event (id) ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN
            ('waiting', 'sent', 'applied', 'held', 'quarantined', 'conflict')),
        code TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL DEFAULT '',
        irregularities TEXT NOT NULL DEFAULT '[]',
        offered INTEGER NOT NULL DEFAULT 0,
        answered_at TEXT
    )""",
    "CREATE INDEX outbox_open ON outbox (state) WHERE state != 'applied'",
    """CREATE TABLE receipt (
        number INTEGER PRIMARY KEY,
        received_at TEXT NOT NULL,
        raw BLOB NOT NULL
    )""",
    # Naming a visit here for the length of one transaction is the only way to trim it.
    "CREATE TABLE trim_permit (visit_id TEXT PRIMARY KEY) WITHOUT ROWID",
    """CREATE TRIGGER event_no_update BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER event_no_delete BEFORE DELETE ON event
        WHEN NOT EXISTS (SELECT 1 FROM trim_permit WHERE visit_id = OLD.visit_id)
            OR NOT EXISTS (SELECT 1 FROM outbox WHERE event_id = OLD.id AND state = 'applied')
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)

_EVIDENCE = (
    """CREATE TABLE evidence (
        id TEXT PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE REFERENCES event (id) ON DELETE CASCADE,
        visit_id TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        media_type TEXT NOT NULL
    )""",
    "CREATE INDEX evidence_of_visit ON evidence (visit_id)",
    """CREATE TABLE evidence_chunk (
        evidence_id TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        data BLOB NOT NULL,
        UNIQUE (evidence_id, number)
    )""",
    """CREATE TABLE upload (
        evidence_id TEXT PRIMARY KEY REFERENCES evidence (id) ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'complete', 'refused')),
        url TEXT NOT NULL DEFAULT '',
        offset INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        code TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX upload_open ON upload (state) WHERE state != 'complete'",
    """CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence
        BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END""",
    """CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence
        WHEN NOT EXISTS (SELECT 1 FROM trim_permit WHERE visit_id = OLD.visit_id)
            OR NOT EXISTS
                (SELECT 1 FROM upload WHERE evidence_id = OLD.id AND state = 'complete')
        BEGIN SELECT RAISE(ABORT, 'evidence is never deleted before it is delivered'); END""",
    """CREATE TRIGGER chunk_no_update BEFORE UPDATE ON evidence_chunk
        BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END""",
    """CREATE TRIGGER chunk_no_delete BEFORE DELETE ON evidence_chunk
        WHEN EXISTS (SELECT 1 FROM evidence WHERE id = OLD.evidence_id)
        BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END""",
)

_REFERENCE = (
    """CREATE TABLE reference_object (
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (kind, id, version)
    ) WITHOUT ROWID""",
    # What a generation consists of; only the one named in pull_state is seen.
    """CREATE TABLE reference_entry (
        generation INTEGER NOT NULL,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (generation, kind, id)
    ) WITHOUT ROWID""",
    """CREATE TABLE visit_reference (
        visit_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (visit_id, kind, id, version)
    ) WITHOUT ROWID""",
    "CREATE INDEX visit_reference_object ON visit_reference (kind, id, version)",
    """CREATE TABLE pull_state (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        generation INTEGER NOT NULL,
        changes INTEGER NOT NULL DEFAULT 0,
        cursor TEXT,
        etag TEXT,
        staging INTEGER,
        staging_cursor TEXT
    )""",
    "INSERT INTO pull_state (only, generation) VALUES (1, 0)",
)

STATEMENTS = (*_IDENTITY, *_JOURNAL, *_EVIDENCE, *_REFERENCE)
