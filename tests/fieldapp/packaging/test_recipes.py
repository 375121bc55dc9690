"""python-for-android's own resolver on our recipes: what is built, in which order and version."""

import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from pythonforandroid.build import Context
from pythonforandroid.graph import get_recipe_order_and_bootstrap
from pythonforandroid.recipe import Recipe
from pythonforandroid.util import BuildInterruptingException

from tests.fieldapp.packaging.test_spec import PACKAGING, ROOT, requirements, setup_requirements

OURS = {
    "python3": "Python312Recipe",
    "hostpython3": "HostPython312Recipe",
    "sqlcipher": "SqlcipherRecipe",
    "pysqlcipher3": "Pysqlcipher3Recipe",
}


@pytest.fixture
def context(tmp_path: Path) -> Context:
    context = Context()
    context.local_recipes = str(PACKAGING / "recipes")
    context.ndk_api = 26
    context.setup_dirs(str(tmp_path))
    return context


@pytest.fixture(autouse=True)
def _no_recipe_outlives_a_test() -> Any:
    yield
    for name in OURS:
        getattr(Recipe, "recipes", {}).pop(name, None)


def order(context: Context) -> list[str]:
    wanted = {name.lower() for name in requirements()}
    built, _, _ = get_recipe_order_and_bootstrap(context, wanted, None)
    return [str(name) for name in built]


def test_the_graph_resolves_and_builds_things_after_what_they_need(context: Context) -> None:
    built = order(context)

    for name, needed in [
        ("python3", "hostpython3"),
        ("python3", "openssl"),
        ("sqlcipher", "openssl"),
        ("pysqlcipher3", "sqlcipher"),
        ("pysqlcipher3", "python3"),
        ("cryptography", "openssl"),
        ("kivy", "sdl2"),
        ("pyjnius", "python3"),
    ]:
        assert built.index(needed) < built.index(name), (needed, name)


@pytest.mark.parametrize(("name", "kind"), OURS.items())
def test_a_recipe_of_ours_is_the_one_that_is_found(context: Context, name: str, kind: str) -> None:
    assert type(Recipe.get_recipe(name, context)).__name__ == kind


def test_one_python_is_pinned_that_pysqlcipher3_compiles_on(context: Context) -> None:
    tablet, host = (Recipe.get_recipe(name, context) for name in ("python3", "hostpython3"))

    assert tablet.version == host.version
    assert Version("3.11") <= Version(tablet.version) < Version("3.13")


def test_every_patch_a_recipe_asks_for_is_there(context: Context) -> None:
    for name in ("python3", "hostpython3"):
        recipe = Recipe.get_recipe(name, context)
        folder = Path(recipe.get_recipe_dir())
        missing = [patch for patch in recipe.patches if not (folder / patch).is_file()]
        assert missing == []


def test_versions_of_recipes_are_those_that_setup_cfg_allows(context: Context) -> None:
    for text in setup_requirements():
        wanted = Requirement(text)
        try:
            version = Recipe.get_recipe(wanted.name.lower(), context).version
        except ValueError:
            continue  # no recipe: pip takes what setup.cfg says
        assert wanted.specifier.contains(version.removeprefix("v"), prereleases=True), text


def arch() -> Any:
    return SimpleNamespace(arch="arm64-v8a")


def test_sqlcipher_is_built_with_the_options_a_desktops_has(context: Context) -> None:
    desktop = (ROOT / ".ci/setup/sqlcipher").read_text("utf-8")
    recipe = Recipe.get_recipe("sqlcipher", context)
    told = recipe.arguments(arch())

    assert {part for part in told if part.startswith("-D")} == set(
        re.findall(r"-DSQL\S+|-DHAVE\S+", desktop)
    )
    assert "-Wl,-Bsymbolic" in told
    assert told.index("sqlite3.c") < told.index("-lcrypto")


def test_the_options_compile(context: Context, tmp_path: Path) -> None:
    """A stand-in source and this machine's compiler: the arguments are ones a compiler takes."""
    recipe = Recipe.get_recipe("sqlcipher", context)
    (tmp_path / "sqlite3.c").write_text("int sqlite3_mark(void) { return SQLITE_TEMP_STORE; }\n")
    told = [part for part in recipe.arguments(arch()) if part not in ("-llog", "-lcrypto")]

    done = subprocess.run(["gcc", *told], cwd=tmp_path, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "libsqlcipher.so").is_file()


@pytest.mark.parametrize("name", ["sqlcipher", "pysqlcipher3"])
def test_without_its_source_nothing_else_is_built_instead(context: Context, name: str) -> None:
    with pytest.raises(BuildInterruptingException):
        Recipe.get_recipe(name, context).download()


def test_pysqlcipher3_is_linked_with_sqlcipher_before_anything_else(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pythonforandroid.recipe import CompiledComponentsPythonRecipe

    monkeypatch.setattr(
        CompiledComponentsPythonRecipe,
        "get_recipe_env",
        lambda *_, **__: {"CFLAGS": "-Os", "LDFLAGS": "-lpython3.12"},
    )
    env = Recipe.get_recipe("pysqlcipher3", context).get_recipe_env(arch())

    assert env["LDFLAGS"].index("-lsqlcipher") < env["LDFLAGS"].index("-lpython3.12")
    assert "other_builds/sqlcipher" in env["CFLAGS"]


def test_a_build_that_setup_py_swallowed_is_noticed(
    context: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pythonforandroid.recipe import CompiledComponentsPythonRecipe

    monkeypatch.setattr(
        CompiledComponentsPythonRecipe, "build_compiled_components", lambda *_: None
    )
    recipe = Recipe.get_recipe("pysqlcipher3", context)
    monkeypatch.setattr(recipe, "get_build_dir", lambda _: str(tmp_path), raising=False)
    with pytest.raises(BuildInterruptingException):
        recipe.build_compiled_components(arch())

    (tmp_path / "build/lib.linux/pysqlcipher3").mkdir(parents=True)
    (tmp_path / "build/lib.linux/pysqlcipher3/_sqlite3.cpython-312.so").touch()
    recipe.build_compiled_components(arch())


def test_the_sources_are_those_of_a_desktop() -> None:
    ours = (PACKAGING / "fetch-sources").read_text("utf-8")
    desktop = (ROOT / ".ci/setup/sqlcipher").read_text("utf-8")
    for name in ("package", "sum"):
        pattern = rf"^{name}=(\S+)$"
        assert re.findall(pattern, ours, re.MULTILINE) == re.findall(pattern, desktop, re.MULTILINE)
    assert "pysqlcipher3==1.2.0" in ours
