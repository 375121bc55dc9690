"""A mail server that takes a message in and does not answer: where senders are killed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import LOOPBACK, PATIENCE, Mailbox, free_port


class HangingMailbox(Mailbox):
    """`reached` are the messages it was given, `messages` those it answered for."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.hangs = False
        self.reached: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.reached.append(envelope.content.decode())
        while self.hangs:
            await asyncio.sleep(0.02)
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def hanging_mailbox() -> Iterator[HangingMailbox]:
    box = HangingMailbox(LOOPBACK, free_port())
    controller = Controller(box, hostname=box.host, port=box.port, ready_timeout=PATIENCE)
    controller.start()
    try:
        yield box
    finally:
        box.hangs = False
        controller.stop()
