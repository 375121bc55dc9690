"""Screens are made when they are first shown, and each place has one."""

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.directory import PAIRS
from fieldapp.viewmodels.places import Place
from tests.fieldapp.screens.bench import Bench, set_to_work


def test_every_place_has_a_screen_and_a_model() -> None:
    assert set(PAIRS) == set(Place)
    for place, pair in PAIRS.items():
        screen, model = pair.load()
        assert issubclass(screen, BoundScreen), place
        assert {"enter", "leave", "tick", "refresh"} <= set(dir(model)), place


def test_a_screen_is_built_when_it_is_first_shown(new_bench: Bench) -> None:
    screens = new_bench.robot.app.shell._screens

    assert set(screens._built) == {Place.ENROL}
    set_to_work(new_bench)
    assert set(screens._built) == {Place.ENROL, Place.TODAY}
    new_bench.robot.tap("top.sync")
    new_bench.robot.tap("sync.back")
    assert set(screens._built) == {Place.ENROL, Place.TODAY, Place.SYNC}
