"""Pages of people who are signed in are theirs alone; everybody else's are as they were."""

import pytest

from kb.domain import Role
from tests.web.html import parse
from tests.web.members import a_member
from tests.web.site import Site
from web.signed_in import COOKIE

PUBLIC = ("/", "/search?q=gate", "/practice/gate", "/about", "/map", "/regions", "/none")
OTHERS = ("/api/v1/search?q=gate", "/feed.atom", "/static/site.css", "/practice/gate.md")


@pytest.mark.parametrize("address", [*PUBLIC, *OTHERS, "/sign-in", "/sign-in/sent", "/account"])
def test_nobody_who_is_not_signed_in_gets_a_cookie(small: Site, address: str) -> None:
    answer = small.get(address)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("address", PUBLIC)
def test_a_page_shows_who_is_signed_in_a_way_to_edit_and_out(site: Site, address: str) -> None:
    assert "/edit" not in parse(site.get(address).text).links()
    member = a_member(site)
    page = parse(member.get(address).text)
    nav = page.one("nav", **{"aria-label": "Editor Person"})
    assert {"/edit", "/account"} <= set(nav.links())
    assert nav.one("form").attributes["action"] == "/sign-out"
    assert "/sign-in" not in page.links()
    assert "/sign-in" in parse(site.get(address).text).links()


@pytest.mark.parametrize("address", PUBLIC)
def test_no_cache_keeps_a_page_of_somebody_signed_in(site: Site, address: str) -> None:
    answer = a_member(site).get(address)
    assert answer.cache_control.no_store
    assert answer.cache_control.private
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("address", PUBLIC[:-1])
def test_what_was_held_before_signing_in_is_not_shown_after(site: Site, address: str) -> None:
    held = site.get(address).headers["ETag"]
    member = a_member(site)
    answer = member.client.get(address, headers={"If-None-Match": held})
    assert answer.status_code == 200
    assert member.person.name in answer.text
    # And the same for everybody else, before and after.
    again = site.app.test_client().get(address, headers={"If-None-Match": held})
    assert again.status_code == 304
    assert not again.cache_control.no_store
    member.post("/sign-out")
    out = member.client.get(address)
    assert out.headers["ETag"] == held


@pytest.mark.parametrize("address", ["/search?q=gate", "/practice/gate", "/account"])
def test_a_page_with_a_token_is_not_compressed(site: Site, address: str) -> None:
    """Its length would give the token away, letter by letter."""
    member = a_member(site)
    answer = member.client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert 'name="csrf_token"' in answer.text
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("held", ["", "x", "\x01ÿ", "x" * 5000])
def test_a_cookie_that_is_no_good_changes_nothing(site: Site, held: str) -> None:
    client = site.app.test_client(use_cookies=False)
    sent = {"Cookie": f"{COOKIE}={held}"}
    answer = client.get("/practice/gate", headers=sent)
    assert answer.headers["ETag"] == site.get("/practice/gate").headers["ETag"]
    assert client.get("/account", headers=sent).status_code == 303
    assert client.post("/sign-out", headers=sent).status_code == 401


def test_what_no_person_is_shown_on_stays_cached(site: Site) -> None:
    member = a_member(site, Role.ADMIN)
    for address in ("/static/site.css", "/media/gate/photo.png", "/feed.atom"):
        theirs, others = member.get(address), site.get(address)
        assert theirs.headers["Cache-Control"] == others.headers["Cache-Control"]
        assert theirs.headers.get("ETag") == others.headers.get("ETag")


def test_a_token_is_another_in_every_sign_in(site: Site) -> None:
    first = a_member(site)
    second = a_member(site, email="second@school.example")
    form = {"csrf_token": first.csrf_token, "name": "New"}
    assert second.client.post("/account/name", data=form).status_code == 403
    assert first.client.post("/account/name", data=form).status_code == 303


def test_without_a_database_a_page_still_says_so(site: Site) -> None:
    member = a_member(site)
    (site.home / "kb.sqlite").rename(site.home / "away.sqlite")
    site.services.database.close()
    (site.home / "kb.sqlite").mkdir()
    assert member.get("/account").status_code == 503
    assert member.get("/none").status_code == 404
