"""Evidence up by tus: resumed, verified, never twice, never lost."""

import pytest

from fieldapp.ports.network import Request, Response
from fieldapp.store.evidence import CHUNK_BYTES, UploadState
from fieldapp.store.opening import Store
from shared.crypto import sha256_hex
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field
from tests.fieldapp.simulator import problem
from tests.fieldapp.sync.test_cycle import over

BIG = bytes(number * 11 % 251 for number in range(3 * 4 * CHUNK_BYTES + 77))


@pytest.fixture
def flow(field: Field):
    """A visit with one big file, its records already applied."""
    flow = field.visit()
    for step in visiting.STEPS[:4]:
        step(flow)
    visiting.photograph(flow, BIG)
    return flow


def patches(field: Field) -> list[Request]:
    return [r for r in field.platform.requests if r.method == "PATCH"]


def state(flow) -> UploadState:
    return flow.evidence()[0].state


class Failing:
    """The platform, but the n-th PATCH goes wrong in some way."""

    def __init__(self, field: Field, at: int, how) -> None:
        self.field, self.at, self.how, self.seen = field, at, how, 0

    def send(self, request: Request) -> Response:
        if request.method == "PATCH":
            self.seen += 1
            if self.seen == self.at:
                return self.how(request)
        return self.field.platform.send(request)


def test_a_big_file_goes_up_in_a_few_patches(field: Field, flow) -> None:
    assert field.sync().files == 1
    assert [len(r.body) for r in patches(field)] == [4 * CHUNK_BYTES] * 3 + [77]
    assert list(field.platform.files.values()) == [BIG]
    assert state(flow) is UploadState.COMPLETE


def test_it_goes_on_where_the_network_broke(field: Field, flow) -> None:
    def cut(request: Request) -> Response:
        field.platform.send(request)
        field.network.on = False
        return field.network.send(request)

    assert over(field, Failing(field, 2, cut)).run().problem is not None
    field.network.on = True
    before = len(patches(field))
    assert field.sync().files == 1
    assert [len(r.body) for r in patches(field)[before:]] == [4 * CHUNK_BYTES, 77]
    assert list(field.platform.files.values()) == [BIG]


def test_damaged_on_the_way_it_is_sent_again_from_there(field: Field, flow) -> None:
    def damage(request: Request) -> Response:
        return field.platform.send(
            Request(
                method="PATCH", url=request.url, headers=request.headers, body=b"x" + request.body
            )
        )

    assert over(field, Failing(field, 2, damage)).run().files == 1
    assert list(field.platform.files.values()) == [BIG]


def test_a_lost_last_answer_is_found_out_by_asking(field: Field, flow) -> None:
    def lose(request: Request) -> Response:
        field.platform.send(request)
        return problem(503, "busy")

    over(field, Failing(field, 4, lose)).run()
    assert state(flow) is UploadState.WAITING
    before = len(patches(field))
    assert field.sync().files == 1
    assert len(patches(field)) == before
    assert state(flow) is UploadState.COMPLETE


def test_an_upload_the_server_forgot_begins_anew(field: Field, flow) -> None:
    def forget(request: Request) -> Response:
        field.platform.uploads.clear()
        return field.platform.send(request)

    over(field, Failing(field, 2, forget)).run()
    assert state(flow) is UploadState.WAITING
    assert field.sync().files == 1


def test_a_file_the_server_has_already_is_complete(field: Field, flow) -> None:
    field.platform.files[flow.evidence()[0].evidence.id] = BIG
    assert field.sync().files == 1
    assert patches(field) == []


def test_a_file_the_server_refuses_is_tried_thrice_and_then_shown(field: Field, flow) -> None:
    class Refusing:
        def send(self, request: Request) -> Response:
            if request.method == "POST" and "/evidence/" in request.url:
                return problem(415, "wrong_media_type")
            return field.platform.send(request)

    cycle = over(field, Refusing())
    for _ in range(3):
        assert cycle.run().problem is None
    (upload,) = flow.evidence()
    assert (upload.state, upload.code) == (UploadState.REFUSED, "wrong_media_type")
    assert field.session.sync_state().files_left == 1
    visiting.answer(flow, "p1")
    assert field.session.evidence_bytes(upload.evidence.id) == BIG


def test_the_token_goes_to_no_other_server(field: Field, flow) -> None:
    class Elsewhere:
        asked: list[str] = []  # noqa: RUF012

        def send(self, request: Request) -> Response:
            self.asked.append(request.url)
            if request.method == "POST" and "/evidence/" in request.url:
                return Response(status=201, headers={"location": "https://thief.invalid/u1"})
            return field.platform.send(request)

    transport = Elsewhere()
    assert over(field, transport).run().problem is not None
    assert not any("thief" in url for url in transport.asked)


def test_a_damaged_file_is_never_sent(field: Field, flow) -> None:
    store: Store = field.held.store
    with store.transaction() as tx:
        tx.execute("DROP TRIGGER chunk_no_update")
        tx.execute("UPDATE evidence_chunk SET data = x'00' WHERE number = 2")
    report = field.sync()
    assert report.problem is not None
    assert report.problem.code == "local_fault"
    assert patches(field) == []


def test_no_file_is_offered_before_its_event_is_answered(field: Field, flow) -> None:
    event = flow.events()[-1]
    field.platform.silent = True
    field.sync()
    assert event.payload["sha256"] == sha256_hex(BIG)
    assert not [r for r in field.platform.requests if "/evidence/" in r.url]
