"""Subscribing: what is typed is read with care, and the answer tells nobody who is known."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from kb.digest.holidays import SchoolHolidays
from kb.digest.subscriptions import MOST_ASKS, Subscriptions
from tests.web.digest.mailbox import (
    ADDRESS,
    mails,
    main_of,
    post,
    preferences,
    states,
    subscribe,
)
from tests.web.html import parse
from tests.web.site import Site
from web.feedback import limiter


@pytest.fixture(autouse=True)
def _nobody_has_sent_anything() -> None:
    """Limits are counted in this process, over all its apps."""
    if limiter.initialized:
        limiter.reset()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "reader",
        "reader@",
        "@school.example",
        "reader@school",
        "reader@school..example",
        "two@school.example, three@school.example",
        "reader@school.example\r\nBcc: victim@school.example",
        "reader@school.example\x00",
        "<script>@school.example",
        "reader@[127.0.0.1]",
        f"{'x' * 65}@school.example",
        f"reader@{'x' * 250}.example",
    ],
)
def test_what_is_no_address_is_given_back_with_all_that_was_chosen(site: Site, typed: str) -> None:
    answer = subscribe(site, typed, need=["SEMH"], weekday="3", search=["q=late"])
    assert answer.status_code == 422
    page = parse(answer.text)
    assert page.one(id="problem").text
    assert page.one("input", value="SEMH").attributes.get("checked") == ""
    assert page.one("input", name="search").attributes["value"] == "q=late"
    assert (mails(site), states(site)) == ([], [])
    assert not page.one("main").all("script")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Reader@School.Example ", ADDRESS),
        ("a.b+digest@school.example", "a.b+digest@school.example"),
        ("o'neil@school.example", "o'neil@school.example"),
        ("reader@schüle.example", "reader@xn--schle-mva.example"),
    ],
)
def test_addresses_are_kept_in_one_spelling(site: Site, typed: str, kept: str) -> None:
    assert subscribe(site, typed).location == "/subscribe/sent"
    assert states(site) == [(kept, "pending")]
    assert [mail.to for mail in mails(site)] == [kept]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"frequency": "hourly"}, "how often"),
        ({"weekday": "7"}, "a day of the week"),
        ({"weekday": "-1"}, "a day of the week"),
        ({"hour": "24"}, "an hour"),
        ({"hour": "٣"}, "an hour"),
        ({"need": ["semh"]}, "not a known need"),
        ({"term_region": "narnia"}, "not a known region"),
        ({"search": ["page=2"]}, "nothing to follow"),
        ({"search": [f"q={n}" for n in range(11)]}, "At most 10 searches"),
        ({"search": ["q=late"] * 31}, "At most 10 searches"),
        ({"search": ["&".join(f"x{n}=1" for n in range(300))]}, "too long"),
    ],
)
def test_what_our_form_does_not_offer_is_refused(
    site: Site, given: dict[str, Any], says: str
) -> None:
    answer = subscribe(site, **given)
    assert answer.status_code == 422
    assert says in main_of(answer)
    assert (mails(site), states(site)) == ([], [])


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
def test_from_another_site_it_is_refused(site: Site, origin: str | None) -> None:
    assert subscribe(site, origin=origin).status_code == 403
    assert subscribe(site, signed="forged").status_code == 403
    assert states(site) == []


def test_the_answer_is_the_same_whoever_is_known(site: Site) -> None:
    preferences(site, "active@school.example")
    preferences(site, "suppressed@school.example")
    with site.services.database.begin() as session:
        Subscriptions(session, SchoolHolidays()).suppress("suppressed@school.example")
    subscribe(site, "pending@school.example")
    answers = [
        subscribe(site, f"{name}@school.example")
        for name in ("active", "suppressed", "pending", "new", "pending", "pending", "pending")
    ]
    told = {
        (a.status_code, a.location, a.text, tuple(name for name, _ in a.headers)) for a in answers
    }
    assert len(told) == 1
    assert "Set-Cookie" not in answers[0].headers


def test_nothing_that_was_typed_stands_in_the_message(site: Site) -> None:
    """Or anybody could have us write anything to anybody."""
    spam = "Visit http://evil.example <b>now</b>"
    subscribe(site, search=[f"q={spam}", "q=late"], need=["SEMH"])
    [mail] = mails(site)
    for said in (mail.subject, mail.text, mail.html):
        assert "evil" not in said
        assert "late" not in said
    assert "- What is new in 2 searches" in mail.text
    assert "- SEND needs: Social, emotional and mental health" in mail.text
    assert mail.link in mail.html
    assert mail.subject == "Please confirm: the digest of Practice Library"


def test_who_gets_it_already_is_led_to_their_preferences(site: Site) -> None:
    preferences(site, need=["SEMH"])
    subscribe(site, search=["q=late&value=equity"])
    mail = mails(site)[-1]
    assert mail.subject == "Your digest of Practice Library"
    assert "late" not in mail.text
    page = site.page(mail.link)
    assert "You asked to follow a search more" in page.text
    [search] = page.all("input", name="search")
    assert search.attributes["value"] == "q=late&value=equity"
    assert page.one("input", value="SEMH").attributes.get("checked") == ""
    # Nothing is followed until it is saved there.
    assert states(site) == [(ADDRESS, "active"), (ADDRESS, "pending")]
    assert not site.page(re.sub(r"\?.*", "", preferences_again(site))).all("input", name="search")


def preferences_again(site: Site) -> str:
    """The preferences without what was asked for last."""
    return str(post(site, mails(site)[0].link).location)


def test_a_burst_of_sign_ups_from_one_address_is_stopped(site: Site) -> None:
    statuses = [subscribe(site, f"r{n}@school.example").status_code for n in range(22)]
    assert statuses == [303] * 20 + [429] * 2
    assert len(states(site)) == 20


def test_one_address_is_written_to_only_so_often(site: Site) -> None:
    for _ in range(MOST_ASKS + 2):
        assert subscribe(site).location == "/subscribe/sent"
    assert len(mails(site)) == MOST_ASKS


def test_from_any_search_it_can_be_followed(site: Site) -> None:
    results = site.page("/search?q=late+marks&value=equity&sort=newest&page=1")
    [link] = [a for a in results.all("a") if a.text == "Follow this search by email"]
    page = site.page(link.attributes["href"])
    search = page.one("input", name="search")
    assert search.attributes["value"] == "q=late+marks&value=equity"
    assert "checked" in search.attributes
    assert "“late marks” (Equity)" in page.text
    # Without a search there is none to follow.
    assert "Follow this search" not in site.page("/search").text
    assert not site.page("/subscribe?page=2").all("input", name="search")


def test_what_was_typed_is_shown_as_text(site: Site) -> None:
    page = site.page("/subscribe", q='"><script>alert(1)</script>')
    assert not page.one("main").all("script")
    assert "<script>" in page.one("main").text


def test_pages_of_the_digest_are_unlisted_and_unkept(site: Site) -> None:
    path = preferences(site)
    addresses = ["/subscribe", "/subscribe/sent", path, f"{path}/data", "/digest/preferences/x"]
    for address in addresses:
        headers = site.get(address).headers
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Cache-Control"] == "no-store"
        secret = address.startswith("/digest")
        assert headers.getlist("Referrer-Policy") == ["no-referrer" if secret else "same-origin"]


def test_the_digest_begins_at_the_hour_that_was_asked_for(site: Site) -> None:
    page = site.page(preferences(site, weekday="6", hour="18", pause_in_holidays=[]))
    due = re.search(r"due on (\d+ \w+ \d{4}, 18:00)", page.text)
    assert due is not None
    moment = datetime.strptime(due[1], "%d %B %Y, %H:%M").replace(tzinfo=UTC)
    assert moment.weekday() == 6
