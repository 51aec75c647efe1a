"""A running site serves what is new, and never less than what was good."""

import json
import threading
from pathlib import Path

from tests.factories import write_study
from tests.web.site import PLAIN, Site, a_site


def test_a_new_study_is_found_by_the_next_request(site: Site) -> None:
    assert site.json("/api/v1/search", q="marmalade")["total"] == 0
    write_study(site.content, "marmalade", title="Marmalade at break", body=PLAIN)
    # Another process publishes: the keeper, or kb index.
    keeper = a_site(site.content, site.home)
    assert site.json("/api/v1/search", q="marmalade")["total"] == 1
    assert site.page("/practice/marmalade").one("h1").text == "Marmalade at break"
    keeper.services.database.close()


def test_a_label_changes_with_the_vocabulary(site: Site) -> None:
    file = site.content / "vocabulary" / "need.toml"
    assert "Autism" in site.page("/").text
    file.write_text(file.read_text().replace('label = "Autism"', 'label = "Autism spectrum"'))
    site.update()
    for address in ("/", "/search", "/practice/quiet-room"):
        assert "Autism spectrum" in site.page(address).text
    facet = site.json("/api/v1/search")["facets"]["need"]
    assert "Autism spectrum" in {each["label"] for each in facet}


def test_an_explanation_changes_with_the_glossary(site: Site) -> None:
    terms = site.content / "terms.toml"
    terms.write_text('[x]\nterm = "PP"\nexplanation = "Pupil premium, told anew."\n')
    site.update()
    assert "Pupil premium, told anew." in site.page("/search", q="pp").text


def test_a_damaged_new_index_leaves_the_old_one_answering(site: Site) -> None:
    assert site.json("/api/v1/search")["total"] == 9
    write_study(site.content, "marmalade", body=PLAIN)
    a_site(site.content, site.home)
    (site.services.updater.store.current() / "base/facets.json").unlink()
    assert site.json("/api/v1/search")["total"] == 9
    assert site.get("/search?q=breakfast").status_code == 200


def test_a_rollback_is_served_at_once(site: Site) -> None:
    write_study(site.content, "marmalade", body=PLAIN)
    site.update()
    assert site.json("/api/v1/search")["total"] == 10
    site.services.updater.rollback()
    assert site.json("/api/v1/search")["total"] == 9


def test_requests_under_way_while_the_index_changes_are_all_answered(site: Site) -> None:
    stop, statuses, totals = threading.Event(), list[int](), set[int]()

    def ask() -> None:
        while not stop.is_set():
            answer = site.get("/api/v1/search?q=marmalade+study")
            statuses.append(answer.status_code)
            totals.add(json.loads(answer.text)["total"])

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    try:
        for n in range(3):
            write_study(site.content, f"study-{n}", title=f"Marmalade study {n}", body=PLAIN)
            site.update()
    finally:
        stop.set()
        for asker in askers:
            asker.join()
    assert set(statuses) == {200}
    assert totals <= {0, 1, 2, 3}
    assert site.json("/api/v1/search", q="marmalade study")["total"] == 3


def test_a_search_that_is_counted_meanwhile_does_not_make_an_update_fail(site: Site) -> None:
    needs = site.content / "vocabulary" / "need.toml"
    needs.write_text(needs.read_text().replace('label = "Autism"', 'label = "Autistic"'))

    def search_meanwhile(stage: str, done: int, total: int) -> None:
        if stage.startswith("Reading") and done == 1:
            site.get("/search?q=breakfast")
            assert "breakfast" in site.queries()

    site.services.updater.update(progress=search_meanwhile)
    assert "Autistic" in site.page("/").text


def test_importing_the_app_loads_no_model_and_opens_nothing(site: Site, tmp_path: Path) -> None:
    bare = a_site(site.content, tmp_path / "bare", update=False)
    assert not bare.services.encoder.is_loaded
    assert sorted(p.name for p in (tmp_path / "bare").iterdir() if p.is_dir()) == []
