"""`kb search`: the browser's search in a terminal."""

import json
import re

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
    ran = kb(small, "search", "qqwxv jxqzz")
    assert ran.exit_code == 0
    assert ran.stdout.startswith("Nothing relevant was found.")
    assert "case studies, page" not in ran.stdout
    assert ran.stdout.count("/practice/") == 3
    assert "Closest, though not close" in ran.stdout


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


# A score, an equals sign, and each part with what it is.
PARTS = re.compile(r"^ +([\d.]+) = (-?[\d.]+ .+); matched by", re.MULTILINE)


def test_the_parts_of_a_score_add_up_to_it(small: Site) -> None:
    ran = kb(small, "search", "anxious pupils", "--explain")
    assert ran.exit_code == 0
    explained = PARTS.findall(ran.stdout)
    assert len(explained) == ran.stdout.count("/practice/") > 0
    for score, parts in explained:
        added = [float(part.split()[0]) for part in parts.split(" + ")]
        assert len(added) > 3
        assert float(score) == pytest.approx(sum(added), abs=0.004)
    scores = [float(score) for score, _ in explained]
    assert scores == sorted(scores, reverse=True)
    first = ran.stdout.partition("/practice/")[0]
    assert "matched by words and meaning" in first
    assert re.search(r"terms: (anxious|pupils) 0\.\d{3}, (anxious|pupils) 0\.\d{3}", first)
    assert "100% of the query's weight held" in first


def test_scores_are_explained_on_request_only(small: Site) -> None:
    assert not PARTS.search(kb(small, "search", "anxious pupils").stdout)
    everything = kb(small, "search", "--explain")
    assert everything.exit_code == 0
    assert not PARTS.search(everything.stdout)


def test_the_closest_are_explained_too(small: Site) -> None:
    ran = kb(small, "search", "qqwxv jxqzz", "--explain")
    assert len(PARTS.findall(ran.stdout)) == 3
    assert "matched by neither words nor meaning" in ran.stdout


def test_a_likely_spelling_is_asked_about(small: Site) -> None:
    ran = kb(small, "search", "anxous pupils")
    assert "Did you mean “anxious pupils”?" in ran.stdout.splitlines()


def test_a_correction_is_said_and_can_be_refused(small: Site) -> None:
    ran = kb(small, "search", '"anxous"')
    assert 'these are the results for “"anxious"”' in ran.stdout
    assert "--as-typed" in ran.stdout
    assert "/practice/quiet-room" in ran.stdout
    typed = kb(small, "search", '"anxous"', "--as-typed")
    assert typed.exit_code == 0
    assert "Nothing relevant was found." in typed.stdout
    assert "these are the results for" not in typed.stdout
    assert found(small, '"anxous"') == ["quiet-room"]
    assert found(small, '"anxous"', "--as-typed") == []


def test_synonyms_short_forms_and_pins_are_named(site: Site) -> None:
    (site.content / "synonyms.txt").write_text("breakfast, toast club\n")
    (site.content / "synonyms_ambiguous.txt").write_text(
        "TA: teaching assistant (default) | teacher assessment\nPD: disability | development\n"
    )
    pin = '[[pin]]\nquery = "TA toast club"\nstudies = ["filler-2"]\n'
    (site.content / "pins.toml").write_text(pin)
    assert kb(site, "index").exit_code == 0
    ran = kb(site, "search", "TA toast club")
    said = ran.stdout.splitlines()
    assert "TA was read as teaching assistant; it may also mean teacher assessment." in said
    assert any(line.startswith("Also searched for: ") and "breakfast" in line for line in said)
    assert "chosen by the editors" in ran.stdout.partition("/practice/filler-2")[0]
    assert ran.stdout.count("chosen by the editors") == 1
    assert "PD may mean disability or development." in kb(site, "search", "PD").stdout
