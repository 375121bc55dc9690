"""Every code a tablet can meet has its sentence, in both languages."""

import pkgutil
from importlib import import_module

import pytest

import shared
from fieldapp import errors, language, text
from fieldapp.errors import PinLocked, RefusedByServer, StepRefused, WrongPin
from shared.errors import DomainError, every_error
from shared.flow.ask import Refusal
from shared.text import Language, Text

for module in pkgutil.walk_packages(shared.__path__, "shared."):
    import_module(module.name)

CODES = sorted(
    {
        found.code
        for found in every_error()
        if found.__module__.partition(".")[0] == "shared" or found.__module__ == errors.__name__
    }
)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence(code: str) -> None:
    assert code in text.ERROR


def test_every_sentence_is_in_both_languages() -> None:
    for code, sentence in text.ERROR.items():
        assert sentence.zh, code
        assert sentence.en, code
        assert sentence.en.isascii(), code
        assert sentence.zh.endswith(("。", "？")), code


def test_the_flows_own_reason_is_shown_rather_than_the_code() -> None:
    reason = Text(zh="还差 1 名执法人员亮证。", en="1 more officer must show a credential.")
    error = StepRefused((Refusal(code="officers_missing", rule="R07", reason=reason),))
    assert text.explain(error) == reason.zh


def test_a_wrong_pin_says_how_many_tries_are_left() -> None:
    said = text.reason(WrongPin("", tries_left=4, wait_s=30))
    assert said.zh == "PIN 不正确。还可以试 4 次。请等待 30 秒。"
    assert said.en == "Wrong PIN. 4 more tries. Wait 30 seconds."
    assert "60" in text.reason(PinLocked("", wait_s=60)).zh


def test_a_refusal_of_the_server_is_told_by_the_servers_code() -> None:
    assert "登记码" in text.reason(RefusedByServer("", reason="enrolment_used")).zh
    assert "strange_code" in text.reason(RefusedByServer("", reason="strange_code")).zh
    assert text.reason(RefusedByServer("", reason="")).zh == "服务器拒绝了请求。"


def test_the_language_in_use_decides() -> None:
    try:
        language.use(Language.EN)
        assert text.explain(DomainError("")) == "It was not done."
    finally:
        language.use(Language.ZH)
    assert text.explain(DomainError("")) == "操作没有完成。"
