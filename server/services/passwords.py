"""Passwords as Argon2id in PHC strings. A password is never stored, logged or compared in clear."""

from functools import cache

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from server.work import Work
from shared.errors import BadInput

SALT_BYTES = 16
LENGTH = 32
ITERATIONS = 3
LANES = 4
MEMORY_KIB = 64 * 1024  # with the above: RFC 9106 §4, second recommended option
SHORTEST = 10
LONGEST = 200


def hash_password(work: Work, password: str) -> str:
    """The PHC string to keep; `BadInput` for a password too short or too long to take."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput("A password has 10 to 200 letters.", errors={"/password": "10–200"})
    return _phc(password, work.chance(SALT_BYTES))


def is_right(password: str, phc: str | None) -> bool:
    """Whether `password` is the one of `phc`. Takes the same time when there is no `phc`."""
    try:
        Argon2id.verify_phc_encoded(password.encode("utf-8", "surrogatepass"), phc or _nobodys())
    except InvalidKey:
        return False
    return phc is not None


@cache
def _nobodys() -> str:
    return _phc("nobody's password", bytes(SALT_BYTES))


def _phc(password: str, salt: bytes) -> str:
    argon = Argon2id(
        salt=salt, length=LENGTH, iterations=ITERATIONS, lanes=LANES, memory_cost=MEMORY_KIB
    )
    return argon.derive_phc_encoded(password.encode("utf-8", "surrogatepass"))
