"""The search finds the beginnings of words at once: one letter begins thousands of them."""

NUMBER = 5
NAME = "short_words"

STATEMENTS = (
    "DROP TABLE search_library",
    "DROP TABLE search_tasks",
    *(
        f"""CREATE VIRTUAL TABLE search_{shelf} USING fts5
        (name, body, initials, content='', contentless_delete=1, tokenize='unicode61',
            prefix='1 2')"""
        for shelf in ("library", "tasks")
    ),
)
