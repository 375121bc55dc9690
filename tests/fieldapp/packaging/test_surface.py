"""Every Java name that the adapters spell exists, and a desktop never needs one of them."""

import ast
import re
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest

from tests.fieldapp.packaging import android_api
from tests.fieldapp.packaging.android_api import NotInApi
from tests.fieldapp.packaging.conftest import MakeJava
from tests.fieldapp.packaging.fake_jnius import ACTIVITY, ASKING

ADAPTERS = android_api.ROOT / "fieldapp/ports/android"
JAVA_NAME = re.compile(r"^(?:android|javax?|org|com)(?:\.[A-Za-z]\w*)+(?:\$\w+)*$")
CONSTANT = re.compile(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")
CAMEL = re.compile(r"^[a-z]+[A-Z]\w*$")
NOT_ANDROIDS = {"mActivity", "getLogger", *ASKING}
P4A = "bootstraps/sdl2/build/src/main/java/org/kivy/android/PythonActivity.java"


def spelled(path: Path) -> tuple[set[str], set[str]]:
    """Names of classes in strings, and attributes written as Java writes them."""
    tree = ast.parse(path.read_text("utf-8"))
    classes = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and JAVA_NAME.match(node.value)
    }
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return classes, {a for a in attributes if CAMEL.match(a) or CONSTANT.match(a)}


@pytest.mark.parametrize("path", sorted(ADAPTERS.glob("*.py")), ids=lambda path: path.name)
def test_every_class_that_is_named_is_one(path: Path) -> None:
    classes, _ = spelled(path)
    known = [
        name
        for name in classes
        if not name.startswith(("com.google.zxing", "org.mingcha", "android.permission."))
        and name != ACTIVITY
    ]

    assert [name for name in known if not android_api.exists(name)] == []


def test_every_permission_that_is_asked_for_exists_and_is_in_the_manifest() -> None:
    classes, _ = spelled(ADAPTERS / "permissions.py")
    asked = {name for name in classes if name.startswith("android.permission.")}
    spec = (android_api.ROOT / "fieldapp/packaging/buildozer.spec").read_text("utf-8")
    names = {m.name for m in android_api.members("android.Manifest.permission")}

    assert len(asked) == 5
    assert {name.rpartition(".")[2] for name in asked} <= names
    assert all(name in spec for name in asked)


def test_every_member_that_is_spelled_is_of_a_class_that_is_named() -> None:
    """A member that no class named in the same file has is a slip of the pen."""
    for path in sorted(ADAPTERS.glob("*.py")):
        classes, attributes = spelled(path)
        platform = {name for name in classes if android_api.exists(name)}
        reached = {m.name for name in with_results(platform) for m in android_api.members(name)}
        foreign = {"getText", "decodeMultiple", "TRY_HARDER"} if path.stem == "decoder" else set()
        mine = {name for name in attributes if hasattr_somewhere(path, name)}
        assert attributes - reached - foreign - NOT_ANDROIDS - mine == set(), path.name


def with_results(names: set[str]) -> set[str]:
    """The classes, what they give in turn, and what everything is asked through."""
    roots = names | {"android.app.Activity", "android.location.Location", "android.hardware.Camera"}
    once = {m.result for name in roots for m in android_api.members(name)}
    known = {result for result in once if android_api.exists(result)}
    twice = {m.result for name in known for m in android_api.members(name)}
    sizes = {"android.hardware.Camera.Size", "java.util.List", "javax.crypto.SecretKey"}
    return roots | known | sizes | {result for result in twice if android_api.exists(result)}


def hasattr_somewhere(path: Path, name: str) -> bool:
    """Whether the file itself defines it: a module's constant, an Enum's member."""
    return re.search(rf"^\s*{name}\b.*=", path.read_text("utf-8"), re.MULTILINE) is not None


def test_what_is_asked_of_p4as_own_activity_is_there() -> None:
    folder = util.find_spec("pythonforandroid")
    assert folder is not None
    assert folder.origin is not None
    java = (Path(folder.origin).parent / P4A).read_text("utf-8")

    assert all(f"public void {name}(ActivityResultListener listener)" in java for name in ASKING)
    assert "public interface ActivityResultListener {" in java
    assert "void onActivityResult(int requestCode, int resultCode, Intent data);" in java


def test_the_checking_machine_does_refuse(make_java: MakeJava) -> None:
    java = make_java(26)
    location = java.thing("android.location.Location")

    with pytest.raises(NotInApi, match="since API 31"):
        location.isMock()
    with pytest.raises(NotInApi, match="has no"):
        location.isFaked()
    with pytest.raises(NotInApi, match="takes"):
        location.getLatitude(1)
    with pytest.raises(NotInApi, match="takes"):
        java.autoclass("javax.crypto.Cipher").getInstance(5)
    with pytest.raises(NotInApi, match="no class"):
        java.autoclass("android.location.Oracle")


def test_a_desktop_never_imports_java() -> None:
    """Not even when the Android adapters are imported: only when one of them is used."""
    code = (
        "import sys, fieldapp.ports.desktop, fieldapp.ports.android\n"
        "import fieldapp.ports.android.background, fieldapp.ports.android.screen\n"
        "sys.exit('jnius' in sys.modules or 'fieldapp.ports.desktop.decoder' not in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=android_api.ROOT, check=False)
    assert done.returncode == 0
