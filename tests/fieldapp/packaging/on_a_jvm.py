"""Runs Android adapters through the real pyjnius on a desktop's Java, and tells what came out.

A process of its own: a virtual machine, once started, stays in the process and takes its signals.
"""

import json
import sys
from typing import Any

import jnius_config

jnius_config.set_classpath(sys.argv[1])

from jnius import JavaException  # noqa: E402

from fieldapp.errors import StoreKeyWrong  # noqa: E402
from fieldapp.ports.android import java  # noqa: E402
from fieldapp.ports.android.decoder import JavaZxingDecoder  # noqa: E402
from fieldapp.ports.android.keystore import AndroidKeyStore  # noqa: E402
from tests.benchmarks.decoder.frames import recipes  # noqa: E402
from tests.benchmarks.decoder.picture import draw  # noqa: E402

SECRET = bytes(range(256))


class DesktopKeys(AndroidKeyStore):
    """The adapter's own use of Java's ciphers, with a key from Java's own generator."""

    def __init__(self) -> None:
        generator = java.of("javax.crypto.KeyGenerator").getInstance("AES")
        generator.init(256)
        self._made: Any = generator.generateKey()

    def _found(self) -> Any:
        return self._made


def decoded(step: int) -> list[dict[str, Any]]:
    decoder = JavaZxingDecoder()
    return [
        {"text": recipe.text, "read": decoder.decode(draw(recipe))}
        for recipe in list(recipes())[::step]
    ]


def keys() -> dict[str, bool]:
    store = DesktopKeys()
    wrapped = store.wrap(SECRET)
    try:
        store.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]))
        refused = False
    except StoreKeyWrong:
        refused = True
    return {
        "opens": store.unwrap(wrapped) == SECRET,
        "hidden": SECRET[:16] not in wrapped,
        "differs": store.wrap(SECRET) != wrapped,
        "refused": refused,
        "fault": java.fault() is JavaException,
    }


def text() -> str:
    builder = java.of("java.lang.StringBuilder")()
    builder.append(java.characters("需要您的许可"))
    return str(builder.toString())


def filled() -> bool:
    """Whether an array that Java fills is seen here: microphone and documents are read so."""
    stream = java.of("java.io.ByteArrayInputStream")(bytes(range(250, 256)))
    into = bytearray(6)
    return stream.read(into, 0, 6) == 6 and into == bytes(range(250, 256))


if __name__ == "__main__":
    json.dump(
        {"filled": filled(), "frames": decoded(int(sys.argv[2])), "keys": keys(), "text": text()},
        sys.stdout,
    )
