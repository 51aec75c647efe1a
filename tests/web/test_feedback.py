"""The form that anybody may send: from our page, in its time, not too often, and nothing of who."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from itsdangerous import Signer
from werkzeug.test import TestResponse

from tests.factories import write_study
from tests.web.html import parse
from tests.web.site import Site
from web.feedback import limiter
from web.public_forms import sign

HERE = "http://localhost"


@pytest.fixture(autouse=True)
def _nobody_has_sent_anything() -> None:
    """Limits are counted in this process, over all its apps."""
    if limiter.initialized:
        limiter.reset()


def signed(site: Site, slug: str = "gate") -> str:
    page = site.page(f"/practice/{slug}")
    return page.one("input", name="signed").attributes["value"]


def send(site: Site, slug: str = "gate", origin: str | None = HERE, **form: Any) -> TestResponse:
    """What comes of the form; by default as a reader sends it."""
    given = {"verdict": "useful", "reason": "", **form}
    if "signed" not in given:
        given["signed"] = signed(site)
    headers = {"Origin": origin} if origin is not None else {}
    return site.app.test_client().post(f"/practice/{slug}/feedback", data=given, headers=headers)


def rows(site: Site) -> list[tuple[str, str | None]]:
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store:
        return store.execute("SELECT verdict, reason FROM feedback").fetchall()


def test_what_is_sent_is_kept_and_thanked_for(site: Site) -> None:
    answer = send(site, verdict="not-for-us", reason=" No\nroom <b>left</b> ")
    assert (answer.status_code, answer.location) == (303, "/practice/gate/thanks")
    assert rows(site) == [("not-for-us", "No room <b>left</b>")]
    assert "Thank you" in site.page("/practice/gate/thanks").text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"verdict": ""}, "choose one"),
        ({"verdict": "<b>"}, "choose one"),
        ({"reason": "word " * 101}, "at most 500"),
    ],
)
def test_a_mistake_is_given_back_with_what_was_typed(
    site: Site, form: dict[str, str], says: str
) -> None:
    answer = send(site, **{"reason": "kept </textarea><b>", **form})
    assert answer.status_code == 422
    page = parse(answer.text)
    assert says in page.one(id="problem").text
    reason = form.get("reason", "kept </textarea><b>")
    assert page.one("textarea").text == " ".join(reason.split())
    assert not page.one("main").all("b")
    assert answer.cache_control.no_store
    assert "Content-Encoding" not in answer.headers
    assert rows(site) == []


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://localhost.evil.example", "localhost"]
)
def test_from_another_site_it_is_refused(site: Site, origin: str | None) -> None:
    answer = send(site, origin=origin)
    assert answer.status_code == 403
    assert "from its own page" in parse(answer.text).one("main").text
    assert rows(site) == []


def test_from_the_sites_public_address_it_is_taken(site: Site) -> None:
    """A proxy may call this server by another name than readers do."""
    assert send(site, origin=site.services.settings.base_url).status_code == 303


def test_a_forged_or_foreign_field_is_refused(site: Site) -> None:
    good = signed(site)
    today = datetime.now(UTC).date().isoformat()
    for bad in ("", "x", good[:-1], f"{good}x", Signer("k" * 40).sign(f"gate {today}").decode()):
        assert send(site, signed=bad).status_code == 403
    # Of another study, and of another purpose.
    assert send(site, signed=signed(site, "both")).status_code == 403
    assert rows(site) == []


@pytest.mark.parametrize(("days", "status"), [(0, 303), (2, 303), (3, 403), (400, 403), (-1, 403)])
def test_a_field_holds_for_two_days(site: Site, days: int, status: int) -> None:
    day = datetime.now(UTC).date() - timedelta(days)
    field = Signer(site.services.secret, salt="public form").sign(f"gate {day.isoformat()}")
    assert send(site, signed=field.decode()).status_code == status


def test_a_page_stays_the_same_all_day(site: Site) -> None:
    assert site.get("/practice/gate").headers["ETag"] == site.get("/practice/gate").headers["ETag"]
    with site.app.test_request_context():
        assert sign("gate") == signed(site)


def test_a_study_that_was_renamed_meanwhile_gets_what_was_said(site: Site) -> None:
    field = signed(site)
    (site.content / "case-studies" / "gate.md").unlink()
    write_study(site.content, "new-gate", id=site_id(site), aliases=["gate"])
    site.update()
    assert send(site, signed=field).location == "/practice/new-gate/thanks"


def site_id(site: Site) -> str:
    [found] = [r for r in site.json("/api/v1/search")["results"] if r["slug"] == "gate"]
    return str(found["id"])


@pytest.mark.parametrize("slug", ["half-done", "no-such"])
def test_of_what_nobody_may_read_nothing_is_taken(site: Site, slug: str) -> None:
    with site.app.test_request_context():
        field = sign(slug)
    assert send(site, slug, signed=field).status_code == 404


def test_too_often_is_refused_with_the_time_to_wait(site: Site) -> None:
    field = signed(site)
    statuses = [send(site, signed=field).status_code for _ in range(21)]
    assert statuses == [303] * 20 + [429]
    answer = send(site, signed=field)
    seconds = int(answer.headers["Retry-After"])
    assert 0 < seconds <= 60
    told = re.search(r"Try again in (\d+) second", parse(answer.text).one("main").text)
    assert told is not None
    assert abs(int(told[1]) - seconds) <= 1
    assert len(rows(site)) == 20


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_the_form_sends(site: Site, method: str) -> None:
    answer = site.app.test_client().open("/practice/gate/feedback", method=method)
    assert answer.status_code == 405
