"""No U+0000 in what an address or a form says: nobody types one, and PostgreSQL holds none.

Bodies of the interface are read by shared/canonical, which refuses it too.
"""

from collections.abc import Iterator

from flask import request

from server import edge
from shared.errors import BadInput

NUL = "\0"


def refuse_nul() -> None:
    """Return if neither the address nor the form of this request holds one; `BadInput`."""
    for name, text in _said():
        if NUL in text:
            raise BadInput("A character nobody can type.", errors={f"/{name}": "U+0000"})


def _said() -> Iterator[tuple[str, str]]:
    yield from ((name, str(value)) for name, value in (request.view_args or {}).items())
    yield from request.args.items(multi=True)
    if not edge.is_api():
        yield from request.form.items(multi=True)
