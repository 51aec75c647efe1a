"""The options of the search box: links, in words, and nothing kept of what was typed."""

import pytest

from tests.web.site import Site


def options(site: Site, begun: str) -> list[tuple[str, str]]:
    """The words and the address of each option."""
    found = site.page("/suggest", q=begun).all("a", role="option")
    return [(option.text, option.attributes["href"]) for option in found]


@pytest.mark.parametrize("begun", ["", "g", "zzqx", "<script>", "\x00", "a" * 5000, '"'])
def test_what_begins_nothing_has_no_options(small: Site, begun: str) -> None:
    assert options(small, begun) == []


def test_without_a_parameter_there_is_nothing(small: Site) -> None:
    assert small.get("/suggest").status_code == 200
    assert small.page("/suggest").all("a") == []


def test_a_title_leads_to_its_study(shipped: Site) -> None:
    text, href = options(shipped, "small steps")[0]
    assert text.startswith("Small steps, without pressure")
    assert href == "/practice/small-steps-for-selective-mutism"


def test_an_entry_leads_to_its_search_and_says_how_much_there_is(shipped: Site) -> None:
    text, href = options(shipped, "semh")[0]
    assert href == "/search?need=SEMH"
    assert "SEND need, " in text
    assert text.endswith("case studies")
    total = shipped.json("/api/v1/search", need="SEMH")["total"]
    assert f", {total} case studies" in text


def test_nothing_is_logged_of_what_is_still_being_typed(site: Site) -> None:
    site.get("/suggest", q="gate")
    assert site.queries() == {}


def test_no_cache_on_the_way_may_keep_what_was_typed(small: Site) -> None:
    control = small.get("/suggest", q="gate").cache_control
    assert control.private
    assert control.no_cache
