"""Choosing a document through Android's own chooser. No permission on storage is needed for it.

The chosen document is read as a stream into memory; neither it nor its address is kept.
"""

import threading
from typing import Any

from fieldapp.errors import PickFailed
from fieldapp.ports.android import java
from fieldapp.ports.files import PickedFile

NUMBER = 4711
"""By which the answer to this question is told from others."""
CHUNK = 256 * 1024
NAME = "_display_name"
ANY = "*/*"
INTENT = "android.content.Intent"


class AndroidFilePicker:
    """A question that was never answered is forgotten with the next one."""

    def pick(self, *, most_bytes: int) -> PickedFile | None:
        try:
            address = _asked()
            return None if address is None else _read(address, most_bytes)
        except java.fault() as error:
            raise PickFailed("The document cannot be read.") from error


def _asked() -> Any:
    """The address of what was chosen; waits for the person."""
    from fieldapp.ports.android.listeners import Answers

    answered, found = threading.Event(), list[Any]()

    def answer(number: int, result: int, given: Any) -> None:
        if number == NUMBER:
            done = result == java.of("android.app.Activity").RESULT_OK and given is not None
            found.append(given.getData() if done else None)
            answered.set()

    activity, intent = java.activity(), java.of(INTENT)
    listener = java.kept(Answers(answer))
    activity.registerActivityResultListener(listener)
    try:
        question = intent(intent.ACTION_OPEN_DOCUMENT)
        question.addCategory(intent.CATEGORY_OPENABLE)
        question.setType(ANY)
        activity.startActivityForResult(question, NUMBER)
        answered.wait()
    finally:
        activity.unregisterActivityResultListener(listener)
    return found[0]


def _read(address: Any, most_bytes: int) -> PickedFile:
    resolver = java.activity().getContentResolver()
    stream = resolver.openInputStream(address)
    if stream is None:
        raise PickFailed("The document has gone.")
    data = bytearray()
    try:
        while len(data) <= most_bytes:
            chunk = bytearray(min(CHUNK, most_bytes + 1 - len(data)))
            count = int(stream.read(chunk, 0, len(chunk)))
            if count < 0:
                break
            data += chunk[:count]
    finally:
        stream.close()
    return PickedFile(data=bytes(data), name=_name(resolver, address))


def _name(resolver: Any, address: Any) -> str:
    """What its owner calls it; empty where nobody says."""
    rows = resolver.query(address, None, None, None, None)
    if rows is None:
        return ""
    try:
        column = rows.getColumnIndex(NAME)
        return str(rows.getString(column) or "") if column >= 0 and rows.moveToFirst() else ""
    finally:
        rows.close()
