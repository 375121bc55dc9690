"""Base64url without padding (RFC 4648 §5), one text for one value. It never guesses.

A text that decodes to the same bytes as another (padding, line breaks, the other alphabet,
stray bits in the last character) is refused: else a signature could be rewritten and still
verify, and a revoked code would come back under a second spelling.
"""

import binascii

from shared.errors import BadInput

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


def encode(data: bytes) -> str:
    text = binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=")
    return text.decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of `text`; raises `BadInput` unless `text` is exactly what `encode` writes."""
    try:
        raw = text.encode("ascii").translate(_FROM_URL)
        data = binascii.a2b_base64(
            raw + b"=" * (-len(raw) % 4)
        )  # and what is no letter is found below
    except (binascii.Error, ValueError) as error:
        raise BadInput("Not base64url.") from error
    if encode(data) != text:
        raise BadInput("Not the one base64url spelling of its bytes.")
    return data
