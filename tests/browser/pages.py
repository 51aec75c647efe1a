"""Pages opened as a person would, and watched for what must never happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page

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
    tolerated: str = "status of 404",
) -> Iterator[Page]:
    """A fresh page; on leaving, nothing may have been complained of or asked from elsewhere.

    `tolerated` is what a test provokes itself: a page that is not there is an error of the
    console too.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width <= PHONE else 900},
        color_scheme=scheme,
        java_script_enabled=javascript,
    )
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
        assert context.cookies() == []
    finally:
        context.close()


WATCHED = {"error", "warning"}
