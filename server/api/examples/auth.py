"""Examples of /auth for people."""

from collections.abc import Mapping

from server.api.example import Example
from server.api.examples.cast import AGENCY_ID, HEAD, HEAD_NAME, TOTP

EXAMPLES: Mapping[str, Example] = {
    "auth.Login.post": Example(
        sent={"username": "chenlixin", "password": "千佛山下好秋色", "totp": TOTP},
        told={
            "token": "mcp_EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXA",
            "expires_at": "2026-11-20T13:30:00+00:00",
            "person_id": HEAD,
            "name": HEAD_NAME,
            "roles": ["head"],
            "agency_id": AGENCY_ID,
        },
    ),
    "auth.Logout.post": Example(),
}
