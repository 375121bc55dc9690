"""Short messages through the file gateway."""

import json
from pathlib import Path

import pytest

from server.notify.channels import NotTaken
from server.notify.sms import FileGateway, Sms
from shared.text import Language
from tests.server.notify.letters import BODY, code_letter, letter

PHONE = "13800138000"


def test_a_message_is_one_file_with_number_agency_date_and_link(tmp_path: Path) -> None:
    Sms(FileGateway(tmp_path / "sms")).send(letter(address=PHONE))

    (file,) = (tmp_path / "sms").iterdir()
    message = json.loads(file.read_text(encoding="utf-8"))
    assert message["to"] == PHONE
    assert message["text"] == (
        f"【明察】{BODY.agency}2026年11月20日制发文书{BODY.number}，请查看并签收：{BODY.link}"
    )
    assert file.stat().st_mode & 0o077 == 0


def test_the_same_message_twice_is_one_message(tmp_path: Path) -> None:
    channel = Sms(FileGateway(tmp_path))
    channel.send(letter(address=PHONE))
    channel.send(letter(address=PHONE))

    assert len(list(tmp_path.iterdir())) == 1


def test_a_code_says_how_long_it_is_good(tmp_path: Path) -> None:
    Sms(FileGateway(tmp_path)).send(code_letter(address=PHONE, language=Language.EN))

    (file,) = tmp_path.iterdir()
    assert "Code 042117, good for 10 minutes" in json.loads(file.read_text())["text"]


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    with pytest.raises(NotTaken):
        Sms(FileGateway(blocked)).send(letter(address=PHONE))
