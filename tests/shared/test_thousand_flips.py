"""A thousand flipped bytes of a case file, and two verifiers that share no code (make torture)."""

import pytest

from tests.shared.case_file.test_flips import agree_on_flips


@pytest.mark.torture
def test_both_verifiers_agree_on_a_thousand_flips() -> None:
    agree_on_flips(1000)
