"""Errors become replies here and nowhere else: problem+json for the interface, a page for people.

The only module that knows a status code (RFC 9457 for the shape). It never shows a message of a
bug, a body or anything personal; those who need more have the request id.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from server import edge, outages, refusals
from server.sentences import sentence
from shared import errors
from shared.errors import BadInput, DomainError, Unavailable

log = logging.getLogger(__name__)
AWAY_S = 10
"""How long a part that does not answer is given before somebody asks again."""
PROBLEM = "application/problem+json"

STATUS: Mapping[type[DomainError], int] = {
    BadInput: 422,
    errors.BadJson: 400,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Expired: 410,
    errors.Untrusted: 401,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.NewerApp: 422,
    refusals.NotSignedIn: 401,
    refusals.TooLarge: 413,
    refusals.WrongMediaType: 415,
    refusals.NotSetUp: 503,
    refusals.OtherTusVersion: 412,
    refusals.ChecksumWrong: 460,
}
HTTP_CODES: Mapping[int, str] = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    413: "too_large",
    415: "wrong_media_type",
    429: "too_many",
}
LOGIN_PAGES: Mapping[str, str] = {"/console": "/console/login", "/portal": "/portal/"}


def status_of(kind: type[DomainError]) -> int:
    """The status of a class of error: its own, or the nearest parent's."""
    for parent in kind.__mro__:
        if parent in STATUS:
            return STATUS[parent]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def register(app: Flask) -> None:
    """Answer every error of `app` in one shape."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def problem(
    status: int, code: str, *, detail: str = "", errors_at: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The body of RFC 9457, with our `code` and, for a body that does not validate, `errors`."""
    body: dict[str, Any] = {
        "type": f"urn:mingcha:problem:{code}",
        "title": sentence(code).into(edge.language()),
        "status": status,
        "detail": detail or sentence(code).into(edge.language()),
        "code": code,
    }
    return {**body, "errors": dict(errors_at)} if errors_at else body


def _domain(error: DomainError) -> Response:
    status = status_of(type(error))
    found = error.errors if isinstance(error, BadInput) else None
    more = error.members if isinstance(error, refusals.WithMembers) else {}
    body = {**problem(status, error.code, detail=error.message, errors_at=found), **more}
    answer = _answer(body)
    if isinstance(error, refusals.NotSignedIn) and not edge.is_api():
        return _to_sign_in(answer)
    if isinstance(error, errors.TooMany | errors.Unavailable):
        answer.headers["Retry-After"] = str(error.facts.get("retry_after", 30))
    return answer


def _csrf(_error: CSRFError) -> Response:
    return _answer(problem(HTTPStatus.BAD_REQUEST, "csrf_failed"))


def _too_large(_error: RequestEntityTooLarge) -> Response:
    return _answer(problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large"))


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:  # a redirect of the router's
        return error
    answer = _answer(problem(status, HTTP_CODES.get(status, "bad_request")))
    for name in ("Allow", "Retry-After"):
        for header, value in error.get_headers():
            if header == name:
                answer.headers[name] = value
    return answer


def _bug(error: Exception) -> Response:
    if outages.is_outage(error):
        log.error("a part does not answer: %s", type(error).__name__, exc_info=error)
        return _domain(Unavailable("A part we depend on does not answer.", retry_after=AWAY_S))
    log.error("request failed: %s", type(error).__name__, exc_info=error)
    return _answer(problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error"))


def _answer(body: dict[str, Any]) -> Response:
    status = int(body["status"])
    if edge.is_api():
        answer = Response(json.dumps(body), status=status, content_type=PROBLEM)
        if status == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    page = render_template("error.html", problem=body, request_id=edge.request_id())
    return Response(page, status=status, content_type="text/html; charset=utf-8")


def _to_sign_in(answer: Response) -> Response:
    for place, page in LOGIN_PAGES.items():
        if request.method == "GET" and request.path.startswith(place) and request.path != page:
            return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": page})
    return answer
