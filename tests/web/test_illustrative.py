"""One setting hides every illustrative study, wherever it would appear."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import SHIPPED, write_picture, write_study
from tests.web.site import PLAIN, PUBLISHED, Site, a_site, small_content

HIDDEN = "A quiet room for anxious pupils"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that shows no illustrative study: `quiet-room` is one."""
    folder = tmp_path_factory.mktemp("real")
    content = small_content(folder)
    write_picture(content, "quiet-room/photo.png")
    write_picture(content, "calm-room/photo.png")
    site = a_site(content, folder / "var", KB_SHOW_ILLUSTRATIVE="no")
    yield site
    site.services.database.close()


def test_home_does_not_show_or_count_it(real: Site) -> None:
    page = real.page("/")
    assert HIDDEN not in page.text
    assert "/search?need=ASD" not in page.links()
    assert len(PUBLISHED) - 1 == real.json("/api/v1/search")["total"]


@pytest.mark.parametrize("query", ["", "quiet room anxious", "autism"])
@pytest.mark.parametrize("filters", ["", "&need=ASD", "&need=SLCN&need=SEMH"])
def test_no_search_finds_or_counts_it(real: Site, query: str, filters: str) -> None:
    for address in (f"/search?q={query}{filters}", f"/api/v1/search?q={query}{filters}"):
        answer = real.get(address)
        assert answer.status_code == 200
        assert HIDDEN not in answer.text
    facets = real.json(f"/api/v1/search?q={query}{filters}")["facets"]
    assert "ASD" not in {each["key"] for each in facets["need"]}


@pytest.mark.parametrize("address", ["/practice/quiet-room", "/practice/quiet-room.md"])
def test_its_page_and_file_are_not_found(real: Site, address: str) -> None:
    assert real.get(address).status_code == 404


def test_its_pictures_are_not_found(real: Site) -> None:
    assert real.get("/media/quiet-room/photo.png").status_code == 404


def test_its_pictures_are_not_found_under_an_old_name_either(real: Site) -> None:
    assert real.get("/media/calm-room/photo.png").status_code == 404


def test_its_old_address_is_not_found(real: Site) -> None:
    assert real.get("/practice/calm-room").status_code == 404


def test_it_is_related_to_nothing(real: Site) -> None:
    for slug in PUBLISHED:
        if slug != "quiet-room":
            related = real.page(f"/practice/{slug}").one(class_="related")
            assert HIDDEN not in related.text


def test_a_study_becomes_visible_when_it_is_no_longer_illustrative(
    tmp_path: Path,
) -> None:
    content = small_content(tmp_path)
    site = a_site(content, tmp_path / "var", KB_SHOW_ILLUSTRATIVE="off")
    write_study(content, "quiet-room", title=HIDDEN, body=PLAIN)
    site.update()
    assert site.page("/practice/quiet-room").one("h1").text == HIDDEN
    assert HIDDEN in site.page("/search").text


def test_shown_they_are_labelled_on_card_page_and_in_the_api(small: Site) -> None:
    results = small.json("/api/v1/search")["results"]
    assert [each["slug"] for each in results if each["illustrative"]] == ["quiet-room"]
    for address in ("/", "/search"):
        cards = small.page(address).all("article")
        marked = [card.one("h3").text for card in cards if "Illustrative" in card.text]
        assert marked == [HIDDEN]


def test_without_the_shipped_examples_the_site_is_empty_and_stands(shipped: Site) -> None:
    site = a_site(SHIPPED, shipped.home, update=False, KB_SHOW_ILLUSTRATIVE="no")
    assert site.json("/api/v1/search")["total"] == 0
    for address in ("/", "/search", "/search?q=attendance", "/search?need=ASD"):
        assert not site.page(address).all("article")
    site.services.database.close()
