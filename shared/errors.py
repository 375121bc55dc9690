"""The one error tree. It knows stable codes and facts; never an HTTP status, never a sentence.

    DomainError
    ├── BadInput            what was sent does not fit; `errors` says where
    │   └── BadJson         it is not even strict JSON
    ├── NotAllowed          this role, agency or device may not
    ├── NotFound
    ├── Conflict            the present state, or another request, says otherwise
    │   └── OutOfOrder      another step is due first
    ├── Expired             it was good once
    ├── Untrusted           a key, signature, token or chain that does not hold
    │   ├── UnknownSuite    a crypto suite this version does not have
    │   ├── UnknownKey      signed by a key nobody here trusts
    │   ├── KeyNotInForce   trusted, but not at that time
    │   │   └── KeyRevoked  not any more, whatever time a signature claims
    │   ├── BadSignature
    │   ├── SealBroken      sealed bytes that do not open
    │   └── …               more beside their subject: chain.py, tokens.py, wipe.py
    ├── NewerApp            written by a newer version; kept apart and read again later
    ├── TooMany             a limit was reached; `retry_after` in the facts, in seconds
    └── Unavailable         a part we depend on does not answer

server/errors.py alone turns a class into a status; the catalogues alone turn a code into words.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar


class DomainError(Exception):
    """Something the domain refuses. `code` is stable; `facts` are for people and tests.

    Args:
        message: For developers and logs, in English; never shown to a user as it is.
        facts: Small values that say what the refusal is about. Never a secret.
    """

    code: ClassVar[str] = "domain_error"

    def __init__(self, message: str = "", /, **facts: object) -> None:
        super().__init__(message or self.code)
        self.message = message or self.code
        self.facts = facts

    def __str__(self) -> str:
        """The message with its facts, as a log line wants it."""
        if not self.facts:
            return self.message
        return f"{self.message} ({', '.join(f'{name}={self.facts[name]}' for name in self.facts)})"


class BadInput(DomainError):
    """A body, file or text that does not validate.

    Args:
        message: As for every DomainError.
        errors: JSON pointer (RFC 6901) of the faulty part to what is wrong with it.
        facts: As for every DomainError.
    """

    code = "bad_input"

    def __init__(
        self,
        message: str = "",
        /,
        *,
        errors: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        super().__init__(message, **facts)
        self.errors: dict[str, str] = dict(errors or {})


class BadJson(BadInput):
    """Not strict JSON, or more than it may be."""

    code = "bad_json"


class NotAllowed(DomainError):
    """This role, agency or tablet may not."""

    code = "not_allowed"


class NotFound(DomainError):
    """There is no such thing, or none that this caller may know of."""

    code = "not_found"


class Conflict(DomainError):
    """The present state, or another request, says otherwise."""

    code = "conflict"


class OutOfOrder(Conflict):
    """Another step is due first."""

    code = "out_of_order"


class Expired(DomainError):
    """It was good once."""

    code = "expired"


class Untrusted(DomainError):
    """A key, signature, token or chain that does not hold."""

    code = "untrusted"


class UnknownSuite(Untrusted):
    """A crypto suite this version does not have."""

    code = "unknown_suite"


class UnknownKey(Untrusted):
    """Signed by a key nobody here trusts."""

    code = "unknown_key"


class KeyNotInForce(Untrusted):
    """Signed by a trusted key outside its time."""

    code = "key_not_in_force"


class KeyRevoked(KeyNotInForce):
    """Signed by a key that is revoked, whatever time it claims."""

    code = "key_revoked"


class BadSignature(Untrusted):
    """A signature that is not that of its key over this very object."""

    code = "bad_signature"


class SealBroken(Untrusted):
    """Sealed bytes that do not open with this key."""

    code = "seal_broken"


class NewerApp(DomainError):
    """Written by a newer version; kept apart and read again after an upgrade."""

    code = "newer_app"


class TooMany(DomainError):
    """A limit was reached; try again after the time given."""

    code = "too_many"


class Unavailable(DomainError):
    """A part we depend on does not answer."""

    code = "unavailable"


def every_error(root: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """`root` and every class below it that has been imported, parents first."""
    yield root
    for child in root.__subclasses__():
        yield from every_error(child)
