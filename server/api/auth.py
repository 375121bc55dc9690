"""Signing in and out of the interface: a bearer token for a name, a password and a time code."""

from typing import Any

import marshmallow as ma
from flask import request
from flask.views import MethodView
from marshmallow.validate import Length

from server import edge
from server.access import PEOPLE, roles
from server.api.frame import Blueprint
from server.limits import SIGN_IN, limiter
from server.models import SessionKind
from server.refusals import WrongCredentials
from server.services import identity
from server.services.identity import SignedIn
from shared.errors import TooMany
from shared.roles import Role

blueprint = Blueprint("auth", __name__, url_prefix="/auth")


class LoginSchema(ma.Schema):
    username = ma.fields.String(required=True, validate=Length(min=1, max=60))
    password = ma.fields.String(required=True, validate=Length(min=1, max=200))
    totp = ma.fields.String(validate=Length(min=6, max=10), load_default=None, allow_none=True)


class SignedInSchema(ma.Schema):
    token = ma.fields.String(attribute="secret", required=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    person_id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    agency_id = ma.fields.String(required=True, allow_none=True)


@blueprint.route("/login")
class Login(MethodView):
    @roles(Role.PUBLIC)
    @limiter.limit(SIGN_IN)
    @blueprint.arguments(LoginSchema)
    @blueprint.response(200, SignedInSchema)
    @blueprint.fails(WrongCredentials, TooMany)
    def post(self, sent: dict[str, Any]) -> SignedIn:
        """Sign in: a token for twelve hours. Heads and supervisors also give a time code."""
        with edge.working() as work:
            attempt = identity.sign_in(
                work, **sent, kind=SessionKind.API, user_agent=request.user_agent.string
            )
        return attempt.accepted()


@blueprint.route("/logout")
class Logout(MethodView):
    @roles(*PEOPLE)
    @blueprint.response(204)
    def post(self) -> None:
        """End this token's session."""
        with edge.working() as work:
            identity.sign_out(work)
