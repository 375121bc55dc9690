"""pysqlcipher3 1.2.0 compiled against the SQLCipher beside it, never against Android's SQLite.

Its setup.py answers a failed build with success, so the built module is looked for.
"""

import glob
from os.path import join
from typing import Any

from pythonforandroid.recipe import CompiledComponentsPythonRecipe, Recipe
from pythonforandroid.util import BuildInterruptingException


class Pysqlcipher3Recipe(CompiledComponentsPythonRecipe):
    version = "1.2.0"
    url = None
    depends = ["sqlcipher", "setuptools"]
    site_packages_name = "pysqlcipher3"
    call_hostpython_via_targetpython = False
    install_in_hostpython = False

    def download(self) -> None:
        raise BuildInterruptingException(
            "pysqlcipher3's source is not here.",
            instructions="Run fieldapp/packaging/fetch-sources, which sets P4A_pysqlcipher3_DIR.",
        )

    def get_recipe_env(self, arch: Any = None, **other: Any) -> dict[str, str]:
        """SQLCipher stands before Python in what is linked: libpython brings libsqlite3 along."""
        env: dict[str, str] = super().get_recipe_env(arch, **other)
        sqlcipher = Recipe.get_recipe("sqlcipher", self.ctx)
        env["CFLAGS"] = f"-I{sqlcipher.include_dir(arch)} -w {env['CFLAGS']}"
        env["LDFLAGS"] = f"-L{sqlcipher.get_build_dir(arch.arch)} -lsqlcipher {env['LDFLAGS']}"
        return env

    def build_compiled_components(self, arch: Any) -> None:
        super().build_compiled_components(arch)
        build = self.get_build_dir(arch.arch)
        if not glob.glob(join(build, "build", "lib.*", "pysqlcipher3", "_sqlite3*.so")):
            raise BuildInterruptingException("pysqlcipher3 was not compiled; see the log above.")


recipe = Pysqlcipher3Recipe()
