"""Published items and the results that are due for publication, as pages for anybody."""

from flask import Blueprint, render_template, request

from server import edge
from server.access import roles
from server.services import views_open
from shared.roles import Role

blueprint = Blueprint("public_open", __name__)


@blueprint.get("/items/")
@roles(Role.PUBLIC)
def items() -> str:
    """What may be inspected."""
    with edge.reading() as work:
        page = views_open.items(work, request.args.get("before", ""))
    return render_template("public/items.html", page=page)


@blueprint.get("/results/")
@roles(Role.PUBLIC)
def results() -> str:
    """How drawn inspections ended."""
    with edge.reading() as work:
        page = views_open.results(work, request.args.get("before", ""))
    return render_template("public/results.html", page=page)
