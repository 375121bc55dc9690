"""What anybody may see of a draw: its hashes at once, names and file when the visits are over."""

from flask import Blueprint, Response, render_template, request

from server import edge
from server.access import roles
from server.services import draws, views_draws
from server.services.listing import Filter
from server.web.downloads import attached
from shared.roles import Role

blueprint = Blueprint("public_draws", __name__, url_prefix="/draws")


@blueprint.get("/")
@roles(Role.PUBLIC)
def show() -> str:
    """Every draw, void ones too."""
    with edge.reading() as work:
        wanted = Filter(before=request.args.get("before", ""))
        page = views_draws.public_lines(work, wanted)
        return render_template("public/draws.html", page=page)


@blueprint.get("/<draw_id>")
@roles(Role.PUBLIC)
def one(draw_id: str) -> str:
    """One draw as it may be seen today."""
    with edge.reading() as work:
        return render_template("public/draw.html", view=views_draws.public(work, draw_id))


@blueprint.get("/<draw_id>/file")
@roles(Role.PUBLIC)
def file(draw_id: str) -> Response:
    """The file by which anybody replays it, once it is out."""
    with edge.reading() as work:
        data = draws.file_of(work, views_draws.require_out(work, draw_id))
    return attached(data, "text/plain; charset=utf-8", f"draw-{draw_id}.txt")
