"""The real site, served by `kb serve` over the shipped content, and real Chromium."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.members import SignedIn, signed_in_page
from tests.browser.pages import CHROMIUM_ARGS
from tests.browser.serving import serving

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the system's Chromium is."""
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        problem = f"no Chromium found (looked for {', '.join(CHROMIUM_NAMES)})"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must run the browser tests, but {problem}")
        pytest.skip(f"BROWSER TESTS NOT RUN: {problem}")
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the running site keeps its state."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def site(home: Path) -> Iterator[str]:
    """The address of a running site, once it is ready to answer searches."""
    with serving(home) as address:
        yield address


@pytest.fixture
def signed_in(browser: Browser, site: str, home: Path) -> SignedIn:
    """Opens pages of somebody with a role: `with signed_in(Role.EDITOR, width=PHONE) as page:`."""
    return partial(signed_in_page, browser, site, home)
