"""The results page: what is chosen stands in the address, and every address has an answer."""

from collections.abc import Iterable
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from indexer.facets import FACETS
from tests.web.html import Element
from tests.web.site import PUBLISHED, Site, slugs, submitted

# The design's list of filters.
DESIGN = [
    *("value", "focus", "need", "condition", "disadvantage", "group", "provision", "phase"),
    *("setting", "subject", "region", "theme", "evidence", "cost", "delivered_by"),
    *("staff_max", "minutes_max"),
]
ODD = {
    "nothing": "",
    "blank": "   ",
    "one letter": "a",
    "one digit": "7",
    "10,000 letters": "attendance " * 909,
    "one long word": "a" * 10_000,
    "emoji": "😀🎉👩‍👧",
    "control characters": "gate\x00\x07\x1b[31m\u202e\u0000",
    "markup": "<script>alert(1)</script>",
    "an attribute": '" onfocus="alert(1)" autofocus="',
    "single quotes": "' onfocus='alert(1)",
    "a template": "{{ 7 * 7 }}{% raw %}",
    "an entity": "&lt;b&gt; &amp; &#x27;",
    "query syntax": 'title:gate AND ("x OR *?~^2 [a TO b]',
    "quotes": '"the gate"',
    "curly quotes": "“the gate”",
    "stop words": "the of and to",
    "sql": "'; DROP TABLE catalogue; --",
    "percent": "100% %s %(x)s %%",
    "right to left": "مدرسة",
    "chinese": "学校出勤",
    "broken unicode": "\ufffe\uffff\u200b",
    "backslashes": "\\\\ \\n \\u0000",
}


def total(page: Element) -> str:
    return page.one("h2", id="found").one("strong").text


def chips(page: Element) -> dict[str, str]:
    """Each chip's address by its label."""
    return {
        chip.text.split(" ✕")[0]: chip.attributes["href"] for chip in page.all("a", class_="chip")
    }


def boxes(page: Element) -> dict[tuple[str, str], tuple[int, bool]]:
    """Each box of the filters: its count, and whether it is ticked."""
    found = {}
    for label in page.one(id="facets").all("label", class_="opt"):
        box = label.one("input", type="checkbox")
        found[box.attributes["name"], box.attributes["value"]] = (
            int(label.one(class_="n").text.split()[0].replace(",", "")),
            "checked" in box.attributes,
        )
    return found


def params(address: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(urlsplit(address).query))


def meant(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Parameters that ask for something."""
    return sorted({(k, v) for k, v in pairs if v and (k, v) != ("sort", "best")})


def test_words_find_the_study_that_holds_them(small: Site) -> None:
    page = small.page("/search", q="breakfast")
    assert slugs(page) == ["breakfast"]
    assert total(page) == "1"


def test_what_matched_is_marked_in_the_passage(small: Site) -> None:
    card = small.page("/search", q="toast").all("article")[0]
    assert [mark.text for mark in card.all("mark")] == ["Toast"]


def test_no_query_lists_everything_newest_first(small: Site) -> None:
    page = small.page("/search")
    assert total(page) == str(len(PUBLISHED))
    assert sorted(slugs(page)) == sorted(PUBLISHED)
    assert slugs(page)[:3] == ["breakfast", "both", "symbols"]


def test_nothing_found_is_a_page_with_ways_on(small: Site) -> None:
    page = small.page("/search", q="qqwxv jxqzz")
    assert slugs(page) == []
    assert total(page).lower() in {"no", "0"}
    assert "/search" in page.one(id="results").links()


def test_a_query_too_short_to_search_for_finds_nothing(small: Site) -> None:
    page = small.page("/search", q="a")
    assert slugs(page) == []
    assert page.one("input", id="q").attributes["value"] == "a"


@pytest.mark.parametrize("name", ODD)
def test_every_query_is_answered_and_shown_as_text(small: Site, name: str) -> None:
    answer = small.get("/search", q=ODD[name])
    assert answer.status_code == 200
    page = small.page("/search", q=ODD[name])
    box = page.one("input", id="q").attributes
    assert not {a for a in box if a.startswith("on")}
    assert len(box["value"]) <= 500
    assert not [script for script in page.all("script") if "src" not in script.attributes]
    if name in {"markup", "an attribute", "single quotes", "a template", "an entity", "sql"}:
        assert box["value"] == ODD[name].strip()
        assert ODD[name].strip() in page.one("title").text


def test_control_characters_are_gone_from_the_query(small: Site) -> None:
    page = small.page("/search", q="gate\x00\x1b\u202e  now")
    assert page.one("input", id="q").attributes["value"] == "gate now"
    assert not set("\x00\x1b\u202e") & set(small.get("/search", q="gate\x00\x1b\u202e").text)


@pytest.mark.parametrize("raw", ["%ff%fe", "%", "%zz", "a%00b", "%ed%a0%80"])
def test_broken_escapes_in_an_address_are_answered(small: Site, raw: str) -> None:
    assert small.get(f"/search?q={raw}&need={raw}&page={raw}").status_code == 200


def test_a_query_that_is_too_long_is_cut_and_that_is_said(small: Site) -> None:
    page = small.page("/search", q=ODD["10,000 letters"])
    assert "500" in page.one(id="results").text
    assert len(page.one("input", id="q").attributes["value"]) <= 500


@pytest.mark.parametrize("quoted", ['"breakfast"', "“breakfast”", "'breakfast'", '"breakfast'])
def test_quotes_do_not_hide_what_stands_between_them(small: Site, quoted: str) -> None:
    assert slugs(small.page("/search", q=quoted)) == ["breakfast"]


@pytest.mark.parametrize("page", ["-1", "0", "999999", "abc", "1e3", "1.5", "٣", "9" * 400, "01x"])
def test_an_unknown_page_number_is_ignored_and_named(small: Site, page: str) -> None:
    shown = small.page("/search", page=page)
    assert slugs(shown) == slugs(small.page("/search"))
    named = shown.one(id="results").text
    assert f"page={page[:60]}" in named or page == "٣"


def test_a_page_after_the_last_is_the_last(shipped: Site) -> None:
    assert slugs(shipped.page("/search", page=10_000)) == slugs(shipped.page("/search", page=4))


@pytest.mark.parametrize("sort", ["best", "newest", "evidence"])
def test_the_pager_shows_every_study_once(shipped: Site, sort: str) -> None:
    address, seen, pages = f"/search?setting=mainstream&sort={sort}", list[str](), 0
    first = shipped.page(address)
    while True:
        page = shipped.page(address)
        seen, pages = seen + slugs(page), pages + 1
        onward = page.all("a", rel="next")
        if not onward:
            break
        address = onward[0].attributes["href"]
    assert pages > 1
    assert len(seen) == len(set(seen)) == int(total(first))


def test_the_first_page_has_no_way_back_and_the_last_no_way_on(shipped: Site) -> None:
    first, last = shipped.page("/search"), shipped.page("/search", page=4)
    assert (len(first.all("a", rel="prev")), len(first.all("a", rel="next"))) == (0, 1)
    assert (len(last.all("a", rel="prev")), len(last.all("a", rel="next"))) == (1, 0)


def test_the_pager_keeps_the_size_of_a_page(shipped: Site) -> None:
    first = shipped.page("/search", limit=5)
    second = shipped.page(first.one("a", rel="next").attributes["href"])
    everything = slugs(shipped.page("/search", limit=100))
    assert slugs(first) + slugs(second) == everything[:10]


def test_sorting_by_evidence_puts_the_strongest_first(small: Site) -> None:
    found = slugs(small.page("/search", sort="evidence"))
    assert found[:2] == ["symbols", "quiet-room"]
    assert found[-1] == "both"


def test_sorting_by_newest_orders_by_date(small: Site) -> None:
    page = small.page("/search", q="filler", sort="newest")
    assert slugs(page) == [f"filler-{n}" for n in (4, 3, 2, 1)]


def test_the_order_that_is_chosen_is_shown(small: Site) -> None:
    assert ("sort", "newest") in submitted(small.page("/search?sort=newest&need=SLCN"))


@pytest.mark.parametrize("facet", [f.name for f in FACETS])
def test_the_box_of_a_facet_finds_as_many_as_it_says(small: Site, facet: str) -> None:
    found = {k: v for k, v in boxes(small.page("/search")).items() if k[0] == facet}
    assert found
    for (name, key), (count, ticked) in found.items():
        assert not ticked
        page = small.page(f"/search?{name}={key}")
        assert int(total(page)) == len(slugs(page)) == count
        assert boxes(page)[name, key] == (count, True)


def test_every_filter_of_the_design_is_read(small: Site) -> None:
    facets = small.page("/search").one(id="facets")
    offered = {field.attributes["name"] for field in facets.all("input", form="find")}
    assert set(DESIGN) <= offered
    for name in DESIGN:
        assert f"{name}=none" in small.page(f"/search?{name}=none").one(id="results").text


def test_two_terms_of_a_facet_widen_and_two_facets_narrow(small: Site) -> None:
    either = slugs(small.page("/search?need=SLCN&need=ASD"))
    assert sorted(either) == ["both", "quiet-room", "symbols"]
    assert slugs(small.page("/search?need=SLCN&need=ASD&phase=secondary")) == ["both"]


def test_choosing_both_kinds_of_focus_means_both(small: Site) -> None:
    assert slugs(small.page("/search?focus=send&focus=disadvantage")) == ["both"]


def test_a_region_holds_the_studies_of_its_parts(small: Site) -> None:
    for region in ("yorkshire-and-the-humber", "south-yorkshire"):
        assert slugs(small.page("/search", region=region)) == ["quiet-room"]


def test_a_limit_leaves_out_what_takes_more_and_what_does_not_say(small: Site) -> None:
    assert slugs(small.page("/search", staff_max=2)) == ["gate"]
    assert sorted(slugs(small.page("/search", minutes_max=200))) == ["gate", "quiet-room"]
    assert slugs(small.page("/search", staff_max=0)) == []


def test_counts_of_a_facet_leave_out_its_own_choice_only(small: Site) -> None:
    counted = boxes(small.page("/search?need=ASD"))
    assert counted["need", "SLCN"] == (2, False)
    assert counted["need", "ASD"] == (1, True)
    assert ("phase", "secondary") not in counted


def test_a_chosen_box_stays_though_nothing_is_left_of_it(small: Site) -> None:
    page = small.page("/search?need=ASD&phase=secondary&group=eal")
    assert slugs(page) == []
    counted = boxes(page)
    assert counted["need", "ASD"] == (0, True)
    assert counted["group", "eal"] == (0, True)
    assert len(chips(page)) == 3


def test_each_chip_removes_exactly_one_choice(small: Site) -> None:
    address = (
        "/search?q=reading+partners&need=SLCN&need=ASD&focus=send&evidence=described&cost=low"
        "&staff_max=9&minutes_max=300&delivered_by=teaching-assistant&sort=newest"
    )
    given = params(address)
    found = chips(small.page(address))
    assert len(found) == 8
    removed = []
    for href in found.values():
        left = params(href)
        gone = [pair for pair in given if pair not in left]
        assert len(gone) == 1
        assert sorted(left + gone) == given
        removed += gone
    assert sorted(removed) == [p for p in given if p[0] not in {"q", "sort"}]


def test_a_chip_is_called_what_its_box_is_called(small: Site) -> None:
    assert list(chips(small.page("/search?need=ASD"))) == ["Autism"]


def test_a_chip_leads_back_to_the_first_page(shipped: Site) -> None:
    for href in chips(shipped.page("/search?setting=mainstream&page=2")).values():
        assert "page" not in parse_qs(urlsplit(href).query)


def test_clearing_keeps_the_words_and_drops_the_filters(small: Site) -> None:
    page = small.page("/search?q=reading&need=SLCN&staff_max=3")
    cleared = [a.attributes["href"] for a in page.all("a", class_="clear")]
    assert [meant(params(href)) for href in cleared] == [[("q", "reading")]]


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=reading&need=SLCN&need=ASD&focus=send&cost=low&staff_max=9&sort=newest",
        "/search?q=qqwxv&need=SLCN&staff_max=9",
        "/search?q=reading&school_phase=primary&school_pupils=0",
        "/search?q=reading&sort=similar&school_phase=primary",
    ],
)
def test_one_form_holds_every_choice(small: Site, address: str) -> None:
    assert meant(submitted(small.page(address))) == params(address)


def test_what_the_form_sends_gives_the_same_page(small: Site) -> None:
    address = "/search?q=reading&need=SLCN&focus=send&staff_max=&minutes_max=&sort=best"
    again = "/search?" + urlencode(submitted(small.page(address)))
    assert slugs(small.page(again)) == slugs(small.page(address)) == ["both"]


def test_a_part_of_a_region_stands_below_it(shipped: Site) -> None:
    labels = shipped.page("/search").one(id="facet-region").all("label")
    within = [
        label.all("span")[0].text for label in labels if "within" in label.attributes["class"]
    ]
    assert "South Yorkshire" in within
    assert "Yorkshire and the Humber" not in within


@pytest.mark.parametrize("facet", [f.name for f in FACETS])
def test_an_unknown_value_is_ignored_and_named(small: Site, facet: str) -> None:
    page = small.page(f"/search?{facet}=<b>no-such</b>")
    assert f"{facet}=<b>no-such</b>" in page.one(id="results").text
    assert not page.one(id="results").all("b")
    assert len(slugs(page)) == len(PUBLISHED)
    assert chips(page) == {}


@pytest.mark.parametrize("given", ["sort=best2", "staff_max=-1", "minutes_max=x", "staff_max=1.5"])
def test_a_value_that_cannot_be_read_is_ignored_and_named(small: Site, given: str) -> None:
    page = small.page(f"/search?{given}")
    assert given in page.one(id="results").text
    assert len(slugs(page)) == len(PUBLISHED)


def test_a_known_and_an_unknown_value_together_keep_the_known(small: Site) -> None:
    page = small.page("/search?need=ASD&need=XYZ")
    assert slugs(page) == ["quiet-room"]
    assert "need=XYZ" in page.one(id="results").text


def test_repeated_parameters_are_taken_once(small: Site) -> None:
    page = small.page("/search?need=ASD&need=ASD&need=&q=gate&q=quiet&sort=newest&sort=best&page=")
    assert slugs(page) == ["quiet-room"]
    assert page.one("input", id="q").attributes["value"] == "quiet"
    assert len(chips(page)) == 1


def test_parameters_of_others_are_no_business_of_the_search(small: Site) -> None:
    page = small.page("/search?q=breakfast&utm_source=x&_external=1&endpoint=home.show")
    assert slugs(page) == ["breakfast"]
    assert "utm_source" not in small.get("/search?utm_source=x").text


def test_a_term_of_the_glossary_is_explained(shipped: Site) -> None:
    page = shipped.page("/search", q="senco")
    terms = [term.text for term in page.one(id="results").all("strong")]
    assert "SENCO:" in terms


def test_every_tag_of_a_card_leads_to_a_search_that_finds_the_card(small: Site) -> None:
    for card in small.page("/search").all("article"):
        for href in card.one(class_="tags").links():
            assert card.one("h3").links()[0].rpartition("/")[2] in slugs(small.page(href))


def test_a_card_says_in_short_what_the_school_is_like_and_what_it_takes(small: Site) -> None:
    gate, both = (small.page("/search", q=slug).all("article")[0] for slug in ("gate", "both"))
    assert "1,412 pupils, 38.5% with free school meals in six years (2024/25)" in gate.text
    assert "What it takes: " in gate.text
    # What a study does not say is left out, never shown as none.
    assert "What it takes" not in both.text


def test_what_is_still_being_typed_is_not_logged(site: Site) -> None:
    client = site.app.test_client()
    client.get("/search?q=att", headers={"HX-Request": "true", "HX-Trigger": "typed"})
    client.get("/search?q=attendance", headers={"HX-Request": "true", "HX-Trigger": "find"})
    assert list(site.queries()) == ["attendance"]


def test_a_hundred_filters_in_an_address_are_one_search(small: Site) -> None:
    known = [(facet.name, key) for facet in FACETS for key in _keys(small, facet.name)]
    unknown = [("theme", f"no-such-{n}") for n in range(100)]
    page = small.page("/search?" + urlencode([*known, *unknown]))
    assert len(known) >= 30
    assert len(page.all("a", class_="chip")) == len(known)
    assert "theme=no-such-0" in page.one(id="results").text
    assert slugs(page) == []


def _keys(site: Site, facet: str) -> list[str]:
    return [each["key"] for each in site.json("/api/v1/search")["facets"][facet]]
