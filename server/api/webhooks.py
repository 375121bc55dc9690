"""Other systems say what they want to be told of, and look what came of it (docs/webhooks.md)."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Length

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.api.plan_schemas import Word
from server.models import WebhookSubscription
from server.notify.outside import LONGEST_URL
from server.services import webhooks
from server.services.webhooks import CallState, Told
from shared.errors import Conflict, NotFound
from shared.roles import Role

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


class WantedSchema(ma.Schema):
    url = ma.fields.String(
        required=True,
        validate=Length(1, LONGEST_URL),
        metadata={"description": "https; never a private address unless the operator listed it."},
    )
    kinds = ma.fields.List(Word(Told), required=True, validate=Length(1, len(Told)))


class SubscriptionSchema(ma.Schema):
    id = ma.fields.String(required=True)
    url = ma.fields.String(required=True)
    kinds = ma.fields.List(Word(Told), required=True)
    made_at = ma.fields.AwareDateTime(required=True)
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class SubscribedSchema(SubscriptionSchema):
    secret = ma.fields.String(
        required=True, metadata={"description": "Signs every call; told this once."}
    )


class SubscriptionsSchema(ma.Schema):
    subscriptions = ma.fields.List(ma.fields.Nested(SubscriptionSchema), required=True)


class CallSchema(ma.Schema):
    id = ma.fields.String(required=True)
    kind = Word(Told, required=True)
    state = Word(CallState, required=True)
    attempts = ma.fields.Integer(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    next_try_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    last = ma.fields.String(required=True, metadata={"description": "Why it was not taken."})


class CallsSchema(ma.Schema):
    calls = ma.fields.List(ma.fields.Nested(CallSchema), required=True)


@blueprint.route("")
class Subscriptions(MethodView):
    @roles(Role.CLIENT)
    @blueprint.response(200, SubscriptionsSchema)
    @blueprint.leads_to("webhooks.Calls.get", subscription_id="subscriptions/0/id")
    @blueprint.leads_to("webhooks.End.post", subscription_id="subscriptions/0/id")
    def get(self) -> dict[str, Any]:
        """What the system that asks is told of."""
        with edge.reading() as work:
            return {"subscriptions": webhooks.own(work)}

    @roles(Role.CLIENT)
    @blueprint.arguments(WantedSchema)
    @blueprint.response(201, SubscribedSchema)
    @blueprint.fails(Conflict)
    @blueprint.leads_to("webhooks.Calls.get", subscription_id="id")
    @blueprint.leads_to("webhooks.End.post", subscription_id="id")
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Be told of things of one's scopes. The secret is told this once."""
        with edge.working() as work:
            made = webhooks.subscribe(work, sent["url"], [Told(word) for word in sent["kinds"]])
            told = {name: getattr(made.row, name) for name in ("id", "url", "kinds", "made_at")}
            return {**told, "ended_at": None, "secret": made.secret}


@blueprint.route("/<subscription_id>/end")
class End(MethodView):
    @roles(Role.CLIENT)
    @blueprint.response(200, SubscriptionSchema)
    @blueprint.fails(NotFound)
    def post(self, subscription_id: str) -> WebhookSubscription:
        """Be told no more."""
        with edge.working() as work:
            return webhooks.end(work, subscription_id)


@blueprint.route("/<subscription_id>/calls")
class Calls(MethodView):
    @roles(Role.CLIENT)
    @blueprint.response(200, CallsSchema)
    @blueprint.fails(NotFound)
    def get(self, subscription_id: str) -> dict[str, Any]:
        """The newest hundred calls, and what came of each."""
        with edge.reading() as work:
            return {"calls": webhooks.calls(work, subscription_id)}
