"""What all templates share: the site's name, and dates as people write them."""

from datetime import date, datetime
from typing import Any

from flask import Flask
from markupsafe import Markup

from kb.desk.clock import LONDON
from kb.markdown import Rendered
from web import context
from web.addresses import (
    ABOUT,
    ACCESSIBILITY,
    ACCOUNT,
    AUDIT,
    COMPARE,
    DIGEST_ADMIN,
    EDIT,
    FEED,
    HOME,
    MAP,
    PEOPLE,
    REGIONS,
    SEARCH,
    SHORTLIST,
    SIGN_IN,
    SIGN_OUT,
    SUBSCRIBE,
    SUGGEST,
)


def init_app(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.filters["long_date"] = long_date
    app.jinja_env.filters["month"] = month
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.globals |= {
        "home_href": HOME,
        "search_href": SEARCH,
        "suggest_href": SUGGEST,
        "feed_href": FEED,
        "about_href": ABOUT,
        "accessibility_href": ACCESSIBILITY,
        "regions_href": REGIONS,
        "compare_href": COMPARE,
        "shortlist_href": SHORTLIST,
        "map_href": MAP,
        "account_href": ACCOUNT,
        "audit_href": AUDIT,
        "digest_admin_href": DIGEST_ADMIN,
        "edit_href": EDIT,
        "people_href": PEOPLE,
        "sign_in_href": SIGN_IN,
        "sign_out_href": SIGN_OUT,
        "subscribe_href": SUBSCRIBE,
        "absolute": absolute,
    }
    app.context_processor(_shared)


def long_date(day: date) -> str:
    """2 March 2026."""
    return f"{day.day} {day:%B %Y}"


def month(day: date) -> str:
    """Mar 2026."""
    return f"{day:%b %Y}"


def moment(when: datetime) -> str:
    """2 March 2026, 09:30, by the clocks of England."""
    here = when.astimezone(LONDON)
    return f"{long_date(here)}, {here:%H:%M}"


def absolute(path: str) -> str:
    """A path of the site as it is written elsewhere."""
    return f"{context.settings().base_url}{path}"


def safe_html(rendered: Rendered) -> Markup:
    """A study's text as HTML. The one place where HTML passes unescaped: it was sanitised."""
    return Markup(rendered.html)  # noqa: S704


def _shared() -> dict[str, Any]:
    return {"site_name": context.settings().site_name}
