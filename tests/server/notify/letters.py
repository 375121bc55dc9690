"""A letter with defaults for everything a test is not about."""

from dataclasses import replace
from datetime import date
from typing import Any

from server.notify.letter import Body, Letter, Purpose
from shared.text import Language

BODY = Body(
    agency="济南市历下区市场监督管理局",
    number="鲁历下市监检告〔2026〕0001号",
    day=date(2026, 11, 20),
    link="https://mingcha.test/n/c2VjcmV0LXNlY3JldC1zZWNyZXQ",
)
NOTICE = Letter(
    message_id="0193f6b2-7c11-7e02-9d5a-0c8a5a1b2c3d@mingcha.test",
    purpose=Purpose.RESULT_NOTICE,
    address="shop@example.test",
    language=Language.ZH,
    body=BODY,
)


def letter(**changes: Any) -> Letter:
    return replace(NOTICE, **changes)


def code_letter(**changes: Any) -> Letter:
    body = replace(BODY, link="", code="042117", minutes=10)
    return replace(NOTICE, purpose=Purpose.VERIFICATION_CODE, body=body, **changes)
