"""Every address is sent what nobody should send: refused with a code, nothing stored, no failure.

What may reach the database is sent to PostgreSQL, whose texts hold no U+0000, whose numbers have an
end and whose columns are only so wide: what slips past a schema fails there first.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask, has_request_context
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import TestResponse

from server.database import is_postgresql
from server.errors import PROBLEM
from server.services import passwords
from server.work import Work
from tests.server import hostile
from tests.server.acts import ACTS, NOBODY, door
from tests.server.everything import counts
from tests.server.test_access import WHO, looks, may
from tests.server.walking import ELSEWHERE, Call, address, calls, queried, send
from tests.server.whole import Whole, happened_on
from tests.servers import Cluster

# What may have one row more although all was refused: who came, and what was tried.
OF_THE_CALLER = frozenset({"login_session", "device_token", "portal_session"})
API_ACTS = sorted(name for name, act in ACTS.items() if " /api/" in name and act.piece is None)
PAGE_ACTS = sorted(name for name in ACTS if " /api/" not in name)
GOES_ON = 303
EVERY_SIXTH = 6
"""Each form, address and question is sent a sixth of the words, the next one the next sixth."""
SHARE = pytest.mark.parametrize(
    "step",
    [pytest.param(1, marks=pytest.mark.torture, id="all"), pytest.param(EVERY_SIXTH, id="some")],
)


@pytest.fixture(scope="module")
def on_postgres(
    postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Whole]:
    name = postgres_cluster.create_database()
    with happened_on(postgres_cluster.url(name), tmp_path_factory.mktemp("pg") / "data") as county:
        yield county
    postgres_cluster.drop_database(name)


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """What a password costs is not what this is about."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ITERATIONS", "LANES"):
            patch.setattr(passwords, name, 1)
        patch.setattr(passwords, "MEMORY_KIB", 8)
        passwords._nobodys.cache_clear()
        yield
    passwords._nobodys.cache_clear()


@contextmanager
def undone() -> Iterator[None]:
    """Meanwhile a request's transaction does everything, its last checks too, and is taken back."""
    really_finish = Work.finish

    def finish(work: Work) -> None:
        if not has_request_context():
            really_finish(work)
            return
        work.session.flush()
        for do in work._last.values():
            do(work)
        work.session.flush()
        if is_postgresql(work.session.connection()):
            work.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        work.session.expunge_all()  # what was read stays readable, as after a commit
        work.session.rollback()
        work.take_waiting()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Work, "finish", finish)
        yield


def named(whole: Whole, name: str) -> Call:
    return next(call for call in calls(whole.app) if call.name == name)


def must_be_refused(reply: TestResponse, *about: object) -> None:
    """A problem with a stable code and the request's id, and nothing of how the server is made."""
    assert 400 <= reply.status_code < 500, (*about, reply.status_code)
    must_hold(reply, *about)


def must_hold(reply: TestResponse, *about: object) -> None:
    """Whatever the answer is, it is no failure and tells nothing of how the server is made."""
    assert reply.status_code < 500, (*about, reply.status_code)
    assert reply.headers["X-Request-Id"], about
    assert "stolen" not in str(reply.headers.get("Set-Cookie", "")), about
    if reply.status_code >= 400:
        assert "Traceback" not in reply.get_data(as_text=True), about
    if reply.status_code >= 400 and reply.request.path.startswith("/api/"):
        assert reply.content_type == PROBLEM, about
        assert reply.json["code"], about


def unchanged(whole: Whole, before: Mapping[str, int]) -> set[str]:
    after = counts(whole.parts.engine)
    return {name for name in after if after[name] != before[name]} - OF_THE_CALLER


# -- bodies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", API_ACTS)
def test_a_bad_body_is_a_problem_and_stores_nothing(whole: Whole, name: str) -> None:
    call, act = named(whole, name), ACTS[name]
    sent = act.sent(whole, act.who)
    path = address(whole.app, call.rule, whole.ids)
    client, headers = door(whole, call, act.who)
    before = counts(whole.parts.engine)
    for what, raw, more in hostile.bodies_of(sent) if takes_a_body(whole, call) else ():
        reply = client.open(path, method=call.method, data=raw, headers={**headers, **more})
        must_be_refused(reply, what)
    assert unchanged(whole, before) == set()


def takes_a_body(whole: Whole, call: Call) -> bool:
    return "requestBody" in described(whole.app)[call.template][call.method.lower()]


@cache
def described(app: Flask) -> dict[str, Any]:
    """The description's addresses."""
    paths: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").json["paths"]
    return paths


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from([*hostile.TEXTS, "0001-01-01", "9999-12-31", "2026-02-30", "x" * 70]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", API_ACTS)
def test_a_wrong_type_at_any_field_is_no_failure(on_postgres: Whole, name: str) -> None:
    call, act = named(on_postgres, name), ACTS[name]
    sent = json.loads(json.dumps(act.sent(on_postgres, act.who)))
    path = address(on_postgres.app, call.rule, {**on_postgres.ids, **act.on(on_postgres)})
    client, headers = door(on_postgres, call, act.who)
    anywhere = [*hostile.places(sent)]
    if not anywhere:
        return

    @given(at=st.sampled_from(anywhere), value=JSON_VALUES)
    @settings(max_examples=30, derandomize=True, database=None, deadline=None)
    def sends(at: tuple[Any, ...], value: Any) -> None:
        raw = json.dumps(hostile.put(sent, at, value)).encode("utf-8", "surrogatepass")
        reply = client.open(path, method=call.method, data=raw, headers={**headers, **hostile.JSON})
        must_hold(reply, at, value)

    with undone():
        sends()


@pytest.mark.parametrize("name", PAGE_ACTS)
def test_a_form_with_anything_in_it_is_no_failure(on_postgres: Whole, name: str) -> None:
    send_forms(on_postgres, name, EVERY_SIXTH)


@pytest.mark.torture
def test_every_form_with_everything_in_it_is_no_failure(on_postgres: Whole) -> None:
    for name in PAGE_ACTS:
        send_forms(on_postgres, name, 1)


def send_forms(on_postgres: Whole, name: str, step: int) -> None:
    call, act = named(on_postgres, name), ACTS[name]
    sent = dict(act.sent(on_postgres, act.who))
    path = address(on_postgres.app, call.rule, {**on_postgres.ids, **act.on(on_postgres)})
    client, headers = door(on_postgres, call, act.who)
    with undone():
        for form in forms(sent, step):
            reply = client.open(path, method=call.method, headers=headers, **form)
            must_hold(reply, form)


def share(words: Sequence[str], turn: int, step: int) -> Sequence[str]:
    """Every `step`th of the words; the next turn has the next ones."""
    return words[turn % step :: step]


def forms(sent: dict[str, Any], step: int) -> Iterator[dict[str, Any]]:
    """The form with something else in each field, fields missing or twice, or no form at all."""
    files = {key: (v[0].getvalue(), v[1]) for key, v in sent.items() if isinstance(v, tuple)}

    def whole() -> dict[str, Any]:
        """What is sent; a file is made anew, since it can be read only once."""
        return {**sent, **{key: (io.BytesIO(data), name) for key, (data, name) in files.items()}}

    yield {"data": b"\xff\xfe=%ff&&&=%00"}
    yield {"json": {key: value for key, value in sent.items() if key not in files}}
    yield {"data": {f"field{n}": "x" for n in range(3000)}}
    for turn, field in enumerate(sent):
        yield {"data": {key: value for key, value in whole().items() if key != field}}
        yield {"data": {**whole(), field: ["a", "b\0"]}}
        yield {"data": {**whole(), field: (io.BytesIO(b"\xff"), "a\0.png")}}
        yield from (
            {"data": {**whole(), field: words}} for words in share(hostile.TEXTS, turn, step)
        )


# -- addresses -----------------------------------------------------------------------------------


def askers(call: Call) -> list[str]:
    """Somebody of each kind that may look."""
    return [WHO[role] for role in WHO if may(call, role)][:1] or [NOBODY]


@SHARE
def test_a_question_of_anything_is_no_failure(on_postgres: Whole, step: int) -> None:
    words = (*(quote(each) for each in hostile.FEW), "%FF%FE", "%0d%0aSet-Cookie:%20stolen=1")
    for turn, call in enumerate(looks(on_postgres)):
        client, headers = door(on_postgres, call, askers(call)[0])
        path = address(on_postgres.app, call.rule, on_postgres.ids)
        for further, names in enumerate(questions(on_postgres, call)):
            for word in share(words, turn + further, step):
                asked = "&".join(f"{name}={word}" for name in names)
                with undone():
                    reply = client.get(f"{path}?{asked}", headers=headers)
                must_hold(reply, call.name, asked)


def questions(whole: Whole, call: Call) -> list[tuple[str, ...]]:
    """What may be asked of it: one by one where a first fault ends it, else all at once."""
    if not call.is_api:
        return [hostile.asked_by_pages()]
    about = described(whole.app)[call.rule.rule.replace("<", "{").replace(">", "}")]["get"]
    return [(each["name"],) for each in about.get("parameters", []) if each["in"] == "query"]


def test_a_question_nobody_asks_is_a_problem(whole: Whole) -> None:
    for call in (call for call in looks(whole) if call.is_api and questions(whole, call)):
        client, headers = door(whole, call, askers(call)[0])
        asked = {**queried(call, whole.ids), "zzz": "1"}
        path = address(whole.app, call.rule, whole.ids)
        reply = client.get(path, query_string=asked, headers=headers)
        assert (reply.status_code, reply.json["errors"]) == (422, {"/zzz": "Unknown field."})


MARK, MARK_OF_NUMBERS = "@@@", "987654321"
NUMBERS = ("0", "0000", "-1", "9999", "10000", "9" * 25)


@SHARE
def test_an_address_of_anything_is_no_failure(on_postgres: Whole, step: int) -> None:
    words = (*(quote(each, safe="") for each in hostile.TEXTS), *hostile.BYTES, *NUMBERS)
    reached = [call for call in calls(on_postgres.app) if call.rule.arguments]
    for turn, call in enumerate(reached):
        client, headers = door(on_postgres, call, askers(call)[0])
        for argument in call.rule.arguments:
            mark = MARK_OF_NUMBERS if re.search(rf"<int[^<]*:{argument}>", call.rule.rule) else MARK
            ids = {**on_postgres.ids, argument: mark, **elsewhere(call, argument)}
            path = address(on_postgres.app, call.rule, ids)
            for word in share(words, turn, step):
                with undone():
                    reply = send(client, call, path.replace(mark, word), headers)
                must_hold(reply, call.name, argument, word)


def elsewhere(call: Call, argument: str) -> dict[str, str]:
    return {
        name: MARK
        for (rule, each), name in ELSEWHERE.items()
        if (rule, each) == (call.rule.rule, argument)
    }


def test_headers_of_anything_are_no_failure(whole: Whole) -> None:
    for call in (call for call in looks(whole) if call.rule.rule in LISTENERS):
        client, headers = door(whole, call, askers(call)[0])
        path = address(whole.app, call.rule, whole.ids)
        asked = dict(queried(call, whole.ids))
        for name, values in hostile.HEADERS.items():
            for value in values:
                reply = client.get(path, query_string=asked, headers={**headers, name: value})
                must_hold(reply, call.name, name, value)
                assert "evil" not in reply.headers.get("Location", ""), call.name


# One of each kind: what reads headers is the same for all.
GIVEN_UP = "DELETE /api/v1/evidence/files/<upload_id>"  # looks at no other header
LISTENERS = ("/api/v1/plans", "/api/v1/sync/pull", "/console", "/console/plans/", "/n/<secret>")
TUS: Mapping[str, tuple[str, ...]] = {
    "Upload-Length": ("", "-1", "1e9", "9" * 30, "٣", "0", "67108865"),
    "Upload-Metadata": (
        "",
        "x",
        "evidence_id",
        "evidence_id !!!",
        "evidence_id /w==,,,",
        "é",
        "x" * 9000,
    ),
    "Upload-Offset": ("", "-1", "9" * 30, "1.5", "٣"),
    "Upload-Checksum": ("", "sha1", "md5 xx", "sha256 !!!", "sha256 AAAA"),
    "Content-Type": ("", "text/plain", "application/offset+octet-stream; x=\xff"),
    "Tus-Resumable": ("", "0.2.2", "\x7f"),
}


@pytest.mark.parametrize("name", [name for name, act in ACTS.items() if act.piece is not None])
def test_an_upload_of_anything_is_no_failure(on_postgres: Whole, name: str) -> None:
    call, act = named(on_postgres, name), ACTS[name]
    path = address(on_postgres.app, call.rule, {**on_postgres.ids, **act.on(on_postgres)})
    client, headers = door(on_postgres, call, act.who)
    good = {**headers, **act.headers(on_postgres)}
    looked_at = {"Tus-Resumable"} if name == GIVEN_UP else set(good) - {"Content-Type"}
    for header, value in [(each, value) for each, values in TUS.items() for value in values]:
        with undone():
            reply = client.open(
                path, method=call.method, data=act.piece, headers={**good, header: value}
            )
        must_hold(reply, header, value)
        if header in looked_at:
            must_be_refused(reply, header, value)
