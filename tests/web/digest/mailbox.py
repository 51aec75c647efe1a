"""A reader of the digest: fills in the form, reads the mail, follows its links."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.web.html import Element, parse
from tests.web.site import Site

HERE = "http://localhost"
ADDRESS = "reader@school.example"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that waits to be sent."""

    to: str
    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        """The path of the one link of the text."""
        [found] = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", self.text)
        return str(found)


def mails(site: Site) -> list[Mail]:
    """All that was written, in order."""
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store:
        rows = store.execute('SELECT "to", subject, text, html FROM outbox ORDER BY id')
        return [Mail(*row) for row in rows]


def states(site: Site) -> list[tuple[str, str]]:
    """The address and state of every subscription."""
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store:
        return sorted(store.execute("SELECT address, state FROM subscription").fetchall())


def filled_in(page: Element) -> dict[str, list[str]]:
    """What a browser sends of the page's largest form as it stands."""
    form = max(page.all("form"), key=lambda each: len(list(each.walk())))
    sent: dict[str, list[str]] = {}
    for field in (*form.all("input"), *form.all("select")):
        given = field.attributes
        if field.tag == "select":
            chosen = [o for o in field.all("option") if "selected" in o.attributes]
            value = (chosen or field.all("option"))[0].attributes["value"]
        elif given.get("type") == "checkbox" and "checked" not in given:
            continue
        else:
            value = given.get("value", "")
        sent.setdefault(given["name"], []).append(value)
    return sent


def subscribe(
    site: Site,
    address: str = ADDRESS,
    at: str = "/subscribe",
    origin: str | None = HERE,
    **given: Any,
) -> TestResponse:
    """What comes of the form, opened and sent as a reader does."""
    form = {**filled_in(site.page(at)), "email": address, **given}
    headers = {"Origin": origin} if origin is not None else {}
    return site.app.test_client().post("/subscribe", data=form, headers=headers)


def post(site: Site, address: str, **form: Any) -> TestResponse:
    """What comes of a POST as mail programs and `no-referrer` pages send it: from nowhere."""
    return site.app.test_client().post(address, data=form, headers={"Origin": "null"})


def preferences(site: Site, address: str = ADDRESS, **given: Any) -> str:
    """The address of the preferences of somebody who has subscribed and agreed."""
    subscribe(site, address, **given)
    answer = post(site, mails(site)[-1].link)
    assert answer.status_code == 303, answer.text
    return str(answer.location).partition("?")[0]


def main_of(answer: TestResponse) -> str:
    """The text of an answer's page."""
    return parse(answer.text).one("main").text
