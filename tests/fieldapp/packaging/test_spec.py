"""buildozer.spec: keys that buildozer knows, requirements that are whole, data that stays."""

import configparser
import re
import subprocess
from importlib import metadata, resources
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.fieldapp.packaging import android_api

ROOT = Path(__file__).resolve().parents[3]
PACKAGING = ROOT / "fieldapp/packaging"
SPEC = PACKAGING / "buildozer.spec"
ANDROID = "{http://schemas.android.com/apk/res/android}"
# What the desktop alone uses, and what a recipe brings along itself.
NOT_ON_ANDROID = {"zxing-cpp"}
BROUGHT_BY_RECIPES = {"kivy", "numpy", "pillow", "cryptography", "cffi", "pysqlcipher3"}


def spec() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(allow_no_value=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(SPEC, encoding="utf-8")
    return parser


def app(key: str) -> str:
    return spec()["app"][key]


def listed(key: str) -> list[str]:
    return [part.strip() for part in app(key).split(",")]


def requirements() -> list[str]:
    return listed("requirements")


def setup_requirements() -> list[str]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    texts = config["options"]["install_requires"], config["options.extras_require"]["fieldapp"]
    return [line for text in texts for line in text.strip().splitlines()]


def test_every_key_is_one_that_buildozer_knows() -> None:
    example = resources.files("buildozer").joinpath("default.spec").read_text("utf-8")
    source = resources.files("buildozer.targets").joinpath("android.py").read_text("utf-8")
    known = set(re.findall(r"^#?\s*([a-z0-9_.]+)\s*=", example, re.MULTILINE))
    known |= set(re.findall(r"'((?:android|p4a)\.[a-z0-9_.]+)'", source))
    used = [key for section in spec().values() for key in section]

    assert [key for key in used if key not in known] == []


def test_buildozer_itself_finds_nothing_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    from buildozer import Buildozer

    monkeypatch.chdir(PACKAGING)
    maker = Buildozer(str(SPEC))
    maker.check_configuration_tokens()

    assert maker.get_version() == app("version")


def test_the_version_is_that_of_the_project() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")

    assert re.match(r"\d+\.\d+\.\d+", config["metadata"]["version"])[0] == app("version")  # type: ignore[index]


def test_everything_the_tablet_imports_is_packed() -> None:
    """Each requirement of setup.cfg, and what it needs in turn, unless its recipe brings that."""
    packed = {canonicalize_name(name) for name in requirements()}
    left = [Requirement(text) for text in setup_requirements()]
    missing = set()
    while left:
        wanted = left.pop()
        name = canonicalize_name(wanted.name)
        if name in NOT_ON_ANDROID or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        if name not in packed:
            missing.add(name)
        if name not in BROUGHT_BY_RECIPES:
            left += [Requirement(text) for text in metadata.requires(name) or []]
    assert missing == set()


def test_nothing_leaves_by_a_backup() -> None:
    arguments = (PACKAGING / app("android.extra_manifest_application_arguments")).read_text()
    rules = (PACKAGING / app("android.res_xml")).read_text("utf-8")

    assert app("android.allow_backup") == "False"
    assert 'dataExtractionRules="@xml/data_extraction_rules"' in arguments
    for way in ("cloud-backup", "device-transfer"):
        (inside,) = re.findall(rf"<{way}>(.*)</{way}>", rules, re.DOTALL)
        excluded = set(re.findall(r'<exclude domain="(\w+)" path="\."', inside))
        assert excluded == {"root", "file", "database", "sharedpref", "external"}
        assert "<include" not in inside


def test_the_permissions_are_real_and_no_more_than_needed() -> None:
    names = {m.name for m in android_api.members("android.Manifest.permission")}
    asked = {name.rpartition(".")[2] for name in listed("android.permissions")}

    assert asked == {
        "INTERNET",
        "ACCESS_NETWORK_STATE",
        "CAMERA",
        "RECORD_AUDIO",
        "ACCESS_FINE_LOCATION",
        "ACCESS_COARSE_LOCATION",
        "VIBRATE",
        "WAKE_LOCK",
        "FOREGROUND_SERVICE",
        "POST_NOTIFICATIONS",
    }
    assert asked <= names


def test_api_levels_fit_what_the_adapters_were_tried_on() -> None:
    from tests.fieldapp.packaging.conftest import LEVELS

    assert {int(app("android.minapi")), int(app("android.api"))} <= set(LEVELS)
    assert app("android.ndk_api") == app("android.minapi")


def test_the_native_service_exists_and_names_nothing_that_android_lacks() -> None:
    name = app("p4a.extra_args").partition("--native-service=")[2]
    path = PACKAGING / app("android.add_src") / (name.replace(".", "/") + ".java")
    source = path.read_text("utf-8")

    assert f"package {name.rpartition('.')[0]};" in source
    imported = re.findall(r"^import ([\w.]+);", source, re.MULTILINE)
    assert imported
    assert [one for one in imported if not android_api.exists(one)] == []
    members = {m.name for one in imported for m in android_api.members(one)}
    members |= {m.name for m in android_api.members("android.app.Notification.Builder")}
    called = set(re.findall(r"(?:\.|\b)([a-z]\w+)\(", source)) - {"onStartCommand", "onBind"}
    assert called <= members
    newest = max(android_api.load(one).since for one in imported)
    assert newest <= int(app("android.minapi"))


def test_zxing_is_the_release_that_is_run_here() -> None:
    """Debian's, on which test_java_on_a_jvm.py runs the adapter."""
    assert "com.google.zxing:core:3.4.1" in app("android.gradle_dependencies")


def test_paths_lead_somewhere() -> None:
    keys = (
        "android.res_xml",
        "android.add_src",
        "android.extra_manifest_application_arguments",
        "p4a.local_recipes",
    )
    assert [key for key in keys if not (PACKAGING / app(key)).exists()] == []


def test_the_build_recipe_is_a_script_that_names_only_keys_of_the_spec() -> None:
    """buildozer takes a value from the environment only for a key that its spec has."""
    script = ROOT / ".ci/android"
    exported = set(re.findall(r"\b(APP_[A-Z0-9_]+)=", script.read_text("utf-8")))
    keys = {f"APP_{key.upper().replace('.', '_')}" for key in spec()["app"]}

    assert len(exported) == 4
    assert exported <= keys
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
