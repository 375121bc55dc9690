"""The one door to Java: classes, the running activity, the system's services, work for its thread.

pyjnius starts or attaches a virtual machine when it is first imported, so it is imported inside
the functions and never by a desktop run.
"""

from collections.abc import Callable
from typing import Any

ACTIVITY = "org.kivy.android.PythonActivity"


def of(name: str) -> Any:
    """The Java class of that name; an inner one is written with `$`."""
    from jnius import autoclass

    return autoclass(name)


def activity() -> Any:
    """The running activity, which is also the context everything is asked through."""
    return of(ACTIVITY).mActivity


def seen_as(java_class: str, thing: Any) -> Any:
    """The same thing as another of its classes.

    Between methods of one name pyjnius takes the first whose class it cannot rule out, so a
    value has to say which one it is meant for.
    """
    from jnius import cast

    return cast(java_class, thing)


def service(name: str, java_class: str) -> Any:
    """A system service as the class it is; the call itself only promises an object."""
    return seen_as(java_class, activity().getSystemService(name))


def characters(text: str) -> Any:
    """Text for a method that takes any CharSequence, which pyjnius makes no string into."""
    return seen_as("java.lang.CharSequence", of("java.lang.String")(text))


def octets(array: Any) -> bytes:
    """A Java byte[]: pyjnius gives a type of its own with a quick way out, or signed numbers."""
    if isinstance(array, bytes | bytearray):
        return bytes(array)
    if hasattr(array, "tostring"):
        return bytes(array.tostring())
    return bytes(number & 0xFF for number in array)


def api_level() -> int:
    return int(of("android.os.Build$VERSION").SDK_INT)


def fault() -> type[Exception]:
    """What pyjnius raises for a Java exception."""
    from jnius import JavaException

    return JavaException  # type: ignore[no-any-return]


def on_ui_thread(work: Callable[[], None]) -> None:
    """Hand work to Android's own thread, where windows and dialogs live. Does not wait."""
    from fieldapp.ports.android.listeners import Work

    activity().runOnUiThread(kept(Work(work)))


_KEPT: list[Any] = []
_MOST_KEPT = 32


def kept(listener: Any) -> Any:
    """Give back a listener that will still be there when Java calls it.

    Java holds no reference that Python's collector sees, so the newest few are held here.
    """
    _KEPT.append(listener)
    del _KEPT[:-_MOST_KEPT]
    return listener
