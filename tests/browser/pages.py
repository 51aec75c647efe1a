"""Pages opened as a person would, and watched for what must never happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page

from web.signed_in import COOKIE

PHONE = 390
DESKTOP = 1280
SMALLEST = 320
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def a_page(
    browser: Browser,
    *,
    width: int = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
    javascript: bool = True,
    adapted: bool = False,
    tolerated: str = "status of 404",
    signed_in: tuple[str, str] | None = None,
) -> Iterator[Page]:
    """A fresh page; on leaving, nothing may have been complained of or asked from elsewhere.

    Args:
        browser: that it is opened in.
        width: of the window, in pixels of style sheets.
        scheme: what the reader prefers.
        javascript: whether it is on.
        adapted: as at 200 % zoom, with forced colours and little motion.
        tolerated: what the test provokes itself; a page that is not there is an error of the
            console too.
        signed_in: the site's address and the token of somebody who is; see `members`. An empty
            token is for whoever signs in during the test. Nobody else may get a cookie.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width <= PHONE else 900},
        color_scheme=scheme,
        java_script_enabled=javascript,
        device_scale_factor=2 if adapted else 1,
        forced_colors="active" if adapted else "none",
        reduced_motion="reduce" if adapted else "no-preference",
    )
    if signed_in and signed_in[1]:
        context.add_cookies([{"name": COOKIE, "value": signed_in[1], "url": signed_in[0]}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in WATCHED else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: complaints.append(r.url) if "127.0.0.1" not in r.url else None)
    try:
        yield page
        # Of every request that a later one overtakes, htmx says so in the console.
        unasked = [c for c in complaints if tolerated not in c and not c.startswith("htmx:")]
        assert unasked == []
        kept = {each.get("name") for each in context.cookies()}
        assert kept <= ({COOKIE} if signed_in else set())
    finally:
        context.close()


WATCHED = {"error", "warning"}
