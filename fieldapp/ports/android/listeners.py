"""Java interfaces implemented in Python. They pass on what they hear and decide nothing.

Imported late, by functions: the base class starts Java. Every method of an interface is here, the
ones with a default too, because a Java proxy sends those to Python as well.
"""

from collections.abc import Callable
from typing import Any

from jnius import PythonJavaClass, java_method

CONTEXT = "app"  # the class loader that knows the app's own classes


class Work(PythonJavaClass):  # type: ignore[misc]
    __javainterfaces__ = ("java/lang/Runnable",)
    __javacontext__ = CONTEXT

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    @java_method("()V")
    def run(self) -> None:
        self._work()


class Touch(PythonJavaClass):  # type: ignore[misc]
    __javainterfaces__ = ("android/content/DialogInterface$OnClickListener",)
    __javacontext__ = CONTEXT

    def __init__(self, touched: Callable[[], None]) -> None:
        super().__init__()
        self._touched = touched

    @java_method("(Landroid/content/DialogInterface;I)V")
    def onClick(self, dialog: Any, which: int) -> None:  # noqa: N802, ARG002
        self._touched()


class Positions(PythonJavaClass):  # type: ignore[misc]
    __javainterfaces__ = ("android/location/LocationListener",)
    __javacontext__ = CONTEXT

    def __init__(self, heard: Callable[[Any], None]) -> None:
        super().__init__()
        self._heard = heard

    @java_method("(Landroid/location/Location;)V")
    def onLocationChanged(self, location: Any) -> None:  # noqa: N802
        self._heard(location)

    @java_method("(Ljava/util/List;)V", name="onLocationChanged")
    def several(self, locations: Any) -> None:
        """From Android 12 on, positions may come several at once, the newest last."""
        if locations.size():
            self._heard(locations.get(locations.size() - 1))

    @java_method("(I)V")
    def onFlushComplete(self, code: int) -> None:  # noqa: N802
        """Nothing was asked to be flushed."""

    @java_method("(Ljava/lang/String;)V")
    def onProviderDisabled(self, provider: str) -> None:  # noqa: N802
        """The age of the last fix says it."""

    @java_method("(Ljava/lang/String;)V")
    def onProviderEnabled(self, provider: str) -> None:  # noqa: N802
        """The next position says it."""

    @java_method("(Ljava/lang/String;ILandroid/os/Bundle;)V")
    def onStatusChanged(self, provider: str, status: int, extras: Any) -> None:  # noqa: N802
        """Called by Android 9 and older only."""


class Preview(PythonJavaClass):  # type: ignore[misc]
    __javainterfaces__ = ("android/hardware/Camera$PreviewCallback",)
    __javacontext__ = CONTEXT

    def __init__(self, seen: Callable[[Any, Any], None]) -> None:
        super().__init__()
        self._seen = seen

    @java_method("([BLandroid/hardware/Camera;)V")
    def onPreviewFrame(self, data: Any, camera: Any) -> None:  # noqa: N802
        self._seen(data, camera)


class Taken(PythonJavaClass):  # type: ignore[misc]
    __javainterfaces__ = ("android/hardware/Camera$PictureCallback",)
    __javacontext__ = CONTEXT

    def __init__(self, taken: Callable[[Any], None]) -> None:
        super().__init__()
        self._taken = taken

    @java_method("([BLandroid/hardware/Camera;)V")
    def onPictureTaken(self, data: Any, camera: Any) -> None:  # noqa: N802, ARG002
        self._taken(data)


class Answers(PythonJavaClass):  # type: ignore[misc]
    __javainterfaces__ = ("org/kivy/android/PythonActivity$ActivityResultListener",)
    __javacontext__ = CONTEXT

    def __init__(self, answered: Callable[[int, int, Any], None]) -> None:
        super().__init__()
        self._answered = answered

    @java_method("(IILandroid/content/Intent;)V")
    def onActivityResult(self, number: int, result: int, given: Any) -> None:  # noqa: N802
        self._answered(number, result, given)
