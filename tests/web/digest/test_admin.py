"""What admins see of the digest: numbers and previews, and of no reader anything."""

from kb.domain import Role
from tests.web.digest.test_sending import publish, readers
from tests.web.html import parse
from tests.web.members import a_member
from tests.web.site import Site
from web.keeper import Keeper


def test_numbers_are_told_and_no_address(site: Site) -> None:
    publish(site, "breakfast", title="Breakfast before the bell")
    readers(site, "a@school.example", "b@school.example")
    assert Keeper(site.services).work_once()
    page = a_member(site, Role.ADMIN).get("/digest/admin").text
    text = " ".join(parse(page).one("main").text.split())
    assert "2 active" in text
    assert "2 sent, nothing new for 0" in text
    assert "school.example" not in page


def test_a_preview_is_for_any_interests_and_its_links_open_nothing(site: Site) -> None:
    publish(site, "breakfast", title="Breakfast before the bell")
    member = a_member(site, Role.ADMIN)
    answer = member.get("/digest/admin/preview?phase=primary")
    assert answer.status_code == 200
    page = parse(answer.text)
    assert "Breakfast before the bell" in page.text
    [link] = [a for a in page.all("a") if "/preferences/" in a.attributes["href"]]
    path = link.attributes["href"].removeprefix("http://127.0.0.1:8000")
    assert site.get(path).status_code == 404


def test_a_preview_follows_a_search_too(site: Site) -> None:
    publish(site, "marmalade", title="Marmalade at break")
    member = a_member(site, Role.ADMIN)
    page = parse(member.get("/digest/admin/preview?q=marmalade&need=SEMH").text)
    assert "Marmalade at break" in page.text
    assert "marmalade" in page.text.replace("Marmalade at break", "").casefold()
