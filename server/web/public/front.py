"""The first page of this server: where each kind of visitor goes on."""

from flask import Blueprint, render_template

from server.access import roles
from shared.roles import Role

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
@roles(Role.PUBLIC)
def show() -> str:
    """The doors: for enterprises, for those who check a code, for the curious, for officials."""
    return render_template("public/front.html")
