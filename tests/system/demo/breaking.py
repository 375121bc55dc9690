"""DEMO_BREAK: one real part is sabotaged. Whether that is noticed is for the demonstration."""

from collections.abc import Mapping
from enum import StrEnum

SETTING = "DEMO_BREAK"


class Break(StrEnum):
    NOTHING = ""
    TOUCH = "touch"  # a tap that matters does not reach the window
    DECODER = "decoder"  # the drawn code is spoilt
    SMTP = "smtp"  # the mail server takes nothing
    SERVER = "server"  # the server is not started again
    SIGNATURE = "signature"  # a byte of one signature in the exported case is changed


def asked_for(env: Mapping[str, str]) -> Break:
    """What is to be broken; `ValueError` for a word that breaks nothing."""
    word = env.get(SETTING, "")
    if word not in set(Break):
        known = ", ".join(each for each in Break if each)
        raise ValueError(f"{SETTING}={word}: 只能是 one of {known}")
    return Break(word)
