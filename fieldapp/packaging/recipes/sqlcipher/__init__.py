"""SQLCipher from the same amalgamation, with the same options, that a desktop's is built from.

`fetch-sources` unpacks it and sets P4A_sqlcipher_DIR; without it nothing is built, rather than
something else.
"""

from os.path import join
from typing import Any

import sh
from pythonforandroid.logger import shprint
from pythonforandroid.recipe import Recipe
from pythonforandroid.util import BuildInterruptingException, current_directory

OPTIONS = (
    "-DSQLITE_HAS_CODEC",
    "-DSQLITE_TEMP_STORE=2",
    "-DSQLITE_THREADSAFE=1",
    "-DSQLCIPHER_CRYPTO_OPENSSL",
    "-DSQLITE_EXTRA_INIT=sqlcipher_extra_init",
    "-DSQLITE_EXTRA_SHUTDOWN=sqlcipher_extra_shutdown",
    "-DSQLITE_ENABLE_FTS5",
    "-DHAVE_STDINT_H=1",
)
# Python's own _sqlite3 brings a libsqlite3 with the same names into the process: each library
# must find its own functions first.
ALONE = "-Wl,-Bsymbolic"


class SqlcipherRecipe(Recipe):
    version = "4"
    url = None
    depends = ["openssl"]
    built_libraries = {"libsqlcipher.so": "."}

    def download(self) -> None:
        raise BuildInterruptingException(
            "SQLCipher's source is not here.",
            instructions="Run fieldapp/packaging/fetch-sources, which sets P4A_sqlcipher_DIR.",
        )

    def arguments(self, arch: Any) -> list[str]:
        """What the compiler is told, besides the environment's own flags."""
        openssl = Recipe.get_recipe("openssl", self.ctx)
        return [
            "-O2",
            "-fPIC",
            "-shared",
            "-w",
            *("-o", "libsqlcipher.so", "-Wl,-soname,libsqlcipher.so", ALONE),
            *OPTIONS,
            *openssl.include_flags(arch).split(),
            "sqlite3.c",
            *openssl.link_dirs_flags(arch).split(),
            *("-lcrypto", "-llog", "-lm", "-ldl"),
        ]

    def build_arch(self, arch: Any) -> None:
        env = self.get_recipe_env(arch)
        compiler, *flags = env["CC"].split()
        flags += env["CFLAGS"].split() + env["LDFLAGS"].split()
        with current_directory(self.get_build_dir(arch.arch)):
            shprint(sh.Command(compiler), *flags, *self.arguments(arch), _env=env)

    def include_dir(self, arch: Any) -> str:
        """For `#include "sqlcipher/sqlite3.h"`, as pysqlcipher3 writes it."""
        return join(self.get_build_dir(arch.arch), "include")


recipe = SqlcipherRecipe()
