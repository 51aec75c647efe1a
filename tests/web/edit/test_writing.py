"""Writing in the browser: nothing typed is lost, and what is kept is what was typed."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event, text

from kb.domain import Role
from kb.frontmatter import parse
from tests.factories import an_id
from tests.web.edit.desk import GATE, begin, filled, save, saved
from tests.web.html import parse as parse_page
from tests.web.members import Member, a_member
from tests.web.site import Site

SignedIn = Callable[[Role], Member]


@pytest.fixture
def author(signed_in: SignedIn) -> Member:
    return signed_in(Role.CONTRIBUTOR)


def address(suffix: str = "") -> str:
    return f"/edit/{GATE}{suffix}"


def test_a_new_study_begins_with_a_title(site: Site, author: Member) -> None:
    answer = author.post("/edit/new", title="A calm start")
    assert answer.status_code == 303
    page = author.page(answer.location)
    assert page.one("h1").text == "A calm start"
    assert "## What we learned" in page.one("textarea", id="body").text


def test_a_title_that_cannot_be_one_is_given_back(author: Member) -> None:
    answer = author.post("/edit/new", title="<b>!!!</b>" + "x" * 200)
    assert answer.status_code == 422
    page = parse_page(answer.text)
    assert page.one("", role="alert").text
    assert page.one("input", name="title").attributes["value"].startswith("<b>")


def test_a_form_sent_as_it_stands_changes_nothing(site: Site, author: Member) -> None:
    before = begin(site, author.person)
    assert save(author, author.page(address())).status_code == 303
    after = saved(site)
    assert parse(after.source).data == parse(before.source).data
    assert parse(after.source).body_md == parse(before.source).body_md


def test_what_is_typed_is_kept(site: Site, author: Member) -> None:
    begin(site, author.person)
    page = author.page(address())
    save(
        author, page, title="Another title", values=["equity", "challenge"], main_value="challenge"
    )
    kept = parse(saved(site).source).data
    assert kept["title"] == "Another title"
    assert kept["values"] == ["challenge", "equity"]
    assert kept["id"] == GATE


@pytest.mark.parametrize("then", ["preview", "review"])
def test_the_buttons_lead_on(site: Site, author: Member, then: str) -> None:
    begin(site, author.person)
    answer = save(author, author.page(address()), then=then, title="T")
    assert answer.location == address(f"/{then}")


def test_saving_over_a_newer_version_shows_both_and_overwrites_nothing(
    site: Site, author: Member, signed_in: SignedIn
) -> None:
    begin(site, author.person)
    mine = author.page(address())
    editor = signed_in(Role.EDITOR)
    save(editor, editor.page(address()), title="Theirs")
    answer = save(author, mine, title="Mine")
    assert answer.status_code == 409
    assert saved(site).title == "Theirs"
    page = parse_page(answer.text)
    theirs, yours = (pre.text for pre in page.one(class_="conflict").all("pre"))
    assert "title: Theirs" in theirs
    assert "title: Mine" in yours
    assert page.one("input", name="title").attributes["value"] == "Mine"
    # Sent from there, it is the newest, and theirs is a version.
    assert save(author, page).status_code == 303
    assert saved(site).title == "Mine"


def test_what_cannot_be_kept_is_given_back_with_the_reason(site: Site, author: Member) -> None:
    begin(site, author.person)
    answer = save(author, author.page(address()), slug="../evil", title="My long work")
    assert answer.status_code == 422
    page = parse_page(answer.text)
    assert "is not an address" in page.one(id="problem").text
    assert page.one("input", name="title").attributes["value"] == "My long work"
    assert saved(site).title == "Meeting children at the gate"


def test_a_full_disk_is_said_and_the_text_comes_back(site: Site, author: Member) -> None:
    begin(site, author.person)
    page = author.page(address())
    with site.services.database.read() as session:
        pages = session.scalar(text("PRAGMA page_count"))

    # A database that has all the pages that it may have refuses as a full disk does.
    @event.listens_for(site.services.database.engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    answer = save(author, page, body="Long " * 30_000)
    assert answer.status_code == 503
    page = parse_page(answer.text)
    assert "save again later" in page.one(id="problem").text
    assert "kb.sqlite" not in answer.text
    assert "Long Long" in page.one("textarea", id="body").text


def test_an_autosave_answers_with_the_new_version(site: Site, author: Member) -> None:
    copy = begin(site, author.person)
    answer = author.client.post(
        address("/autosave"), data=filled(author.page(address())) | {"title": "Kept by itself"}
    )
    assert answer.json == {"version": copy.version + 1, "others": []}
    assert saved(site).title == "Kept by itself"


def test_an_autosave_over_a_newer_version_is_told_so(site: Site, author: Member) -> None:
    begin(site, author.person)
    page = author.page(address())
    save(author, page, title="Elsewhere")
    answer = author.client.post(address("/autosave"), data=filled(page) | {"title": "Old tab"})
    assert answer.status_code == 409
    assert answer.json
    assert answer.json["overtaken"] is True
    assert saved(site).title == "Elsewhere"


def test_people_in_the_same_study_are_named(
    site: Site, author: Member, signed_in: SignedIn
) -> None:
    begin(site, author.person)
    editor = signed_in(Role.EDITOR)
    assert editor.post(address("/here")).json["others"] == []  # type: ignore[index]
    assert author.post(address("/here")).json["others"] == ["Editor Person"]  # type: ignore[index]


def test_a_look_keeps_nothing_and_says_what_is_wrong(site: Site, author: Member) -> None:
    begin(site, author.person)
    form = filled(author.page(address()))
    form |= {"title": "Only looked at", "region": "", "body": "## Context\r\n\r\nSeen **so**.\r\n"}
    seen = author.client.post(address("/look"), data=form).json
    assert seen
    assert "Seen <strong>so</strong>" in seen["preview"]
    assert "Only looked at" in seen["preview"]
    notes = parse_page(seen["notes"])
    assert "a published study needs region; add it" in notes.text
    assert "status: draft" not in notes.text
    assert "#f-region" in notes.links() or "Before it can be published" in notes.text
    assert saved(site).title == "Meeting children at the gate"


def test_a_missing_summary_keeps_nothing_else_from_being_said(site: Site, author: Member) -> None:
    begin(site, author.person)
    form = filled(author.page(address())) | {"title": "", "summary": " ", "phases": []}
    seen = author.client.post(address("/look"), data=form).json
    assert seen
    told = parse_page(seen["notes"]).text
    for missing in ("Title is missing", "Summary is missing", "needs phases"):
        assert missing in told


def test_the_words_under_each_heading_are_counted(site: Site, author: Member) -> None:
    begin(site, author.person)
    page = author.page(address())
    rows = {
        row.one("th").text: row.all("td")[0].text
        for row in page.one("table", class_="lengths").one("tbody").all("tr")
    }
    assert rows["Impact"].startswith("7")


def test_a_preview_is_the_page_as_it_would_be(site: Site, author: Member) -> None:
    begin(site, author.person)
    save(author, author.page(address()), title="As it would be")
    page = author.page(address("/preview"))
    assert page.one("h1").text == "As it would be"
    live = author.page("/practice/gate").one("div", class_="prose").text
    assert page.one("div", class_="prose").text == live
    assert page.all("form", class_="feedback") == []


def test_a_draft_with_nothing_right_in_it_has_a_preview_too(site: Site, author: Member) -> None:
    begin(site, author.person)
    page = author.page(address())
    save(author, page, title="", summary="", region="x", values=["y"], **{"school.pupils": "many"})
    assert author.page(address("/preview")).one("h1").text == "Untitled case study"


def test_a_draft_shows_its_pictures_from_the_draft(site: Site, author: Member) -> None:
    begin(site, author.person)
    page = author.page(address("/preview"))
    images = [i.attributes["src"] for i in page.one("div", class_="prose").all("img")]
    assert images == [address("/pictures/photo.png")]


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "field", ["title", "summary", "answers", "la", "school.name", "authors", "contact", "body"]
)
def test_nothing_that_is_typed_becomes_markup(site: Site, author: Member, field: str) -> None:
    begin(site, author.person)
    hostile = (
        f"## Context\r\n\r\n{HOSTILE} [x](javascript:alert(1))" if field == "body" else HOSTILE
    )
    form = filled(author.page(address())) | {field: hostile}
    save(author, author.page(address()), **{field: hostile})
    looked = author.client.post(address("/look"), data=form).json
    assert looked
    for html in (
        author.get(address()).text,
        author.get(address("/preview")).text,
        looked["preview"],
        looked["notes"],
    ):
        page = parse_page(html)
        assert all("alert" not in script.text for script in page.all("script"))
        assert all("onerror" not in each.attributes for each in page.walk())
        assert not any(link.startswith("javascript:") for link in page.links())


def test_a_colleagues_draft_is_neither_shown_nor_changed(site: Site, author: Member) -> None:
    begin(site, author.person)
    stranger = a_member(site, Role.CONTRIBUTOR, "stranger@school.example")
    form = filled(author.page(address()))
    form["csrf_token"] = [stranger.csrf_token]
    assert stranger.get(address()).status_code == 403
    assert stranger.get(address("/preview")).status_code == 403
    for suffix in ("", "/autosave", "/look", "/here"):
        assert stranger.client.post(address(suffix), data=form).status_code == 403
    assert "Meeting children" not in stranger.get(address()).text


@pytest.mark.parametrize("suffix", ["", "/autosave", "/look", "/here"])
def test_a_form_without_its_token_is_refused(site: Site, author: Member, suffix: str) -> None:
    begin(site, author.person)
    form = filled(author.page(address())) | {"title": "Forged"}
    del form["csrf_token"]
    assert author.client.post(address(suffix), data=form).status_code == 403
    assert saved(site).title == "Meeting children at the gate"


@pytest.mark.parametrize("case_id", ["NONE000000", "..", "%2e%2e%2fx", "x" * 300])
def test_a_study_that_nobody_works_on_is_not_found(author: Member, case_id: str) -> None:
    assert author.get(f"/edit/{case_id}").status_code == 404


def test_schools_that_were_written_of_are_found_by_name(author: Member) -> None:
    (school,) = author.get("/edit/schools", name="harb").json["schools"]  # type: ignore[index]
    assert school["school.name"] == "Harbour School"
    assert school["school.fsm6_percent"] == "38.5"
    assert author.get("/edit/schools", name="h").json == {"schools": []}


def test_pages_of_drafts_are_kept_by_nobody(site: Site, author: Member) -> None:
    begin(site, author.person)
    for suffix in ("", "/preview"):
        answer = author.get(address(suffix))
        assert "no-store" in answer.headers["Cache-Control"]
        assert parse_page(answer.text).one("meta", name="robots").attributes["content"] == "noindex"


def test_a_draft_with_a_new_address_leads_to_where_the_study_is_live(
    site: Site, author: Member
) -> None:
    begin(site, author.person)
    save(author, author.page(address()), slug="new-gate")
    links = author.page(address()).one("main").links()
    assert "/practice/gate" in links
    assert "/practice/new-gate" not in links


def test_another_study_is_another_draft(site: Site, author: Member) -> None:
    begin(site, author.person)
    begin(site, author.person, an_id("quiet-room"))
    save(author, author.page(address()), title="Only this one")
    assert saved(site, an_id("quiet-room")).title == "A quiet room for anxious pupils"
