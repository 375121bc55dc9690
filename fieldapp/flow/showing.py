"""The officer code 亮证码 any phone can check: ids only, five minutes, signed by the officer."""

from datetime import datetime, timedelta

from shared import tokens
from shared.certificates import key_id
from shared.crypto import Signer
from shared.tokens import LETTERS, LONGEST_LIFE, TokenType

LIFE = LONGEST_LIFE[TokenType.OFFICER]


def officer_url(
    *,
    server: str,
    task_id: str,
    key: Signer,
    now: datetime,
    time_known: bool,
) -> str:
    """The address to draw as a QR code; draw a new one before `LIFE` is over.

    It names no officer and no tablet: the `kid` of the key does, so the code stays coarse enough
    to be read at arm's length. `time_known` False marks it for the page to say "time not
    confirmed": no server has been heard since this tablet was set up.
    """
    claims = {
        **tokens.task_claim(task_id),
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE - timedelta(seconds=1)).timestamp()),
    }
    unsure = {} if time_known else {"unsure": True}
    token = tokens.make(TokenType.OFFICER, {**claims, **unsure}, key, key_id(key.public))
    return tokens.url(server, LETTERS[TokenType.OFFICER], token)
