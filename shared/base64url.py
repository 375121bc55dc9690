"""Base64url without padding (RFC 4648 §5), one text for one value. It never guesses.

A text that decodes to the same bytes as another (padding, line breaks, the other alphabet,
stray bits in the last character) is refused: else a signature could be rewritten and still
verify, and a revoked code would come back under a second spelling.
"""

import base64
import binascii

from shared.errors import BadInput


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of `text`; raises `BadInput` unless `text` is exactly what `encode` writes."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput("Not base64url.") from error
    if encode(data) != text:
        raise BadInput("Not the one base64url spelling of its bytes.")
    return data
