"""The page of a shortlist: what its address names, what is missing, and how it is passed on."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.html import Element
from tests.web.site import PUBLISHED, Site
from tests.web.site import slugs as found_slugs
from web.addresses import shortlist_address
from web.shortlist import MOST


def listed(site: Site, *asked: str) -> Element:
    return site.page(shortlist_address(asked))


def slugs(page: Element) -> list[str]:
    """The studies listed, in order."""
    titles = [card.one("h3") for card in page.all("article")]
    return [title.links()[0].rpartition("/")[2] for title in titles]


def notes(page: Element) -> str:
    return " ".join(note.text for note in page.all("p", class_="note"))


def mail(page: Element) -> tuple[str, str]:
    """The address that opens a mail program, and the message's text."""
    [address] = [href for href in page.links() if href.startswith("mailto:")]
    return address, parse_qs(urlsplit(address).query)["body"][0]


def test_without_studies_it_says_how_to_keep_some(small: Site) -> None:
    page = listed(small)
    assert slugs(page) == []
    assert "choose “Keep”" in page.one(class_="empty").text


def test_the_studies_stand_in_the_order_of_the_address_and_once(small: Site) -> None:
    page = listed(small, "quiet-room", "gate", "quiet-room")
    assert slugs(page) == ["quiet-room", "gate"]
    assert not notes(page).startswith("There is no")


@pytest.mark.parametrize("gone", ["no-such", "half-done", "<b>x</b>", "x" * 9000, "../etc", "🙂"])
def test_what_is_gone_is_named_and_the_rest_stays(small: Site, gone: str) -> None:
    page = listed(small, gone, "gate")
    assert slugs(page) == ["gate"]
    assert f"“{gone[:100]}”" in notes(page)
    assert not page.one("main").all("b")


@pytest.mark.parametrize("raw", ["%00", "%ff", "", "%20", "%0d%0aX:%201"])
def test_an_odd_slug_is_answered(small: Site, raw: str) -> None:
    assert small.get(f"/shortlist?slug={raw}&slug=gate").status_code == 200


def test_an_earlier_address_leads_to_the_study(small: Site) -> None:
    assert slugs(listed(small, "old-gate", "quiet-room", "gate")) == ["gate", "quiet-room"]


def test_more_than_it_holds_are_cut_and_that_is_said(small: Site) -> None:
    page = listed(small, "gate", *(f"no-such-{n}" for n in range(MOST)))
    assert slugs(page) == ["gate"]
    assert f"Only the first {MOST}" in notes(page)


def test_the_message_names_each_study_and_the_whole_list(small: Site) -> None:
    page = listed(small, "gate", "quiet-room")
    address, body = mail(page)
    base = small.services.settings.base_url
    assert f"Meeting children at the gate\r\n{base}/practice/gate\r\n" in body
    assert f"{base}/shortlist?slug=gate&slug=quiet-room" in body
    assert " " not in address
    assert "+" not in address


def test_a_long_list_makes_a_message_that_mail_programs_take(shipped: Site) -> None:
    every = found_slugs(shipped.page("/search", limit=100))[:MOST]
    address, body = mail(listed(shipped, *every))
    # The link of the whole list is never left out, long as it may be.
    assert f"/practice/{every[0]}" not in body or len(address) <= 1900
    assert body.count("slug=") == MOST
    few, _ = mail(listed(shipped, *every[:6]))
    assert len(few) <= 1900


def test_no_cache_on_the_way_keeps_it_and_no_engine_lists_it(small: Site) -> None:
    answer = small.get("/shortlist?slug=gate")
    assert answer.cache_control.private
    assert 'content="noindex"' in answer.text


@pytest.mark.parametrize("path", ["/search", "/practice/gate", "/shortlist?slug=gate", "/"])
def test_a_study_can_be_kept_wherever_it_is_shown(small: Site, path: str) -> None:
    buttons = small.page(path).one("main").all("button", class_="keep")
    assert buttons
    assert {button.attributes["data-keep"] for button in buttons} <= set(PUBLISHED)
    # One name each, by the title.
    assert len({button.text for button in buttons}) == len(buttons)
