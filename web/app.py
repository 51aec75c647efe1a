"""The Flask app: wiring and nothing else."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from web import (
    about,
    account,
    assets,
    audit,
    briefing,
    caching,
    compare,
    compression,
    context,
    errors,
    feedback,
    feeds,
    home,
    invitations,
    media,
    metrics,
    ops,
    people,
    practices,
    regions,
    search,
    security,
    shortlist,
    sign_in,
    signed_in,
    suggest,
    uploads,
    versions,
    view,
)
from web import map as map_page
from web.api import routes
from web.digest import admin, reader, subscribe
from web.edit import (
    alike,
    approval,
    pictures,
    publishing,
    queue,
    review,
    saved,
    schools,
    word,
    writing,
)
from web.services import Services


def create_app(services: Services) -> Flask:
    """Wire the parts; no model, index or database is opened here."""
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    context.init_app(app, services)
    view.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    feedback.limiter.init_app(app)
    # What comes later here is the first to see an answer.
    metrics.init_app(app)
    security.init_app(app)
    compression.init_app(app)
    caching.init_app(app)
    # How much may be sent is known before a form's token is looked for in it.
    uploads.init_app(app)
    signed_in.init_app(app, services.secret)
    finding = (home, about, regions, map_page, search, suggest)
    reading = (practices, briefing, versions, compare, shortlist, media)
    accounts = (sign_in, invitations, account, people, audit)
    desk = (queue, writing, schools, pictures, word, alike, review, publishing, saved, approval)
    digest = (subscribe, reader, admin)
    for module in (
        *(*finding, *reading, *accounts, *desk, *digest),
        *(feedback, feeds, routes, ops),
    ):
        app.register_blueprint(module.bp)
    app.register_blueprint(feeds.feed)
    if (proxies := services.settings.proxies) > 0:
        # Of what a request says about who asked, only what these proxies wrote is believed.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app
