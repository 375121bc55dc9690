"""Verification of a document by anybody who scans its code."""

from dataclasses import replace

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from server.clock import SetClock
from server.documents import particulars
from server.documents.kinds import DocumentKind
from server.documents.press import press_of
from server.models import Document
from server.principal import PUBLIC, SYSTEM
from server.services import documents, results, visit_contents
from server.services.documents import Standing, Verified
from server.work import Parts, open_work
from shared import tokens
from shared.content.hashing import content_hash
from shared.crypto import SigningKey, sha256_hex
from shared.errors import NotFound
from shared.tokens import TokenForged, TokenUnreadable, TokenWrongType
from tests.server.documents.reading import text_of
from tests.server.telling import Scene, scene
from tests.world import NOON


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    return scene(parts)


def verify(town: Scene, shown: Document | str) -> Verified:
    """What anybody learns of a document from its code, or from what is shown as one."""
    with open_work(town.parts, SYSTEM) as work:
        token = shown if isinstance(shown, str) else documents.code(work, shown)
    with open_work(town.parts, PUBLIC) as work:
        return documents.verify(work, token)


def test_the_code_of_a_document_says_ours_whole_and_current(town: Scene) -> None:
    document = town.told()
    found = verify(town, document)

    assert found.number == document.number
    assert found.content_hash == document.content_hash
    assert found.agency_name == "济南市历下区市场监督管理局"
    assert found.standing is Standing.CURRENT
    assert found.enterprise_masked == "济南******公司"


def test_the_code_is_the_address_printed_on_the_paper(town: Scene) -> None:
    document = town.told()
    assert document.token is None  # nothing shows it yet
    with open_work(town.parts, SYSTEM) as work:
        drawn = documents.pdf(work, document.id)
        row = work.session.get_one(Document, document.id)
        assert documents.code(work, row) == row.token
        assert documents.verify(work, row.token or "").number == row.number

    sheet = particulars.sheet_of(row, address=f"http://mingcha.test/q/d/{row.token}")
    assert drawn.data.startswith(press_of(town.parts.settings).draw(sheet).pdf)
    other = particulars.sheet_of(row, address="http://mingcha.test/q/d/another")
    assert not drawn.data.startswith(press_of(town.parts.settings).draw(other).pdf)


def test_a_superseded_document_names_the_one_that_counts(town: Scene) -> None:
    visit_id = town.seal()
    old = town.tell(visit_id)
    folded = town.folded(visit_id)
    signed = visit_contents.of_visit(folded)
    changed = {**signed[DocumentKind.RESULT].content, "guidance": ["另一条"]}
    again = replace(signed[DocumentKind.RESULT], content=changed, hash=content_hash(changed))
    with open_work(town.parts, SYSTEM) as work:
        new = results.tell_signed(work, folded, {**signed, DocumentKind.RESULT: again})

    found = verify(town, old)

    assert (found.standing, found.replaced_by) == (Standing.SUPERSEDED, new.number)
    assert verify(town, new).standing is Standing.CURRENT
    with open_work(town.parts, SYSTEM) as work:
        pdf = documents.pdf(work, new.id)
    assert f"第2版，取代{old.number}" in text_of(pdf.data)


def test_a_code_of_anybody_elses_making_is_not_ours(town: Scene) -> None:
    document = town.told()
    kid = town.parts.secrets.signing_kid
    thief = SigningKey.from_seed(b"\1" * 32)
    claims = {"doc": document.id, "hash": document.content_hash, "iat": int(NOON.timestamp())}

    with pytest.raises(TokenForged):
        verify(town, tokens.make("document", claims, thief, kid))


def test_a_code_of_ours_over_another_content_or_type_does_not_pass(town: Scene) -> None:
    document = town.told()
    key, kid = town.parts.secrets.signing_key(), town.parts.secrets.signing_kid
    iat = int(NOON.timestamp())

    other = tokens.make("document", {"doc": document.id, "hash": "0" * 64, "iat": iat}, key, kid)
    gone = tokens.make("document", {"doc": "nowhere", "hash": "0" * 64, "iat": iat}, key, kid)
    door = {"uscc": document.uscc, "premise": "p", "nonce": "n", "iat": iat}

    with pytest.raises(TokenForged):
        verify(town, other)
    with pytest.raises(TokenWrongType):
        verify(town, tokens.make("enterprise", door, key, kid))
    with pytest.raises(NotFound):
        verify(town, gone)
    with pytest.raises(TokenUnreadable):
        verify(town, "x.y")


def test_a_document_is_drawn_and_sealed_once_and_read_back_ever_after(town: Scene) -> None:
    document = town.told()
    with open_work(town.parts, SYSTEM) as work:
        once = documents.pdf(work, document.id)
    with open_work(town.parts, SYSTEM) as work:
        row = work.session.get_one(Document, document.id)
        assert documents.draw(work, row) == once.data
        assert row.pdf_sha256 == once.sha256 == sha256_hex(once.data)


def test_of_two_workers_that_seal_at_once_the_first_one_stands(town: Scene) -> None:
    document = town.told()
    with open_work(town.parts, SYSTEM) as work:
        row = work.session.get_one(Document, document.id)
        first = documents.draw(work, row)
        set_committed_value(row, "pdf_key", None)  # as the slower one read it before
        assert documents.draw(work, row) == first


def test_a_lost_file_is_drawn_again_without_its_seal_and_never_sealed_anew(town: Scene) -> None:
    document = town.told()
    with open_work(town.parts, SYSTEM) as work:
        once = documents.pdf(work, document.id)
        key = work.session.get_one(Document, document.id).pdf_key or ""
    kept = town.parts.settings.data_dir / "objects"
    (file,) = kept.rglob(key.rpartition("/")[2])
    file.rename(kept / "aside")
    with open_work(town.parts, SYSTEM) as work:
        again = documents.pdf(work, document.id)
        row = work.session.get_one(Document, document.id)
        assert (row.pdf_key, row.pdf_sha256) == (key, once.sha256)

    assert once.data.startswith(again.data)
    assert verify(town, document).seal is None
    (kept / "aside").rename(file)
    with open_work(town.parts, SYSTEM) as work:
        assert documents.pdf(work, document.id) == once


def test_who_scans_the_code_learns_whose_seal_the_file_bears(town: Scene) -> None:
    document = town.told()
    before = verify(town, document).seal
    with open_work(town.parts, SYSTEM) as work:
        documents.pdf(work, document.id)
    seal = verify(town, document).seal

    assert before is None
    assert seal is not None
    assert (seal.is_whole, seal.is_trusted) == (True, True)
    assert "development" in seal.signer
