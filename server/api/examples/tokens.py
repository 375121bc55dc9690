"""Examples of a tablet's token and of the key set it trusts."""

from collections.abc import Mapping

from server.api.example import Example
from server.api.examples.signed import ASSERTION, KEY_SET

EXAMPLES: Mapping[str, Example] = {
    "tokens.DeviceToken.post": Example(
        sent={
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": ASSERTION,
        },
        told={
            "access_token": "mcd_EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXA",
            "token_type": "Bearer",
            "expires_in": 1800,
            "server_time": "2026-11-20T01:32:00+00:00",
            "lease_until": "2026-11-27T01:30:00+00:00",
        },
    ),
    "tokens.KeySet.get": Example(told=KEY_SET),
}
