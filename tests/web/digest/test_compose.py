"""What an issue of the digest looks like on its way, whatever is written into it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kb.digest.issue import Choice, Issue, Kind, Passage
from kb.digest.shelf import Study
from kb.digest.subscription import SubscriptionId
from kb.links import Links
from kb.mail import Message
from kb.mail.letter import write
from kb.smtp import Sender
from tests.kb.digest.people import a_subscription
from tests.kb.digest.studies import UNTIL, study
from tests.web.html import parse
from web.digest.compose import Composer, message_id
from web.digest.links import Purpose, ReaderLinks

BASE = "https://practice.example.org"
LINKS = ReaderLinks(Links("s" * 40, lambda: UNTIL), BASE)
READER = a_subscription()
HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert(1)) **b** {{ 7*7 }} &amp; \"' =?utf-8?q?x?="
)


def choice(of: Study, kind: Kind = Kind.FITS, **given: Any) -> Choice:
    passage = Passage("Fewer were late than before.", "Impact", ((0, 5),))
    return replace(Choice(of, kind, passage, "It is on what you follow: SEMH."), **given)


def composed(*choices: Choice, another: Choice | None = None) -> Message:
    return Composer(LINKS, "Library").compose(READER, Issue(choices, another), UNTIL)


def raw(message: Message) -> bytes:
    sender = Sender("Library", "digest@example.org")
    return write(message, message.message_id or "", sender, UNTIL).raw


def test_each_study_comes_with_its_passage_and_why() -> None:
    message = composed(
        choice(study("gate", school="High Lane")), choice(study("calm"), Kind.OUTSIDE)
    )
    page = parse(message.html or "")
    assert page.one("html").attributes["lang"] == "en-GB"
    assert [each.text for each in page.all("h1")] == ["Library: your digest"]
    assert [each.text for each in page.all("h2")] == ["New for you", "Outside your usual interests"]
    assert [each.text for each in page.all("h3")] == ["Gate", "Calm"]
    for body in (page.text, " ".join(message.text.split())):
        assert "Impact: Fewer were late than before." in body
        assert "Why you see it: It is on what you follow: SEMH." in body
        assert "High Lane" in body
        assert "Nothing here is tracked" in body
    assert "<b>Fewer</b>" in re.sub(r' style="[^"]*"', "", message.html or "")


def test_one_from_earlier_is_labelled_so_and_alone_it_names_the_issue() -> None:
    again = choice(study("calm"), Kind.AGAIN)
    message = composed(choice(study("gate")), another=again)
    assert message.subject == "New: Gate, and 1 more"
    assert [each.text for each in parse(message.html or "").all("h2")][-1] == "Worth another look"
    assert composed(another=again).subject == "Worth another look: Calm"


def test_illustrative_studies_are_labelled_and_no_others() -> None:
    labelled = composed(choice(study("gate", illustrative=True)))
    assert "Illustrative:" in (labelled.html or "")
    assert "Illustrative:" in labelled.text
    plain = composed(choice(study("gate", illustrative=False)))
    assert "Illustrative:" not in f"{plain.html}{plain.text}"


def test_links_are_absolute_and_nothing_is_loaded() -> None:
    message = composed(choice(study("gate")))
    page = parse(message.html or "")
    hrefs = [each.attributes["href"] for each in page.all("a")]
    assert f"{BASE}/practice/gate" in hrefs
    assert all(href.startswith(f"{BASE}/") for href in hrefs)
    for loaded in ("img", "link", "script", "iframe", "form"):
        assert page.all(loaded) == []
    assert "url(" not in (message.html or "")
    assert "?" not in "".join(hrefs)


def test_styles_stand_at_each_element_and_the_dark_ones_in_one_query() -> None:
    html = composed(choice(study("gate"))).html or ""
    assert "color: #0a5552" in html.partition("<body")[2]
    [style] = re.findall(r"<style.*?</style>", html, re.DOTALL)
    assert style.count("@media (prefers-color-scheme: dark)") == 1
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "class=" in html.partition("<body")[2]


def test_headers_let_mail_programs_unsubscribe_at_once() -> None:
    headers = dict(composed(choice(study("gate"))).headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"] == "<digest.practice.example.org>"
    token = headers["List-Unsubscribe"].strip("<>").removeprefix(f"{BASE}/digest/unsubscribe/")
    assert LINKS.subscription_of(Purpose.UNSUBSCRIBE, token) == READER.id


def test_a_message_id_is_the_same_for_the_same_issue_and_no_other() -> None:
    one = message_id(READER.id, UNTIL)
    assert composed(choice(study("gate"))).message_id == one
    assert composed(choice(study("calm"))).message_id == one
    assert message_id(READER.id, UNTIL + timedelta(days=7)) != one
    assert READER.id not in one.split("-")


@pytest.mark.parametrize(
    "evil", [HOSTILE, f"a{chr(13)}{chr(10)}Bcc: x@example.org", "\u2028x\u0085y"]
)
def test_what_is_written_into_a_title_a_reason_or_a_passage_stays_text(evil: str) -> None:
    of = study("gate")
    of = replace(of, meta=replace(of.meta, title=evil))
    message = composed(choice(of, passage=Passage(evil, evil), why=evil))
    sent = raw(message)
    head = sent.partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc" not in head
    assert head.count(b"\r\nSubject:") + head.startswith(b"Subject:") == 1
    page = parse(message.html or "")
    assert page.all("script") == []
    assert not any("javascript" in each.attributes["href"] for each in page.all("a"))
    assert "49" not in page.one("h3").text


def test_the_longest_issue_stays_below_what_mail_programs_cut() -> None:
    long = Passage("word " * 120, "Heading " * 20, tuple((n * 5, n * 5 + 4) for n in range(60)))
    many = [choice(study(f"s-{n}"), passage=long, why="why " * 500) for n in range(7)]
    message = composed(*many, another=choice(study("other"), Kind.AGAIN, passage=long))
    assert len((message.html or "").encode()) < 100_000
    assert len(raw(message)) < 200_000


def test_the_page_in_a_browser_is_the_same_without_a_link_to_itself() -> None:
    issue = Issue((choice(study("gate")),))
    page = Composer(LINKS, "Library").page(READER, issue, UNTIL)
    assert "/digest/issue/" not in page
    assert "Fewer" in page


def test_readers_of_the_same_issue_get_links_of_their_own() -> None:
    issue, composer = Issue((choice(study("gate")),)), Composer(LINKS, "Library")
    other = a_subscription(id=SubscriptionId("other"), address="b@example.org", hour=9)
    one, two = (composer.compose(each, issue, UNTIL) for each in (READER, other))
    alone = Composer(LINKS, "Library").compose(other, issue, UNTIL)
    assert two == alone
    assert "at 09:00" in two.text
    assert "at 07:00" in one.text
    assert not {*links_of(one)} & {*links_of(two)} - {f"{BASE}/practice/gate"}
    assert "mark-" not in f"{one.html}{one.text}{two.html}{two.text}"


def links_of(message: Message) -> list[str]:
    return [each.attributes["href"] for each in parse(message.html or "").all("a")]
