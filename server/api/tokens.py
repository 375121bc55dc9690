"""How a tablet proves who it is, and the keys by which it knows us."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Equal, Length

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


class AssertionSchema(ma.Schema):
    grant_type = ma.fields.String(required=True, validate=Equal(GRANT))
    assertion = ma.fields.String(required=True, validate=Length(1, device_tokens.MAX_CHARACTERS))


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
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """A bearer token of thirty minutes for an RFC 7523 assertion (EdDSA)."""
        with edge.working() as work:
            token = device_tokens.issue(work, sent["assertion"])
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
