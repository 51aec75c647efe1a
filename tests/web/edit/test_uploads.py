"""Pictures and Word documents by way of the browser: made safe, bounded, and of the draft alone."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kb.domain import Role
from kb.frontmatter import parse
from tests.kb.pictures import a_picture, a_png_that_promises
from tests.kb.word.documents import a_document
from tests.web.edit.desk import GATE, begin, saved
from tests.web.html import parse as parse_page
from tests.web.members import Member, a_member
from tests.web.site import Site
from web.uploads import MOST_BYTES

SignedIn = Callable[[Role], Member]
PICTURES = f"/edit/{GATE}/pictures"


@pytest.fixture
def author(signed_in: SignedIn) -> Member:
    return signed_in(Role.CONTRIBUTOR)


def send(member: Member, data: bytes, name: str = "photo.png", **form: Any) -> TestResponse:
    return member.post(PICTURES, **{"alt": "A gate", "picture": (BytesIO(data), name)} | form)


def test_a_picture_is_made_anew_and_shown_in_the_draft_alone(site: Site, author: Member) -> None:
    begin(site, author.person)
    told = send(author, a_picture()).json
    assert told
    assert told["markdown"] == f"![A gate](../media/gate/{told['name']})"
    shown = author.get(f"{PICTURES}/{told['name']}")
    assert shown.mimetype == "image/webp"
    assert "no-store" in shown.headers["Cache-Control"]
    assert site.get(f"/media/gate/{told['name']}").status_code == 404


def test_a_drafts_picture_is_for_those_who_may_see_the_draft(
    site: Site, author: Member, signed_in: SignedIn
) -> None:
    begin(site, author.person)
    name = send(author, a_picture()).json["name"]  # type: ignore[index]
    stranger = a_member(site, Role.CONTRIBUTOR, "stranger@example.org")
    assert stranger.get(f"{PICTURES}/{name}").status_code == 403
    assert send(stranger, a_picture()).status_code == 403
    assert site.get(f"{PICTURES}/{name}").status_code == 303
    assert signed_in(Role.EDITOR).get(f"{PICTURES}/{name}").status_code == 200


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
        (b"GIF89a" + b"\0" * 50, "GIF"),
        (b"<?php echo 1; ?>", "PNG, JPEG"),
        (a_png_that_promises(10_000, 10_000), "80"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "damaged"),
    ],
)
def test_anything_else_is_refused_with_the_reason(
    site: Site, author: Member, data: bytes, reason: str
) -> None:
    begin(site, author.person)
    answer = send(author, data, name="harmless.png")
    assert answer.status_code == 422
    assert reason.casefold() in answer.json["problem"].casefold()  # type: ignore[index]


def test_a_picture_says_what_it_shows(site: Site, author: Member) -> None:
    begin(site, author.person)
    assert send(author, a_picture(), alt=" ").status_code == 422
    told = send(author, a_picture(), alt="](x) ![evil\n](y").json
    assert told
    assert told["markdown"].startswith("![)(x) !(evil )(y](../media/gate/")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(site: Site, author: Member) -> None:
    begin(site, author.person)
    assert send(author, b"\0" * 11_000_000).status_code == 413


@pytest.mark.parametrize("address", ["/sign-in", f"/edit/{GATE}", "/practice/gate/feedback"])
def test_no_other_address_takes_much(site: Site, address: str) -> None:
    answer = site.app.test_client().post(
        address, data={"x": "y" * (MOST_BYTES + 1)}, headers={"Origin": "http://localhost"}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["..%2f..%2fkb.sqlite", "photo.png%00", "none.webp", "a.svg"])
def test_no_name_leads_out_of_the_draft(site: Site, author: Member, name: str) -> None:
    begin(site, author.person)
    assert author.get(f"{PICTURES}/{name}").status_code == 404


def written(document: Any) -> None:
    document.add_heading("Breakfast for all", 0)
    document.add_heading("Context", 1)
    document.add_paragraph("We are a small school.")
    document.add_picture(BytesIO(a_picture()))


def test_a_word_document_becomes_a_draft_with_its_pictures(site: Site, author: Member) -> None:
    answer = author.post("/edit/word", document=(BytesIO(a_document(written)), "breakfast.docx"))
    page = parse_page(answer.text)
    (href,) = {link for link in page.links() if link.startswith("/edit/") and len(link) > 14}
    draft = author.page(href)
    assert draft.one("h1").text == "Breakfast for all"
    copy = saved(site, href.removeprefix("/edit/"))  # type: ignore[arg-type]
    assert parse(copy.source).data["status"] == "draft"
    assert "We are a small school." in copy.source
    (image,) = author.page(f"{href}/preview").one("div", class_="prose").all("img")
    assert author.get(image.attributes["src"]).status_code == 200


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"not a zip", "a.docx"), (b"", "a.docx"), (b"%PDF-1.7", "a.pdf"), (b"x", "")],
)
def test_what_is_no_word_document_is_refused_and_leaves_no_draft(
    site: Site, author: Member, data: bytes, name: str
) -> None:
    answer = author.post("/edit/word", document=(BytesIO(data), name))
    assert answer.status_code == 422
    assert parse_page(answer.text).one("", role="alert").text


def test_a_document_names_nothing_that_runs(site: Site, author: Member) -> None:
    def hostile(document: Any) -> None:
        document.add_heading("<script>alert(1)</script>", 0)
        document.add_paragraph("<img src=x onerror=alert(1)> [x](javascript:alert(1))")

    answer = author.post("/edit/word", document=(BytesIO(a_document(hostile)), "a.docx"))
    (href,) = {
        link
        for link in parse_page(answer.text).links()
        if link.startswith("/edit/") and len(link) > 14
    }
    for address in (href, f"{href}/preview"):
        page = author.page(address)
        assert all("alert" not in script.text for script in page.all("script"))
        assert all("onerror" not in each.attributes for each in page.walk())
        assert not any(link.startswith("javascript:") for link in page.links())
