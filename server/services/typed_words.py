"""Words as people type them into a form: some, and no more than their column holds."""

from shared.errors import BadInput


def require(**fields: tuple[str, int]) -> None:
    """Return if each (text, longest) has 1 to `longest` characters and is not blank.

    `BadInput` otherwise, pointing at every field that is not.
    """
    wrong = {
        f"/{field}": f"1 to {longest} characters."
        for field, (text, longest) in fields.items()
        if not text.strip() or len(text) > longest
    }
    if wrong:
        raise BadInput("Something was left out, or is too long.", errors=wrong)
