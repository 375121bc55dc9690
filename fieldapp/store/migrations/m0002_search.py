"""Full-text search over what the server sent, and tasks found by their enterprise."""

NUMBER = 2
NAME = "search"

STATEMENTS = (
    # One number for each version that is indexed; which versions are seen, reference_entry says.
    """CREATE TABLE search_document (
        number INTEGER PRIMARY KEY,
        shelf TEXT NOT NULL,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        UNIQUE (kind, id, version)
    )""",
    # The words alone: the text itself is in reference_object.
    """CREATE VIRTUAL TABLE search_library USING fts5
        (name, body, initials, content='', contentless_delete=1, tokenize='unicode61')""",
    """CREATE VIRTUAL TABLE search_tasks USING fts5
        (name, body, initials, content='', contentless_delete=1, tokenize='unicode61')""",
    """CREATE INDEX reference_task_uscc ON reference_object (json_extract(data, '$.uscc'))
        WHERE kind = 'task'""",
)
