"""What a page calls a code. It never decides anything.

A code without a word is shown as it is, so that a newer server's data stays readable.
"""

from flask import Flask
from flask_babel import LazyString

from server.web.language import said
from server.web.vocabulary import FACT, VOCABULARY, Word
from shared.content import problems
from shared.events.kinds import EventKind, names


def register(app: Flask) -> None:
    """Let templates write `word("plan_status", plan.status)`."""
    app.jinja_env.globals.update(
        word=word, problem_key=problems.key_of, event_name=event_name, fact_name=fact_name
    )


def word(subject: str, code: str | None) -> Word:
    """The word for a code of a subject; the code itself when there is none."""
    return VOCABULARY[subject].get(str(code), Word(str(code or "—")))


def event_name(kind: str, *, offsite: bool = False) -> str:
    """What an event of the chain is called, in the language of this request."""
    return said(names(offsite=offsite)[EventKind(kind)]) if kind in set(EventKind) else kind


def fact_name(name: str) -> LazyString | str:
    """What a fact that made a rule fire is called."""
    return FACT.get(name, name)
