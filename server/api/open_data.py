"""Open data: what anybody may read and use on, without a token (docs/open-data.md)."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Length

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.services import views_draws, views_open, views_published
from server.services.listing import Filter
from shared.roles import Role

blueprint = Blueprint("open_data", __name__, url_prefix="/open")


class PagedSchema(ma.Schema):
    before = ma.fields.String(
        load_default="",
        validate=Length(max=64),
        metadata={"description": "`next` of the page before this one."},
    )


def _next() -> ma.fields.String:
    return ma.fields.String(
        required=True, allow_none=True, metadata={"description": "`before` of the next page."}
    )


class OpenItemSchema(ma.Schema):
    id = ma.fields.String(required=True)
    agency = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    list_version = ma.fields.String(required=True)
    published_from = ma.fields.Date(required=True)
    bases = ma.fields.List(ma.fields.String(required=True), required=True)


class OpenItemsSchema(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(OpenItemSchema), required=True)
    next = _next()


class OpenResultSchema(ma.Schema):
    id = ma.fields.String(required=True)
    agency = ma.fields.String(required=True)
    enterprise = ma.fields.String(required=True)
    uscc = ma.fields.String(required=True)
    inspected_on = ma.fields.String(required=True)
    conclusion = ma.fields.String(required=True)
    number = ma.fields.String(required=True)
    published_on = ma.fields.Date(required=True)


class OpenResultsSchema(ma.Schema):
    results = ma.fields.List(ma.fields.Nested(OpenResultSchema), required=True)
    next = _next()


class OpenPlanSchema(ma.Schema):
    id = ma.fields.String(required=True)
    no = ma.fields.String(required=True)
    agency = ma.fields.String(required=True)
    published_at = ma.fields.AwareDateTime(required=True)
    told = ma.fields.Dict(
        required=True, metadata={"description": "The plan as it was published; names nobody."}
    )


class OpenPlansSchema(ma.Schema):
    plans = ma.fields.List(ma.fields.Nested(OpenPlanSchema), required=True)
    next = _next()


class OpenDrawSchema(ma.Schema):
    id = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    agency = ma.fields.String(required=True)
    status = ma.fields.String(required=True)


class OpenDrawsSchema(ma.Schema):
    draws = ma.fields.List(ma.fields.Nested(OpenDrawSchema), required=True)
    next = _next()


@blueprint.route("/items")
class Items(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.arguments(PagedSchema, location="query")
    @blueprint.response(200, OpenItemsSchema)
    def get(self, asked: dict[str, str]) -> dict[str, Any]:
        """What may be inspected, by every agency's published list of today."""
        with edge.reading() as work:
            page = views_open.items(work, asked["before"])
        return {"items": page.lines, "next": page.next_before}


@blueprint.route("/results")
class Results(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.arguments(PagedSchema, location="query")
    @blueprint.response(200, OpenResultsSchema)
    def get(self, asked: dict[str, str]) -> dict[str, Any]:
        """Results of drawn inspections that are due for publication, the newest first."""
        with edge.reading() as work:
            page = views_open.results(work, asked["before"])
        return {"results": page.lines, "next": page.next_before}


@blueprint.route("/plans")
class Plans(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.arguments(PagedSchema, location="query")
    @blueprint.response(200, OpenPlansSchema)
    def get(self, asked: dict[str, str]) -> dict[str, Any]:
        """Published plans, the newest first."""
        with edge.reading() as work:
            page = views_published.lines(work, Filter(before=asked["before"]))
        return {"plans": page.lines, "next": page.next_before}


@blueprint.route("/draws")
class Draws(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.arguments(PagedSchema, location="query")
    @blueprint.response(200, OpenDrawsSchema)
    def get(self, asked: dict[str, str]) -> dict[str, Any]:
        """Every draw, void ones too; its file is at `/draws/<id>/file`."""
        with edge.reading() as work:
            page = views_draws.public_lines(work, Filter(before=asked["before"]))
        return {"draws": page.lines, "next": page.next_before}
