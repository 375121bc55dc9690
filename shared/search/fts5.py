"""A step of a query as SQLite's FTS5 is asked it. Every word is quoted, so none can be syntax."""

from shared.search.query import Field, Phrase, Step

COLUMNS = {Field.TEXT: "{name body}", Field.NAME: "{name}", Field.INITIALS: "{initials}"}
WEIGHTS = (10.0, 1.0, 6.0)
"""For bm25: a name counts more than a text, and initials a little less than the name itself."""


def expression(step: Step) -> str:
    """For `search MATCH ?`, where the columns are `name`, `body` and `initials`."""
    return " AND ".join(f"({' OR '.join(map(_phrase, group))})" for group in step.groups)


def _phrase(phrase: Phrase) -> str:
    words = " ".join(phrase.words)
    return f'{COLUMNS[phrase.field]} : "{words}"{" *" if phrase.open else ""}'
