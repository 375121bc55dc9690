"""The version events name is that of the distribution."""

from configparser import ConfigParser
from pathlib import Path

from fieldapp.version import APP_VERSION


def test_it_is_the_version_of_setup_cfg() -> None:
    setup = ConfigParser()
    setup.read(Path(__file__).parents[2] / "setup.cfg", "utf-8")
    assert setup["metadata"]["version"].partition(".dev")[0] == APP_VERSION
