"""The rules over plans: what each asks, on what basis, with which parameters. Reads only."""

from typing import Any

from flask import Blueprint, request

from server import edge
from server.access import roles
from server.services import views_rules
from server.services.views_rules import Filter, RuleView
from server.web.console import frame
from server.work import Work

blueprint = Blueprint("console_rules", __name__, url_prefix="/console/rules")


@blueprint.get("/")
@roles(*frame.RULES)
def show() -> str:
    """The list, nothing opened."""
    with edge.reading() as work:
        return _page(work, None)


@blueprint.get("/<rule_id>")
@roles(*frame.RULES)
def one(rule_id: str) -> str:
    """One rule: beside the list, or by itself for htmx."""
    with edge.reading() as work:
        return _page(work, views_rules.one(work, rule_id))


def _page(work: Work, view: RuleView | None) -> str:
    wanted = _wanted()
    shown = {"view": view, "kept": _kept(wanted)}
    if frame.is_fragment() and view is not None:
        return frame.beside(work, "console/rule.html", "console/rule_row.html", view.rule, **shown)
    return frame.page(
        work,
        "console/rules.html",
        wanted=wanted,
        lines=views_rules.lines(wanted),
        counts=views_rules.counts(),
        **shown,
    )


def _wanted() -> Filter:
    return Filter(
        effect=request.args.get("effect", ""), text=request.args.get("text", "").strip()[:100]
    )


def _kept(wanted: Filter) -> dict[str, Any]:
    """The filter as an address carries it on."""
    return {k: v for k, v in (("effect", wanted.effect), ("text", wanted.text)) if v}
