"""The hash a person signs under: SHA-256 over the RFC 8785 form of a content."""

from collections.abc import Mapping
from typing import Any

from shared.canonical import canonical
from shared.crypto import sha256_hex


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the lower-case hex SHA-256 that is printed on the document and bound by signatures."""
    return sha256_hex(canonical(content))
