"""Python 3.12 for the tablet: pysqlcipher3 1.2.0 uses C symbols that 3.13 took away.

Everything else, the patches too, is python-for-android's own recipe.
"""

from os.path import join

from pythonforandroid.recipes.python3 import Python3Recipe


class Python312Recipe(Python3Recipe):
    version = "3.12.12"
    name = "python3"

    def get_recipe_dir(self) -> str:
        """Where the patches are: with the recipe this one stands on."""
        return join(self.ctx.root_dir, "recipes", self.name)


recipe = Python312Recipe()
