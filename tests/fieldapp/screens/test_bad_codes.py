"""What else may be held before the camera: each says what it is, and none lets anybody in."""

from fieldapp.sync import keys
from fieldapp.viewmodels.places import Place
from shared import tokens
from tests.fieldapp.screens.bench import Bench, door_code
from tests.fieldapp.simulator import KID, SERVER, signing_key
from tests.world import NOON

FOUR_KB = "A" * 4_096


def test_no_other_code_lets_anybody_in(bench: Bench) -> None:
    bench.begin()
    claims = {"doc": "doc-1", "hash": "0" * 64, "iat": int(NOON.timestamp())}
    document = tokens.make(tokens.TokenType.DOCUMENT, claims, bench.field.platform.key, KID)
    for text, said in (
        ("\x17 q;:_ö ?", "这不是企业码。"),
        (door_code(signing_key("thief")), "此码不是平台签发的。"),
        (tokens.url(SERVER, "e", document), "这是另一种码。"),
        (FOUR_KB, f"这不是企业码。 {FOUR_KB[:80]}"),
    ):
        refused(bench, text, said)
    refused(bench, of_a_stolen_key(bench), "此码已作废。")


def refused(bench: Bench, text: str, said: str) -> None:
    bench.hold(text)
    bench.robot.wait(lambda: bench.robot.says(said), said)
    assert (bench.place, bench.kinds()) == (Place.SCAN, ["visit_opened"])
    assert bench.visit.state.scan is None


def of_a_stolen_key(bench: Bench) -> str:
    """The right code, and since then its key was called back."""
    code = bench.enterprise_code()
    held = bench.field.held
    bench.field.platform.change_key(stolen=True)
    with held.store.transaction() as tx:
        keys.trust(tx, held, bench.field.platform.key_set)
    return code
