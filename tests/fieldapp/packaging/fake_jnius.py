"""pyjnius without Java: every use is checked against the published API and answered as told.

It knows three things a real run would not tell: that a member is missing, that it is younger than
the tablet, and that nothing of the kind takes these arguments.
"""

import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from tests.fieldapp.packaging import android_api
from tests.fieldapp.packaging.android_api import Member, NotInApi

ACTIVITY = "org.kivy.android.PythonActivity"
ASKING = ("registerActivityResultListener", "unregisterActivityResultListener")
ASKED = "org.kivy.android.PythonActivity.ActivityResultListener"
"""What p4a's activity has besides Android's; a test reads them in p4a's own Java."""
VERSION = "android.os.Build.VERSION"
NUMBERS = "BCDFIJS"


class JavaException(Exception):
    """What Java threw."""


class Java:
    """A machine of one API level. `answers` gives what (class, member) gives, or does."""

    def __init__(self, level: int, answers: Mapping[tuple[str, str], Any]) -> None:
        self.level = level
        self.answers = {**answers, (VERSION, "SDK_INT"): level}
        self.touched: set[tuple[str, str]] = set()
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def module(self) -> ModuleType:
        """What `import jnius` gives."""
        module = ModuleType("jnius")
        module.autoclass = self.autoclass  # type: ignore[attr-defined]
        module.cast = self.cast  # type: ignore[attr-defined]
        module.JavaException = JavaException  # type: ignore[attr-defined]
        module.java_method = java_method  # type: ignore[attr-defined]
        module.PythonJavaClass = type(  # type: ignore[attr-defined]
            "PythonJavaClass", (_Listener,), {"java": self}
        )
        return module

    def autoclass(self, name: str) -> Any:
        if name == ACTIVITY:
            return _Activity(self)
        self._allow(name, android_api.load(name).since)
        self.touched.add((name.replace("$", "."), ""))
        return Class(self, name.replace("$", "."))

    def cast(self, name: str, thing: Any) -> Any:
        self.autoclass(name)
        if isinstance(thing, Thing) and not _related(thing.java_name, name):
            raise NotInApi(f"{thing.java_name} is no {name}")
        state = thing.state if isinstance(thing, Thing) else {}
        return Thing(self, name.replace("$", "."), state)

    def thing(self, name: str, **state: Any) -> "Thing":
        """An object of a class, with the fields and answers a test wants of it."""
        return Thing(self, name.replace("$", "."), state)

    def get(self, owner: str, name: str, thing: "Thing | None") -> Any:
        if owner == "android.app.Activity" and name in ASKING:
            return lambda listener: self._asked(name, listener)
        found = [m for m in android_api.members(owner) if m.name == name]
        if thing is None:
            found = [member for member in found if member.static]
        if not found:
            raise NotInApi(f"{owner} has no {'' if thing else 'static '}{name}")
        self.touched.add((owner, name))
        methods = [member for member in found if member.parameters is not None]
        if methods:
            return lambda *given: self._call(owner, methods, given, thing)
        self._allow(f"{owner}.{name}", found[0].since)
        return self._answer(owner, found[0], (), thing)

    def _asked(self, name: str, listener: "_Listener") -> None:
        assert listener.interface == ASKED
        self.calls.append((f"{ACTIVITY}.{name}", (listener,)))

    def make(self, owner: str, given: tuple[Any, ...]) -> Any:
        makers = android_api.load(owner).named("constructor")
        self._choose(owner, makers, given)
        self.calls.append((f"{owner}()", given))
        return Thing(self, owner, {})

    def _call(
        self, owner: str, methods: list[Member], given: tuple[Any, ...], thing: "Thing | None"
    ) -> Any:
        chosen = self._choose(owner, methods, given)
        self.calls.append((f"{owner}.{chosen.name}", given))
        return self._answer(owner, chosen, given, thing)

    def _choose(self, owner: str, methods: list[Member], given: tuple[Any, ...]) -> Member:
        fitting = [m for m in methods if self._takes(m.parameters or (), given)]
        if not fitting:
            wanted = [m.parameters for m in methods]
            raise NotInApi(f"{owner}.{methods[:1]} takes {wanted}, not {given!r}")
        chosen = min(fitting, key=lambda member: member.since)
        self._allow(f"{owner}.{chosen.name}", chosen.since)
        return chosen

    def _allow(self, what: str, since: int) -> None:
        if since > self.level:
            raise NotInApi(f"{what} exists since API {since}; this tablet has {self.level}")

    def _answer(
        self, owner: str, member: Member, given: tuple[Any, ...], thing: "Thing | None"
    ) -> Any:
        state = {} if thing is None else thing.state
        if member.name in state:
            said = state[member.name]
        elif (owner, member.name) in self.answers:
            said = self.answers[owner, member.name]
        else:
            return self._default(member.result)
        return said(*given) if callable(said) and not isinstance(said, Class | Thing) else said

    def _default(self, type_: str) -> Any:
        literal = re.fullmatch(r'"(.*)"|(-?\d+)', type_)
        if literal:
            return literal[1] if literal[1] is not None else int(literal[2])
        simple = {"number": 0, "boolean": False, "string": "", "void": None, "any": None}
        if type_ in simple:
            return simple[type_]
        if type_ == "androidNative.Array<number>":
            return b""
        return Thing(self, type_, {}) if android_api.exists(type_) else None

    def _takes(self, wanted: tuple[str, ...], given: tuple[Any, ...]) -> bool:
        return len(wanted) == len(given) and all(map(self._fits, given, wanted))

    def _fits(self, value: Any, type_: str) -> bool:
        plain = re.sub(r"\s*/\*.*?\*/", "", type_).replace("| null", "").strip()
        if plain == "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        if plain == "boolean":
            return isinstance(value, bool)
        if plain == "string":
            text = isinstance(value, Thing) and value.java_name.startswith("java.lang.")
            return isinstance(value, str) or text or value is None
        if plain == "androidNative.Array<number>":
            return isinstance(value, bytes | bytearray) or value is None
        if plain == "androidNative.Array<string>":
            texts = isinstance(value, list) and all(isinstance(part, str) for part in value)
            return texts or value is None
        return plain == "any" or value is None or self._is_a(value, re.sub(r"<.*>", "", plain))

    def _is_a(self, value: Any, wanted: str) -> bool:
        if isinstance(value, _Listener):
            return android_api.is_a(value.interface, wanted)
        if isinstance(value, Class):
            return wanted == "java.lang.Class"
        return isinstance(value, Thing) and android_api.is_a(value.java_name, wanted)


class Class:
    """A Java class as pyjnius gives it: statics are its attributes, calling it makes one."""

    def __init__(self, java: Java, name: str) -> None:
        self._java, self._name = java, name

    def __getattr__(self, name: str) -> Any:
        return self._java.get(self._name, name, None)

    def __call__(self, *given: Any) -> Any:
        return self._java.make(self._name, given)


class Thing:
    """A Java object."""

    def __init__(self, java: Java, name: str, state: dict[str, Any]) -> None:
        self._java, self.java_name, self.state = java, name, state

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._java.get(self.java_name, name, self)


class _Activity:
    """p4a's activity class, of which only `mActivity` is used; the object is an Activity."""

    def __init__(self, java: Java) -> None:
        self.mActivity = Thing(java, "android.app.Activity", {})


def _related(one: str, other: str) -> bool:
    """Whether one may be seen as the other; the types leave out what a String also is."""
    if (one, other) == ("java.lang.String", "java.lang.CharSequence"):
        return True
    return android_api.is_a(one, other) or android_api.is_a(other, one)


def java_method(signature: str, name: str = "") -> Callable[[Any], Any]:
    def mark(function: Any) -> Any:
        function.java = (name or function.__name__, signature)
        return function

    return mark


class _Listener:
    """A Java interface in Python: all its methods must be there, as Java would call them."""

    java: Java
    interface: str

    def __init__(self) -> None:
        (name,) = self.__javainterfaces__  # type: ignore[attr-defined]
        self.interface = name.replace("/", ".").replace("$", ".")
        if self.interface == ASKED:
            assert vars(type(self))["onActivityResult"].java[1] == "(IILandroid/content/Intent;)V"
            return
        self.java.autoclass(self.interface)
        mine = [f.java for f in vars(type(self)).values() if hasattr(f, "java")]
        wanted = [
            member
            for member in android_api.load(self.interface).members
            if member.parameters is not None and member.name != "constructor"
        ]
        for member in wanted:
            if not any(name == member.name and _same(sig, member) for name, sig in mine):
                raise NotInApi(f"{self.interface}.{member.name}{member.parameters} is missing")
        for name, signature in mine:
            if not any(name == member.name and _same(signature, member) for member in wanted):
                raise NotInApi(f"{self.interface} has no {name}{signature}")


def _same(signature: str, member: Member) -> bool:
    inside, result = re.fullmatch(r"\((.*)\)(.+)", signature).groups()  # type: ignore[union-attr]
    kinds = re.findall(r"\[*(?:L[^;]+;|[A-Z])", inside)
    wanted = member.parameters or ()
    return (
        len(kinds) == len(wanted)
        and all(map(_same_kind, kinds, wanted))
        and _same_kind(result, member.result)
    )


def _same_kind(kind: str, type_: str) -> bool:
    plain = re.sub(r"<.*>", "", type_.replace("| null", "")).strip()
    if kind == "V":
        return plain == "void"
    if kind in NUMBERS:
        return plain == "number"
    if kind == "Z":
        return plain == "boolean"
    if kind.startswith("["):
        return plain == "androidNative.Array"
    named = kind[1:-1].replace("/", ".").replace("$", ".")
    return plain == named or (plain == "string" and named == "java.lang.String")
