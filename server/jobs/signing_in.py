"""Sending the code somebody asked for, if there is anybody to send it to."""

from server.principal import SYSTEM
from server.services import portal_sign_in
from server.work import Parts, open_work


def send_sign_in_code(parts: Parts, *, sign_in: str) -> None:
    """Write the message, once; does nothing for a number that is not the enterprise's."""
    with open_work(parts, SYSTEM) as work:
        portal_sign_in.send(work, sign_in)
