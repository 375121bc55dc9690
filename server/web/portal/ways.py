"""By which channels somebody of an enterprise wants to be told, and in which order."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.notify.letter import ChannelName
from server.services import contact_preferences
from server.services.contact_preferences import ENTERPRISE
from shared.errors import BadInput

blueprint = Blueprint("portal_ways", __name__, url_prefix="/portal/ways")


@blueprint.get("")
@roles(*ENTERPRISE)
def show() -> str:
    """The order as it is, in a form."""
    return _page()


@blueprint.post("")
@roles(*ENTERPRISE)
def choose() -> Response | tuple[str, int]:
    """Another order, and addresses that were typed."""
    places = {channel: _place(channel) for channel in ChannelName}
    typed = {channel: request.form.get(f"{channel}-address", "") for channel in ChannelName}
    try:
        with edge.working() as work:
            contact_preferences.choose(work, places, typed)
    except BadInput as refused:
        wrong = {pointer.strip("/") for pointer in refused.errors}
        return _page(wrong), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已保存。以后的告知按这个顺序发送。"))
    return redirect(url_for("portal_ways.show"), HTTPStatus.SEE_OTHER)


def _place(channel: ChannelName) -> int:
    typed = request.form.get(channel, "0")
    if typed not in {str(n) for n in range(len(ChannelName) + 1)}:
        raise BadInput("Not a place.", errors={f"/{channel}": "0 to 5."})
    return int(typed)


def _page(wrong: set[str] | None = None) -> str:
    with edge.reading() as work:
        return render_template(
            "portal/ways.html",
            ways=contact_preferences.mine(work),
            who=work.who,
            wrong=wrong or set(),
            filled=request.form,
        )
