"""A real site over a content folder; only the language model is replaced."""

import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.test import TestResponse

from indexer.embedding import PACKAGED_NAME
from tests.factories import content_folder, write_picture, write_study
from tests.fakes import WordEncoder
from tests.web.html import Element, parse
from web.app import create_app
from web.context import wired
from web.services import Services, open_services
from web.view import long_date


class ModelOfWords(WordEncoder):
    """Stands where the product loads its model, under the packaged model's name."""

    def __init__(self, model: str | None = None, folder: Path | None = None) -> None:
        super().__init__(model or PACKAGED_NAME)


@dataclass(frozen=True, slots=True)
class Site:
    """An installation with its app, as one process of the server has it."""

    services: Services
    app: Flask

    @property
    def content(self) -> Path:
        """The folder of files that the site is made from."""
        return self.services.settings.content

    @property
    def home(self) -> Path:
        """The folder of its state."""
        return self.services.settings.home

    @property
    def env(self) -> dict[str, str]:
        """The variables that lead a command to this installation."""
        return {"KB_HOME": str(self.home), "KB_CONTENT": str(self.content)}

    def get(self, address: str, **params: Any) -> TestResponse:
        """The answer to a GET."""
        return self.app.test_client().get(address, query_string=params or None)

    def page(self, address: str, status: int = 200, **params: Any) -> Element:
        """The page at an address; fails if it has another status."""
        answer = self.get(address, **params)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text[:300]}"
        assert answer.mimetype == "text/html"
        return parse(answer.text)

    def json(self, address: str, status: int = 200, **params: Any) -> Any:
        """The JSON at an address; fails if it has another status."""
        answer = self.get(address, **params)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text[:300]}"
        assert answer.mimetype == "application/json"
        return answer.get_json()

    def update(self) -> None:
        """Bring catalogue and index into line with the files, as the keeper does."""
        self.services.updater.update()

    def queries(self) -> dict[str, tuple[int, int]]:
        """What the query log holds: how often each was asked, and what it found last."""
        with self.app.app_context():
            wired().queries.flush()
        with closing(sqlite3.connect(self.home / "kb.sqlite")) as store:
            rows = store.execute("SELECT query, times, total FROM logged_query").fetchall()
        return {query: (times, total) for query, times, total in rows}


def a_site(content: Path, home: Path, *, update: bool = True, **env: str) -> Site:
    """A site over a content folder, its index built unless told otherwise."""
    services = open_services({"KB_HOME": str(home), "KB_CONTENT": str(content), **env})
    if update:
        services.updater.update()
    return Site(services, create_app(services))


def small_content(tmp_path: Path) -> Path:
    """Nine studies that differ in what people filter by, a draft, an archived one, a picture."""
    root = content_folder(tmp_path)
    write_picture(root)
    for slug, given in STUDIES.items():
        write_study(root, slug, **{"body": PLAIN, **given})
    return root


PLAIN = "\n\n".join(
    f"## {heading}\n\nThe usual things happened there, as people say."
    for heading in ("Context", "Challenge", "What we did", "Impact", "What we learned")
)
_SEND: Mapping[str, Any] = {"focus": ["send"], "settings": ["mainstream"]}
STUDIES: Mapping[str, Mapping[str, Any]] = {
    "gate": {
        "title": "Meeting children at the gate",
        "summary": "A hello at the gate made Mondays calmer.",
        "answers": ["How do we get children in on time?"],
        "focus": ["disadvantage"],
        "disadvantage": ["fsm6", "young-carers"],
        "themes": ["attendance"],
        "first_published": "2025-09-01",
        "aliases": ["old-gate"],
        "body": """\
## Context

A two-form primary school[^1] by the sea, with ten new pupils at half-term.

![The gate on a Monday](../media/gate/photo.png)

## Challenge

Mondays were **loud**. See [the quiet room](quiet-room.md) too.

## What we did

| Day | Adults |
| :-- | --: |
| Monday | 2 |

1. Stand at the gate.
2. Say each name.

## Impact

Late marks fell from 41 to 12.

## What we learned

Name a second adult.

[^1]: It has since grown.
""",
        "school": {
            "name": "Harbour School",
            "type": "community-school",
            "academic_year": "2024/25",
            "pupils": 1412,
            "fsm6_percent": 38.5,
            "sen_support_percent": 0,
        },
        "effort": {
            "cost": "low",
            "staff": 2,
            "minutes_per_week": 60,
            "delivered_by": ["teaching-assistant"],
        },
        "evidence": {"strength": "before-after", "eef_strand": "parental-engagement"},
        "authors": ["Deputy head"],
        "contact": "hub",
        "hub": "birmingham-hub",
    },
    "quiet-room": {
        **_SEND,
        "title": "A quiet room for anxious pupils",
        "summary": "Pupils who are anxious have a quiet room.",
        "needs": ["SEMH", "ASD"],
        "conditions": ["autism"],
        "provision": ["universal"],
        "values": ["equity", "challenge"],
        "region": "yorkshire-and-the-humber",
        "subregion": "south-yorkshire",
        "first_published": "2025-10-01",
        "illustrative": True,
        "aliases": ["calm-room"],
        "evidence": {"strength": "comparison"},
        "effort": {"cost": "high", "staff": 5, "minutes_per_week": 200},
    },
    "symbols": {
        **_SEND,
        "title": "Symbols on every door",
        "summary": "Speech and symbols for all.",
        "needs": ["SLCN"],
        "phases": ["early-years"],
        "groups": ["eal"],
        "subjects": ["english"],
        "first_published": "2025-11-01",
        "evidence": {"strength": "external"},
    },
    "both": {
        "title": "Reading partners for young carers",
        "summary": "Older pupils read with young carers.",
        "focus": ["send", "disadvantage"],
        "needs": ["SLCN"],
        "disadvantage": ["young-carers"],
        "phases": ["secondary"],
        "subjects": ["english"],
        "values": ["collaboration"],
        "themes": ["attendance"],
        "first_published": "2025-12-01",
        "evidence": {"strength": "described"},
    },
    "breakfast": {
        "title": "Breakfast before the bell",
        "summary": "Toast for everyone who comes early.",
        "values": ["innovation"],
        "first_published": "2026-01-01",
        # Due, and within its grace: a keeper leaves it.
        "review_by": f"{datetime.now(UTC).date() - timedelta(days=30)}",
    },
    **{
        f"filler-{n}": {
            "title": f"Filler number {n}",
            "summary": f"The filler of hall {n}.",
            "first_published": f"2024-01-0{n}",
        }
        for n in range(1, 5)
    },
    "half-done": {"title": "Half done", "status": "draft"},
    "put-away": {"title": "Put away", "status": "archived"},
}


def slugs(page: Element) -> list[str]:
    """The studies that were found, in order; the closest of a page that found none are no finds."""
    return _slugs(page)[0]


def closest(page: Element) -> list[str]:
    """The studies that are offered where nothing was found."""
    return _slugs(page)[1]


def _slugs(page: Element) -> tuple[list[str], list[str]]:
    found: list[str] = []
    near: list[str] = []
    into = found
    for element in page.one(id="results").walk():
        if element.attributes.get("class") == "closest":
            into = near
        elif element.tag == "article":
            into.append(element.one("h3").links()[0].removeprefix("/practice/"))
    return found, near


def today() -> str:
    """The day as pages write it."""
    return long_date(datetime.now(ZoneInfo("Europe/London")).date())


def eventually(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something is so; fails if it does not come to pass in time."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


PUBLISHED = [slug for slug in STUDIES if slug not in {"half-done", "put-away"}]


def submitted(page: Element) -> list[tuple[str, str]]:
    """What a browser sends of the search form as it stands: its own fields and those that name it,
    wherever on the page they are."""
    form = page.one("form", id="find")
    fields = [*form.all("input"), *page.all("input", form="find"), *page.all("select", form="find")]
    pairs = []
    for field in fields:
        given = field.attributes
        if field.tag == "select":
            chosen = [o for o in field.all("option") if "selected" in o.attributes]
            pairs.append((given["name"], (chosen or field.all("option"))[0].attributes["value"]))
        elif given.get("type") != "checkbox" or "checked" in given:
            pairs.append((given["name"], given.get("value", "")))
    return pairs
