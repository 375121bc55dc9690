"""The interface under /api/v1: one blueprint per resource, described by its own OpenAPI 3.1."""

from flask import Flask

from server.api import any_json, event_schemas, examples
from server.api.frame import Api
from server.api.registry import blueprints

PREFIX = "/api/v1"


def register(app: Flask) -> Api:
    """Put every resource and the description into `app`."""
    app.config.update(
        API_TITLE="Mingcha 明察",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app, examples=examples.every(), places=examples.PLACES)
    any_json.describe(api)
    event_schemas.describe(api)
    for blueprint in blueprints():
        api.register_blueprint(blueprint, url_prefix=PREFIX + (blueprint.url_prefix or ""))
    return api
