"""The device desk: tablets in use, enrolment, retiring, and losing one (which two must say)."""

from flask import Blueprint, request

from server import edge
from server.access import roles
from server.services import views_devices
from server.services.views_devices import DeviceView, Show
from server.web.console import frame
from server.work import Work

blueprint = Blueprint("console_devices", __name__, url_prefix="/console/devices")


@blueprint.get("/")
@roles(*frame.DEVICES)
def show() -> str:
    """The list, nothing opened."""
    with edge.reading() as work:
        return _page(work, None)


@blueprint.get("/<device_id>")
@roles(*frame.DEVICES)
def one(device_id: str) -> str:
    """One tablet: beside the list, or by itself for htmx."""
    with edge.reading() as work:
        return _page(work, views_devices.one(work, device_id))


def _page(work: Work, view: DeviceView | None) -> str:
    asked = request.args.get("show", "")
    wanted = Show(asked) if asked in set(Show) else Show.ALL
    kept = {} if wanted is Show.ALL else {"show": str(wanted)}
    if frame.is_fragment() and view is not None:
        return frame.fragment("console/device.html", view=view, kept=kept, acts=True)
    return frame.page(
        work,
        "console/devices.html",
        view=view,
        kept=kept,
        show=wanted,
        lines=views_devices.lines(work, wanted),
        enrolments=views_devices.open_enrolments(work),
        acts=True,
    )
