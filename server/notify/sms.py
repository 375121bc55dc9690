"""Short messages through a gateway. The default writes files, for machines without a contract."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from server.notify import wording
from server.notify.channels import NotTaken
from server.notify.letter import Letter


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ShortMessage:
    """What a gateway is given. `id` is the same at every try."""

    id: str
    to: str
    text: str


class SmsGateway(Protocol):
    def take(self, message: ShortMessage) -> None:
        """Return when the gateway answers for the message; raises `NotTaken` or `NeverTaken`.

        A message with an `id` it already has is taken and sent no second time.
        """
        ...


class FileGateway:
    """Writes one JSON file per message into a folder; the same message again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, message: ShortMessage) -> None:
        part = self._folder / f".{message.id}.{os.getpid()}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with part.open("w", encoding="utf-8") as file:
                json.dump(asdict(message), file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(0o600)
            part.replace(self._folder / f"{message.id}.json")
        except OSError as broken:
            raise NotTaken("The file could not be written.", why=type(broken).__name__) from None


class Sms:
    """The short-message channel over whatever gateway there is."""

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway

    def send(self, letter: Letter) -> None:
        text = wording.short(letter)
        message_id = letter.message_id.partition("@")[0]
        self._gateway.take(ShortMessage(id=message_id, to=letter.address, text=text))
