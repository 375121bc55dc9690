"""What makes a run quick without making it another run.

Nothing here changes what happens: of what a tablet does against a thief of its memory and a power
cut, neither of which a run has, it is spared the price; and what was computed once from the same
bytes is not computed again. A process that ends loses what it had not committed, as before.
"""

import gc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from unittest import mock

from fieldapp.store import opening
from shared.crypto import intl1

OFTEN = 2_000
_LIGHT = {
    # Each piece of memory that SQLCipher takes is locked and unlocked: a fifth of all the time.
    "PRAGMA cipher_memory_security = ON": "PRAGMA cipher_memory_security = OFF",
    # The folder is in memory, and programs end here, not machines.
    "PRAGMA synchronous = FULL": "PRAGMA synchronous = OFF",
}
_keys = lru_cache(OFTEN)(intl1.SigningKey.from_seed)
_verified = lru_cache(OFTEN)(intl1.verify)


@contextmanager
def quickly() -> Iterator[None]:
    """Stores opened and signatures checked in this block cost less, and are the same."""
    light = tuple(_LIGHT.get(setting, setting) for setting in opening._SETTINGS)
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(opening, "_SETTINGS", light))
        stack.enter_context(mock.patch.object(intl1.SigningKey, "from_seed", _keys))
        stack.enter_context(mock.patch.object(intl1, "verify", _verified))
        yield


def settle() -> None:
    """Let the garbage collector leave alone what stays until the process ends."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
