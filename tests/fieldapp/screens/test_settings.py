"""Settings: what is chosen by touch is used at once, what the server set is shown and locked."""

from fieldapp.preferences import Preferences
from fieldapp.theme.paint import CALM, SUNLIGHT, paint
from shared.text import Language
from tests.fieldapp.screens.bench import Bench


def test_what_is_chosen_counts_and_what_the_server_set_stays(bench: Bench) -> None:
    robot, session = bench.robot, bench.field.session
    felt = bench.field.ports.feedback
    robot.tap("top.settings")
    assert session.preferences() == Preferences()
    assert robot.says(session.identity.device_id)

    robot.tap("settings.network.on")
    robot.tap("settings.sound.off")
    assert session.preferences() == Preferences(wifi_only=True, sound=False)
    bench.robot.app.duty.signal(fine=False)
    assert (felt.vibrations, felt.sounds) == ([500], [])
    session.keep_preferences(Preferences(vibration=False))
    robot.tap("settings.sound.on")
    assert (felt.vibrations, felt.sounds) == ([500], ["fine"])
    page = robot.app.shell.ids.screens.current_screen.ids.page
    page.scroll_to(
        robot.find("settings.pixels.0"), animate=False
    )  # a drag across this page would begin on a choice
    robot.tick(0.1)
    robot.tap("settings.pixels.5000000")
    assert session.image_pixels() == 5_000_000
    page.scroll_y = 1
    robot.tick(0.1)

    robot.tap("settings.sunlight.on")
    robot.tap("settings.type.on")
    robot.tap("settings.language.en")
    assert (paint.palette, robot.app.look().large) == (SUNLIGHT, True)
    assert robot.says("About this tablet")
    for choice in ("settings.language.zh", "settings.type.off", "settings.sunlight.off"):
        assert robot.find(choice).height >= 48
        robot.tap(choice)
    assert (paint.palette, robot.app.look().language) == (CALM, Language.ZH)

    bench.field.platform.settings = {"wifi_only_media": True, "image_pixels": 1_000_000}
    robot.tap("settings.back")
    assert bench.field.sync().problem is None
    robot.tap("top.settings")
    assert not [
        role for role in robot.roles() if role.startswith(("settings.network", "settings.p"))
    ]
    assert robot.says("只用无线局域网")
    assert session.image_pixels() == 1_000_000, "the server's is the smaller"
