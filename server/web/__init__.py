"""Pages: the console, the portal and what a phone's camera opens. One line per blueprint."""

from flask import Flask

from server.web import actions, advice, assets, desk_words, formats, icons, language, words
from server.web.console import (
    agencies,
    audit,
    complaints,
    delivery,
    desk,
    devices,
    documents,
    draws,
    enterprises,
    exports,
    holidays,
    imports,
    items,
    merges,
    officers,
    parameters,
    people,
    plans,
    quarantine,
    queue,
    ratings,
    recusals,
    requests,
    review,
    rules,
    sign_in,
    tasks,
    times,
    visit_papers,
    visits,
    webhooks,
)
from server.web.portal import door, notices
from server.web.portal import people as portal_people
from server.web.portal import reports as portal_reports
from server.web.portal import requests as portal_requests
from server.web.portal import sign_in as portal_sign_in
from server.web.portal import times as portal_times
from server.web.portal import visits as portal_visits
from server.web.portal import ways as portal_ways
from server.web.public import codes, front
from server.web.public import draws as public_draws
from server.web.public import open_data as public_open
from server.web.public import plans as public_plans
from server.web.public import reports as public_reports

BLUEPRINTS = (
    sign_in.blueprint,
    queue.blueprint,
    plans.blueprint,
    review.blueprint,
    rules.blueprint,
    parameters.blueprint,
    holidays.blueprint,
    draws.blueprint,
    imports.blueprint,
    exports.blueprint,
    tasks.blueprint,
    times.blueprint,
    merges.blueprint,
    visits.blueprint,
    visit_papers.blueprint,
    documents.blueprint,
    desk.blueprint,
    quarantine.blueprint,
    ratings.blueprint,
    ratings.ledger,
    requests.blueprint,
    requests.rectifying,
    complaints.blueprint,
    delivery.blueprint,
    webhooks.blueprint,
    devices.blueprint,
    agencies.blueprint,
    items.blueprint,
    enterprises.blueprint,
    officers.blueprint,
    recusals.blueprint,
    people.blueprint,
    audit.blueprint,
    front.blueprint,
    codes.blueprint,
    public_draws.blueprint,
    public_open.blueprint,
    public_plans.blueprint,
    public_reports.blueprint,
    door.blueprint,
    notices.blueprint,
    portal_sign_in.blueprint,
    portal_visits.blueprint,
    portal_times.blueprint,
    portal_requests.blueprint,
    portal_reports.blueprint,
    portal_people.blueprint,
    portal_ways.blueprint,
)


def register(app: Flask) -> None:
    """Put every page into `app`, and what templates may call."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["icon"] = icons.icon
    for part in (language, assets, formats, words, actions, advice, desk_words):
        part.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
