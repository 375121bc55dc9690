"""How long to wait after a failure: full jitter, so that a province does not come back at once."""

BASE_S = 15.0
MOST_S = 3600.0


def wait_seconds(failures: int, *, fraction: float, retry_after: int | None = None) -> float:
    """Seconds until the next try.

    Args:
        failures: How many cycles in a row have failed, from 1.
        fraction: Chance in [0, 1).
        retry_after: What the server asked for; never less than that is waited.
    """
    ceiling = min(MOST_S, BASE_S * 2.0 ** min(failures - 1, 16))
    return (retry_after or 0) + fraction * ceiling
