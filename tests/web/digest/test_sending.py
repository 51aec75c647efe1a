"""The digest on its way: from a reader's wishes to their mailbox and the page in a browser."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from kb.desk.clock import LONDON
from kb.digest.interests import Interests, SavedSearch
from kb.digest.subscription import Subscription
from kb.digest.subscriptions import Subscriptions
from kb.digest.wishes import Wishes
from tests.factories import an_id, write_study
from tests.kb.digest.readers import NONE
from tests.mail_server import MailServer, mail_server
from tests.web.html import Element, parse
from tests.web.site import PLAIN, Site
from tests.web.test_mailing import mailing
from web.digest.links import ReaderLinks
from web.digest.sending import sending
from web.keeper import Keeper

ANYTHING = Interests()


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server on loopback."""
    with mail_server() as running:
        yield running


def readers(site: Site, *addresses: str, about: Interests = ANYTHING) -> list[Subscription]:
    """Readers of whom an issue was due at the last full hour."""
    due_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    here = due_at.astimezone(LONDON)
    wishes = Wishes(about, weekday=here.weekday(), hour=here.hour, pause_in_holidays=False)
    week_before = due_at - timedelta(days=7)
    made = []
    with site.services.database.begin() as session:
        use = Subscriptions(session, NONE)
        for address in addresses:
            asked = use.ask(address, wishes, week_before)
            assert asked
            made.append(use.confirm(asked.asked.id, week_before))
    assert {each.due_at for each in made} == {due_at}
    return made


def publish(site: Site, slug: str, **given: object) -> None:
    """A study that is live since yesterday."""
    write_study(site.content, slug, body=PLAIN, **given)
    site.update()
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store, store:
        stamp = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S.000000")
        store.execute(
            "UPDATE publication SET first_live_at = ? WHERE case_study_id = ?", (stamp, an_id(slug))
        )


def issue_link(server: MailServer) -> str:
    page = html_of(server)
    hrefs = [each.attributes["href"] for each in page.all("a")]
    [link] = [href for href in hrefs if "/issue/" in href]
    return link.removeprefix("http://127.0.0.1:8000")


def html_of(server: MailServer) -> Element:
    body = server.received[-1].mail.get_body(("html",))
    assert body is not None
    return parse(body.get_content())


def test_the_keeper_sends_what_is_due_once(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    publish(site, "breakfast", title="Breakfast before the bell")
    readers(site, "a@school.example", "b@school.example")
    assert Keeper(site.services).work_once()
    assert sorted(each.to for each in server.received) == [
        ("a@school.example",),
        ("b@school.example",),
    ]
    mail = server.received[0].mail
    assert mail["Subject"].startswith("New: ")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"]
    assert "Breakfast before the bell" in html_of(server).text
    assert Keeper(site.services).work_once()
    assert len(server.received) == 2


def test_an_issue_can_be_read_in_a_browser_and_loads_nothing(
    site: Site, server: MailServer
) -> None:
    site = mailing(site, server.url)
    publish(site, "breakfast", title="Breakfast before the bell")
    [reader] = readers(site, "a@school.example")
    assert Keeper(site.services).work_once()
    link = issue_link(server)
    answer = site.get(link)
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Breakfast before the bell" in parse(answer.text).text
    assert site.get(f"{link}x").status_code == 403
    write_study(site.content, "breakfast", title="Breakfast", body=PLAIN, status="archived")
    site.update()
    assert "Breakfast" not in site.get(link).text
    with site.services.database.begin() as session:
        Subscriptions(session, NONE).delete(reader.id)
    assert site.get(link).status_code == 404


def test_what_a_reader_was_sent_is_among_their_data(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    publish(site, "breakfast", title="Breakfast before the bell")
    [reader] = readers(site, "a@school.example")
    assert Keeper(site.services).work_once()
    links = ReaderLinks(site.services.links, "http://localhost")
    address = links.preferences(reader.id).removeprefix("http://localhost")
    assert an_id("breakfast") in site.json(f"{address}/data")["sent"]


def test_a_followed_search_brings_its_passage(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    publish(site, "breakfast", title="Breakfast before the bell")
    search = Interests.of(
        {}, [SavedSearch.of("breakfast bell", ())], site.services.searcher.vocabularies()
    )
    readers(site, "a@school.example", about=search)
    done = sending(site.services).send_due(datetime.now(UTC))
    assert done.issues == 1
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store:
        [(text,)] = store.execute("SELECT text FROM outbox WHERE is_bulk").fetchall()
    assert "It answers a search that you follow: “breakfast bell”." in " ".join(text.split())
