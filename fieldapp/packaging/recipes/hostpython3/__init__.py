"""The Python that builds the tablet's: always the same version, or neither is built."""

from os.path import join

from pythonforandroid.recipes.hostpython3 import HostPython3Recipe


class HostPython312Recipe(HostPython3Recipe):
    version = "3.12.12"
    name = "hostpython3"

    def get_recipe_dir(self) -> str:
        """Where the patches are: with the recipe this one stands on."""
        return join(self.ctx.root_dir, "recipes", self.name)


recipe = HostPython312Recipe()
