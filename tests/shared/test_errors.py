"""The error tree: stable codes, facts that stay facts, and a docstring that shows it all."""

import pickle
import re

import pytest

import shared.case_file
import shared.certificates
import shared.chain
import shared.receipts
import shared.tokens
import shared.wipe  # noqa: F401 - each brings its own errors into the tree
from shared import errors
from shared.errors import BadInput, Conflict, DomainError, OutOfOrder, every_error


def test_every_error_has_a_code_of_its_own() -> None:
    # A class may stand under two parents, or be a kind of its parent without another code.
    own = [error for error in dict.fromkeys(every_error()) if "code" in vars(error)]
    codes = [error.code for error in own]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z0-9_]+", code) for code in codes)


def test_every_error_of_this_module_stands_in_its_docstring() -> None:
    here = [error for error in every_error() if error.__module__ == errors.__name__]

    assert [e.__name__ for e in here if e.__name__ not in (errors.__doc__ or "")] == []


def test_an_error_carries_its_facts_and_says_them() -> None:
    error = OutOfOrder("Another step is due.", due="scanned_in", got="left")

    assert isinstance(error, Conflict)
    assert error.facts == {"due": "scanned_in", "got": "left"}
    assert str(error) == "Another step is due. (due=scanned_in, got=left)"


def test_an_error_without_a_message_says_its_code() -> None:
    assert str(DomainError()) == "domain_error"


def test_bad_input_says_where() -> None:
    assert BadInput("No.", errors={"/seq": "Missing."}).errors == {"/seq": "Missing."}
    assert BadInput("No.").errors == {}


@pytest.mark.parametrize(
    "error", [OutOfOrder("Another.", due="x"), BadInput("No.", errors={"/a": "b"}, limit=3)]
)
def test_an_error_survives_a_queue(error: DomainError) -> None:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert (type(back), back.message, back.facts) == (type(error), error.message, error.facts)
    assert getattr(back, "errors", None) == getattr(error, "errors", None)
