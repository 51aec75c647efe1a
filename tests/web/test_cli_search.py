"""`kb search`: the browser's search in a terminal."""

import json

import pytest

from indexer.facets import FACETS
from tests.web.command import kb, refused
from tests.web.site import PUBLISHED, Site, a_site


def found(site: Site, *arguments: str) -> list[str]:
    ran = kb(site, "search", "--json", *arguments)
    assert ran.exit_code == 0, ran.output
    return [each["slug"] for each in json.loads(ran.stdout)["results"]]


def test_a_result_is_printed_with_its_address(small: Site) -> None:
    ran = kb(small, "search", "breakfast", KB_BASE_URL="https://kb.example.org")
    assert ran.exit_code == 0
    assert "Breakfast before the bell" in ran.stdout
    assert "https://kb.example.org/practice/breakfast" in ran.stdout
    assert ran.stderr == ""


def test_without_a_query_everything_is_listed(small: Site) -> None:
    assert sorted(found(small)) == sorted(PUBLISHED)


def test_nothing_found_is_said_and_is_no_failure(small: Site) -> None:
    ran = kb(small, "search", "zzxqj vvkpw")
    assert ran.exit_code == 0
    assert "/practice/" not in ran.stdout
    assert len(ran.stdout.splitlines()) == 1


def test_options_narrow_as_the_boxes_do(small: Site) -> None:
    assert found(small, "--need", "ASD") == ["quiet-room"]
    assert found(small, "--focus", "send", "--focus", "disadvantage") == ["both"]
    assert sorted(found(small, "--need=SLCN", "--need=ASD")) == ["both", "quiet-room", "symbols"]
    assert found(small, "--staff-max", "2") == ["gate"]
    assert found(small, "--delivered-by", "teaching-assistant") == ["gate"]
    assert found(small, "--sort", "evidence", "--limit", "1") == ["symbols"]
    assert found(small, "filler", "--sort", "newest", "--limit", "3", "--page", "2") == ["filler-1"]


@pytest.mark.parametrize("facet", [facet.name for facet in FACETS])
def test_every_facet_is_an_option(small: Site, facet: str) -> None:
    ran = kb(small, "search", f"--{facet.replace('_', '-')}", "no-such")
    assert ran.exit_code == 0
    assert f"{facet}=no-such" in ran.stderr
    assert f"{len(PUBLISHED)} case studies" in ran.stdout


@pytest.mark.parametrize("option", ["--page=-1", "--page=abc", "--limit=1000", "--staff-max=x"])
def test_a_value_that_cannot_be_read_is_named(small: Site, option: str) -> None:
    ran = kb(small, "search", option)
    assert ran.exit_code == 0
    assert option.removeprefix("--").replace("-max", "_max") in ran.stderr


def test_an_illustrative_study_is_labelled(small: Site) -> None:
    assert "illustrative" in kb(small, "search", "quiet").stdout
    assert "illustrative" not in kb(small, "search", "breakfast").stdout


def test_without_an_index_it_says_how_to_make_one(site: Site) -> None:
    bare = a_site(site.content, site.home.parent / "bare", update=False)
    assert "kb index" in refused(kb(bare, "search", "gate"))


def test_a_search_in_a_terminal_is_not_counted(site: Site) -> None:
    kb(site, "search", "breakfast")
    assert site.queries() == {}
