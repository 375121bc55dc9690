"""Suites are looked up by the name on the wire."""

import pytest

from shared import crypto
from shared.errors import UnknownSuite


def test_the_current_suite_is_found_by_its_name() -> None:
    assert crypto.get(crypto.SUITE).name == crypto.SUITE == "intl-1"


@pytest.mark.parametrize("name", ["sm-1", "", None, 1, [], {}])
def test_a_suite_nobody_has_is_refused(name: object) -> None:
    with pytest.raises(UnknownSuite):
        crypto.get(name)
