"""What anybody may see of the plans that agencies published. Whom they will visit is not there."""

from flask import Blueprint, render_template, request

from server import edge
from server.access import roles
from server.services import views_published
from server.services.listing import Filter
from shared.roles import Role

blueprint = Blueprint("public_plans", __name__, url_prefix="/plans")


@blueprint.get("/")
@roles(Role.PUBLIC)
def show() -> str:
    """Every published plan."""
    with edge.reading() as work:
        wanted = Filter(before=request.args.get("before", ""))
        return render_template("public/plans.html", page=views_published.lines(work, wanted))


@blueprint.get("/<plan_id>")
@roles(Role.PUBLIC)
def one(plan_id: str) -> str:
    """One of them, as it may be seen today."""
    with edge.reading() as work:
        return render_template("public/plan.html", view=views_published.public(work, plan_id))
