"""How a tablet proves who it is, and the keys by which it knows us."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Equal, Length, OneOf

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.services import device_tokens, platform_keys
from server.services.device_tokens import (
    AssertionExpired,
    AssertionRefused,
    DeviceLost,
    ReplayedAssertion,
    UnknownDevice,
)
from shared.errors import NotFound
from shared.roles import Role

blueprint = Blueprint("tokens", __name__)
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AS_CLIENT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LENGTH = Length(1, device_tokens.MAX_CHARACTERS)


class AssertionSchema(ma.Schema):
    """The assertion as a grant (RFC 7523 §2.1) or as the client's own proof (§2.2)."""

    grant_type = ma.fields.String(required=True, validate=OneOf((GRANT, AS_CLIENT)))
    assertion = ma.fields.String(validate=_LENGTH, metadata={"description": "With §2.1."})
    client_assertion_type = ma.fields.String(validate=Equal(ASSERTION_TYPE))
    client_assertion = ma.fields.String(validate=_LENGTH, metadata={"description": "With §2.2."})

    @ma.validates_schema
    def _is_one_of_the_two(self, sent: Mapping[str, Any], **_context: object) -> None:
        of_grant = {GRANT: {"assertion"}, AS_CLIENT: {"client_assertion_type", "client_assertion"}}
        wanted = of_grant.get(sent.get("grant_type", ""), set())
        wrong = {
            name: "Missing data for required field." if name in wanted else "Unknown field."
            for name in sorted(wanted ^ (sent.keys() - {"grant_type"}))
        }
        if wrong:
            raise ma.ValidationError(wrong)

    @ma.post_load
    def _assertion(self, sent: Mapping[str, Any], **_context: object) -> str:
        return str(sent.get("assertion") or sent["client_assertion"])


class TokenSchema(ma.Schema):
    access_token = ma.fields.String(required=True)
    token_type = ma.fields.Constant("Bearer", required=True)
    expires_in = ma.fields.Integer(required=True, metadata={"description": "Seconds."})
    server_time = ma.fields.AwareDateTime(required=True)
    lease_until = ma.fields.AwareDateTime(required=True)
    wipe_order = ma.fields.Dict(metadata={"description": "There when the tablet is retired."})


class KeySetSchema(ma.Schema):
    """As `shared/keyset.py` signs it; every member is covered by `sig`."""

    v = ma.fields.Integer(required=True)
    suite = ma.fields.String(required=True)
    typ = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    keys = ma.fields.List(ma.fields.Dict(), required=True)
    recovery = ma.fields.String(required=True, metadata={"description": "X25519, base64url."})
    issued_at = ma.fields.String(required=True)
    kid = ma.fields.String(required=True)
    sig = ma.fields.String(required=True)


@blueprint.route("/auth/device-token")
class DeviceToken(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.arguments(AssertionSchema)
    @blueprint.response(200, TokenSchema)
    @blueprint.fails(
        AssertionRefused, AssertionExpired, ReplayedAssertion, UnknownDevice, DeviceLost
    )
    def post(self, assertion: str) -> dict[str, Any]:
        """A bearer token of thirty minutes for an RFC 7523 assertion (EdDSA)."""
        with edge.working() as work:
            token = device_tokens.issue(work, assertion)
            order = {"wipe_order": token.wipe_order} if token.wipe_order else {}
            return {
                "access_token": token.secret,
                "expires_in": int((token.expires_at - work.now).total_seconds()),
                "server_time": work.now,
                "lease_until": token.lease_until,
                **order,
            }


@blueprint.route("/key-set")
class KeySet(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.response(200, KeySetSchema)
    @blueprint.fails(NotFound)
    def get(self) -> Mapping[str, Any]:
        """The platform's signed key set."""
        with edge.reading() as work:
            return platform_keys.key_set(work)
