"""Examples of /health."""

from collections.abc import Mapping

from server.api.example import Example

EXAMPLES: Mapping[str, Example] = {
    "health.Health.get": Example(
        told={
            "status": "ok",
            "version": "1.0.0",
            "database": "postgresql",
            "server_time": "2026-11-20T01:30:00+00:00",
            "queue_lag_s": 0,
            "cursor_lag_s": 0,
        }
    ),
}
