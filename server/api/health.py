"""Whether this server can do its work: for load balancers and for people. Tells no secrets."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.services import health
from shared.errors import Unavailable
from shared.roles import Role

blueprint = Blueprint("health", __name__, url_prefix="/health")


class HealthSchema(ma.Schema):
    status = ma.fields.String(required=True)
    version = ma.fields.String(required=True)
    database = ma.fields.String(required=True)
    server_time = ma.fields.AwareDateTime(required=True)
    queue_lag_s = ma.fields.Integer(
        required=True,
        metadata={"description": "how long the message waits that should have gone out first"},
    )
    cursor_lag_s = ma.fields.Integer(
        required=True,
        metadata={"description": "how long the oldest change is kept back from pulls"},
    )


@blueprint.route("")
class Health(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.response(200, HealthSchema)
    @blueprint.fails(Unavailable)
    def get(self) -> dict[str, Any]:
        """Whether the database answers, the server's time, and how far it lags behind."""
        with edge.reading() as work:
            return health.report(work)
