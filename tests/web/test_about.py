"""The standing pages: what they promise, and that the labels are those of the code."""

import pytest

from kb.domain import EvidenceStrength
from tests.web.site import Site


def test_every_label_of_evidence_and_every_value_is_explained(shipped: Site) -> None:
    page = shipped.page("/about")
    rows = [row for each in page.all("dl", class_="terms") for row in each.all("div")]
    told = [(row.one("dt").text, row.one("dd").text) for row in rows]
    for strength in EvidenceStrength:
        assert (strength.label, strength.description) in told
    for value in shipped.services.searcher.vocabularies()["value"]:
        assert (value.label, value.description) in told


@pytest.mark.parametrize("path", ["/about", "/accessibility"])
def test_they_are_found_from_every_page_and_by_search_engines(small: Site, path: str) -> None:
    assert path in small.page("/").one("footer").links()
    assert f"{path}</loc>" in small.get("/sitemap.xml").text


@pytest.mark.parametrize("path", ["/about", "/accessibility"])
def test_every_link_leads_somewhere(small: Site, path: str) -> None:
    for link in {link.split("#")[0] for link in small.page(path).links()} - {""}:
        assert small.get(link).status_code == 200, link
