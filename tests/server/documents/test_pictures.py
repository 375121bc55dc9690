"""Every page as it was last looked at by a person, so that no change of layout goes unseen.

`python -m tests.server.documents.test_pictures` draws the pictures anew. Look at each one that
differs before it is committed: a test cannot tell ugly from fine.
"""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from server.documents import sample_visits, samples
from server.documents.kinds import DocumentKind
from tests.server.documents.drawings import press, sheet

FOLDER = Path(__file__).with_name("pictures")
DOTS_PER_INCH = 50
NOTICED = 40
"""Of 255: what a page may differ by at a dot, for edges of letters fall where they fall."""
MOST = 0.001
"""The part of a page's dots that may differ by more."""
FIRST = 3
"""Pages of the long case that are kept besides its last."""
CASES = [
    (kind, name)
    for kind in DocumentKind
    for name in ("plain", "refused", "hard")
    if samples.exists(kind, sample_visits.CASES[name])
    and (name != "refused" or kind in samples.REFUSABLE)
]


def shown(kind: DocumentKind, name: str) -> dict[int, Image.Image]:
    """The pages that are kept of a document, by their number."""
    pages = [
        Image.open(BytesIO(data)).convert("L")
        for data in press().pictures(sheet(kind, name), dots_per_inch=DOTS_PER_INCH)
    ]
    return {no: page for no, page in enumerate(pages, 1) if no <= FIRST or no == len(pages)}


def path_of(kind: DocumentKind, name: str, no: int) -> Path:
    return FOLDER / f"{kind}-{name}-{no}.png"


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_page_looks_as_it_did_when_it_was_looked_at(kind: DocumentKind, name: str) -> None:
    now = shown(kind, name)

    assert {path_of(kind, name, no) for no in now} == set(FOLDER.glob(f"{kind}-{name}-*.png"))
    for no, page in now.items():
        kept = Image.open(path_of(kind, name, no))
        assert kept.size == page.size
        differs = ImageChops.difference(kept, page).histogram()
        assert sum(differs[NOTICED:]) <= MOST * page.width * page.height, (kind, name, no)


def test_a_moved_word_would_be_noticed() -> None:
    page = shown(DocumentKind.SERVICE, "plain")[1]
    moved = ImageChops.offset(page, 0, 3)
    differs = ImageChops.difference(page, moved).histogram()

    assert sum(differs[NOTICED:]) > 10 * MOST * page.width * page.height


def write() -> None:
    """Draw all of them anew, for a person to look at."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for kind, name in CASES:
        for no, page in shown(kind, name).items():
            page.save(path_of(kind, name, no), optimize=True)


if __name__ == "__main__":
    write()
