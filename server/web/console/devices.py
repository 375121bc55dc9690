"""The device desk: tablets in use, enrolment, retiring, and losing one (which two must say)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import devices, enrolment, views_devices
from server.services.views_devices import DeviceView, Show
from server.web import qr
from server.web.console import frame
from server.work import Work

blueprint = Blueprint("console_devices", __name__, url_prefix="/console/devices")


@blueprint.get("/")
@roles(*frame.DEVICES)
def show() -> str:
    """The list, nothing opened."""
    with edge.reading() as work:
        return _page(work, None)


@blueprint.get("/enrol")
@roles(*frame.DEVICES)
def enrol_form() -> str:
    """Whom to enrol, and on which tablet."""
    with edge.reading() as work:
        return frame.page(
            work,
            "console/enrol.html",
            officers=views_devices.officers_to_enrol(work),
            devices=views_devices.lines(work),
            device_id=request.args.get("device_id", ""),
        )


@blueprint.post("/enrol")
@roles(*frame.DEVICES)
def enrol() -> str:
    """Issue a one-time code and draw it: shown now and never again."""
    device_id = request.form.get("device_id") or None
    with edge.working() as work:
        issued = enrolment.issue(work, request.form.get("officer_id", ""), device_id)
        return frame.page(
            work,
            "console/enrolment.html",
            officer=views_devices.officer_name(work, issued.officer_id),
            device=views_devices.device_name(work, device_id),
            drawing=qr.svg(issued.text),
            text=issued.text,
            expires_at=issued.expires_at,
        )


@blueprint.get("/<device_id>")
@roles(*frame.DEVICES)
def one(device_id: str) -> str:
    """One tablet: beside the list, or by itself for htmx."""
    with edge.reading() as work:
        return _page(work, views_devices.one(work, device_id))


@blueprint.post("/<device_id>/retire")
@roles(*frame.DEVICES)
def retire(device_id: str) -> Response:
    """Take it out of use; it hands in what it has and wipes itself."""
    with edge.working() as work:
        devices.retire(work, device_id, request.form.get("reason", ""))
    return _back(device_id)


@blueprint.post("/<device_id>/lost")
@roles(*frame.DEVICES)
def report_lost(device_id: str) -> Response:
    """Say that it is lost; another administrator confirms."""
    with edge.working() as work:
        devices.propose_lost(work, device_id, request.form.get("reason", ""))
    return _back(device_id)


@blueprint.post("/<device_id>/lost/<order_id>")
@roles(*frame.DEVICES)
def confirm_lost(device_id: str, order_id: str) -> Response:
    """Confirm it as the second administrator."""
    with edge.working() as work:
        devices.confirm_lost(work, device_id, order_id)
    return _back(device_id)


def _back(device_id: str) -> Response:
    address = url_for("console_devices.one", device_id=device_id, **_kept(_wanted()))
    return redirect(address, HTTPStatus.SEE_OTHER)


def _wanted() -> Show:
    asked = request.args.get("show", "")
    return Show(asked) if asked in set(Show) else Show.ALL


def _kept(wanted: Show) -> dict[str, Any]:
    """The filter as an address carries it on."""
    return {} if wanted is Show.ALL else {"show": str(wanted)}


def _page(work: Work, view: DeviceView | None) -> str:
    wanted = _wanted()
    kept = _kept(wanted)
    if frame.is_fragment() and view is not None:
        line = views_devices.line(work, view.device)
        return frame.beside(
            work, "console/device.html", "console/device_row.html", line, view=view, kept=kept
        )
    return frame.page(
        work,
        "console/devices.html",
        view=view,
        kept=kept,
        show=wanted,
        lines=views_devices.lines(work, wanted),
        enrolments=views_devices.open_enrolments(work),
    )
