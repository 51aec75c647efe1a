"""Failures: the right status, a page of ours, and nothing of the inside."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, abort, request
from werkzeug.exceptions import BadGateway, TooManyRequests
from werkzeug.test import TestResponse

from indexer.snapshots import read_manifest
from kb.errors import Invalid
from tests.web.html import Element, parse
from tests.web.site import Site, a_site
from web.signed_in import without_token
from web.wayfinding import STUDIES

WORDS = {
    "/practice/quiet-rooms": "quiet rooms",
    "/practice/a_quiet--room.md": "a quiet room",
    "/practice/quiet%20room": "quiet room",
    "/practice/gate/": "gate",
    "/practice/pupil%27s-%22quiet%22-room": "pupil's quiet room",
    "/media/gate/another-photo.png": "another photo",
    "/wp-login.php": "wp login",
    "/%3Cb%3Equiet%3C/b%3E": "b",
    "/%F0%9F%99%88": "",
    "/%00": "",
    "/search/": "",
    "/practice/": "",
}
NEEDING_AN_INDEX = ("/", "/search", "/search?q=gate", "/practice/gate", "/api/v1/search")


def assert_a_page_of_ours(page: Element) -> None:
    assert page.one("h1").text
    assert page.one("input", name="q")
    assert {"/", "/search"} <= set(page.links())


@pytest.mark.parametrize("path", ["/none", "/practice/none", "/search/", "/practice/", "/media/x"])
def test_what_is_not_there_is_a_404_with_ways_on(small: Site, path: str) -> None:
    page = small.page(path, status=404)
    assert_a_page_of_ours(page)
    assert small.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("path", "words"), WORDS.items())
def test_the_box_holds_the_words_of_the_address(small: Site, path: str, words: str) -> None:
    page = small.page(path, status=404)
    assert page.one("input", name="q").attributes["value"] == words


def test_a_very_long_address_fills_the_box_with_its_beginning(small: Site) -> None:
    page = small.page("/practice/" + "quiet-" * 500, status=404)
    value = page.one("input", name="q").attributes["value"]
    assert value.startswith("quiet quiet")
    assert len(value) <= 100


def instead(page: Element) -> tuple[str, list[str]]:
    """What is offered instead: under which heading, and where it leads."""
    (section,) = page.one("main").all("section")
    return section.one("h2").text, section.links()


def test_a_mistyped_study_is_offered_among_those_like_it(small: Site) -> None:
    heading, links = instead(small.page("/practice/quiet-rooms-for-anxious-pupil", status=404))
    assert heading == "Was it one of these?"
    assert links[0] == "/practice/quiet-room"
    # It was no search of anybody's.
    assert "quiet rooms for anxious pupil" not in small.queries()


@pytest.mark.parametrize(
    "path", ["/none", "/quiet-room", "/practice/zebra", "/practice/%F0%9F%99%88"]
)
def test_what_is_like_nothing_offers_the_newest(small: Site, path: str) -> None:
    newest = small.json("/api/v1/search", sort="newest", limit=STUDIES)["results"]
    expected = [f"/practice/{each['slug']}" for each in newest]
    assert instead(small.page(path, status=404)) == ("Newest case studies", expected)


def test_a_study_that_is_not_shown_is_not_offered(site: Site) -> None:
    hidden = a_site(site.content, site.home, update=False, KB_SHOW_ILLUSTRATIVE="no")
    page = hidden.page("/practice/quiet-room", status=404)
    assert "/practice/quiet-room" not in page.links()
    hidden.services.database.close()


def test_without_an_index_a_missing_page_is_still_a_404(site: Site) -> None:
    no_index(site)
    page = site.page("/no-such-page", status=404)
    assert_a_page_of_ours(page)
    assert page.one("input", name="q").attributes["value"] == "no such page"
    assert page.all("section") == []


def test_a_renamed_study_is_found_at_its_old_address(small: Site) -> None:
    answer = small.get("/practice/old-gate")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/practice/gate")
    assert "renamed" in small.page("/practice/none", status=404).one("main").text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/search", "/practice/gate", "/media/gate/photo.png"])
def test_nothing_can_be_written_by_http(small: Site, method: str, path: str) -> None:
    answer = small.app.test_client().open(path, method=method)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    page = parse(answer.text)
    assert_a_page_of_ours(page)
    assert path in page.one("main").links()
    assert "Nothing was changed" in page.one("main").text


def test_an_address_of_forms_alone_does_not_lead_to_itself(small: Site) -> None:
    page = small.page("/practice/gate/feedback", status=405)
    assert_a_page_of_ours(page)
    assert "what a form sends" in page.one("main").text
    assert "/practice/gate/feedback" not in page.links()


def failing(site: Site, error: Exception | None = None) -> Flask:
    """The site's app with views that have a bug, or refuse with an error."""

    def fail() -> str:
        raise error or RuntimeError("secret-of-the-inside")

    site.app.add_url_rule("/fail", view_func=fail)
    site.app.add_url_rule("/api/fail", endpoint="api_fail", view_func=fail)
    return site.app


def refused(site: Site, error: Exception, status: int) -> tuple[TestResponse, str]:
    """The answer of a view that refuses, and the text of its page."""
    client = failing(site, error).test_client()
    assert list(json.loads(client.get("/api/fail").text)) == ["error"]
    answer = client.get("/fail")
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    page = parse(answer.text)
    assert_a_page_of_ours(page)
    return answer, page.one("main").text


def test_what_a_person_can_mend_is_said_as_text(site: Site) -> None:
    _, text = refused(site, Invalid("The title is <b>empty</b>: write one."), 422)
    assert "The title is <b>empty</b>: write one." in text
    assert "Go back" in text


def test_too_large_a_form_is_refused_by_the_page_that_says_so(site: Site) -> None:
    @without_token
    def take() -> str:
        return request.form["text"]

    site.app.add_url_rule("/take", view_func=take, methods=["POST"])
    site.app.config["MAX_CONTENT_LENGTH"] = 100
    client = site.app.test_client()
    assert client.post("/take", data={"text": "short"}).text == "short"
    answer = client.post("/take", data={"text": "long" * 100})
    assert answer.status_code == 413
    page = parse(answer.text)
    assert_a_page_of_ours(page)
    assert "smaller file or less text" in page.one("main").text
    assert "longlong" not in answer.text


@pytest.mark.parametrize(("status", "told"), [(400, "could not be read"), (414, "fewer words")])
def test_a_refusal_says_in_plain_words_what_to_do(site: Site, status: int, told: str) -> None:
    def refuse() -> str:
        abort(status)

    site.app.add_url_rule("/refused", view_func=refuse)
    page = site.page("/refused", status=status)
    assert_a_page_of_ours(page)
    assert told in page.one("main").text


@pytest.mark.parametrize(
    ("given", "seconds", "said"),
    [
        (None, (60, 60), "in 60 seconds."),
        (1, (1, 1), "in 1 second."),
        (0, (1, 1), "in 1 second."),
        (99, (99, 99), "in 99 seconds."),
        (121, (121, 121), "in 3 minutes."),
        (timedelta(hours=2), (7100, 7200), " minutes."),
        (timedelta(days=-1), (1, 1), "in 1 second."),
    ],
)
def test_asking_too_often_is_told_when_to_try_again(
    site: Site, given: timedelta | int | None, seconds: tuple[int, int], said: str
) -> None:
    when = datetime.now(UTC) + given if isinstance(given, timedelta) else given
    answer, text = refused(site, TooManyRequests(retry_after=when), 429)
    assert seconds[0] <= int(answer.headers["Retry-After"]) <= seconds[1]
    assert said in text


def test_what_a_failure_says_of_itself_is_not_shown(site: Site) -> None:
    client = failing(site, BadGateway("secret-of-the-inside")).test_client()
    for path in ("/fail", "/api/fail"):
        answer = client.get(path)
        assert answer.status_code == 502
        assert "secret" not in answer.text


def test_a_bug_is_a_page_of_ours_without_its_trace(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    answer = failing(site).test_client().get("/fail")
    assert answer.status_code == 500
    page = parse(answer.text)
    assert_a_page_of_ours(page)
    for told in ("Sorry", "Try again in a minute", "tell your hub", "Status 500"):
        assert told in page.one("main").text
    for inside in ("secret-of-the-inside", "Traceback", "RuntimeError", "test_errors"):
        assert inside not in answer.text
    # The trace is for the log.
    assert "secret-of-the-inside" in caplog.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_bug_in_the_api_is_json(site: Site) -> None:
    answer = failing(site).test_client().get("/api/fail")
    assert (answer.status_code, answer.mimetype) == (500, "application/json")
    assert list(json.loads(answer.text)) == ["error"]
    assert "secret" not in answer.text


def index(site: Site) -> Path:
    return site.services.updater.store.current()


def no_index(site: Site) -> None:
    shutil.rmtree(site.home / "index")


def pointer_to_nowhere(site: Site) -> None:
    (site.home / "index" / "CURRENT").write_text("snap-none")


def pointer_of_noise(site: Site) -> None:
    (site.home / "index" / "CURRENT").write_bytes(b"\xff\xfe\x00snap-")


def file_cut_short(site: Site) -> None:
    file = index(site) / "base/passages.faiss"
    file.write_bytes(file.read_bytes()[:-10])


def file_altered(site: Site) -> None:
    file = index(site) / "base/documents.jsonl"
    file.write_bytes(file.read_bytes().replace(b"Breakfast", b"Breakfest"))


def file_missing(site: Site) -> None:
    (index(site) / "base/facets.json").unlink()


def no_manifest(site: Site) -> None:
    (index(site) / "manifest.json").unlink()


def other_format(site: Site) -> None:
    manifest = index(site) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 999}))


DAMAGE = (
    no_index,
    pointer_to_nowhere,
    file_cut_short,
    file_altered,
    file_missing,
    no_manifest,
    other_format,
    pointer_of_noise,
)


@pytest.mark.parametrize("damage", DAMAGE)
def test_without_a_sound_index_every_page_says_not_ready(
    site: Site, damage: Callable[[Site], None]
) -> None:
    damage(site)
    for address in NEEDING_AN_INDEX:
        answer = site.get(address)
        assert answer.status_code == 503, address
        assert int(answer.headers["Retry-After"]) > 0
        if address.startswith("/api/"):
            assert list(json.loads(answer.text)) == ["error"]
        else:
            assert_a_page_of_ours(parse(answer.text))
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_new_index_mends_it_without_a_restart(site: Site, damage: Callable[[Site], None]) -> None:
    damage(site)
    assert site.get("/search").status_code == 503
    site.update()
    assert site.get("/search?q=gate").status_code == 200


def test_a_page_of_failure_does_not_say_where_the_server_keeps_its_files(site: Site) -> None:
    file_cut_short(site)
    for address in NEEDING_AN_INDEX:
        assert str(site.home) not in site.get(address).text


def with_another_model(site: Site) -> Site:
    """The same installation after somebody set another model."""
    return a_site(site.content, site.home, update=False, KB_MODEL="another-model")


def test_an_index_of_another_model_is_not_searched(site: Site) -> None:
    assert read_manifest(index(site)).model != "another-model"
    other = with_another_model(site)
    for address in ("/search?q=gate", "/api/v1/search?q=gate"):
        answer = other.get(address)
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
    other.update()
    assert other.get("/search?q=gate").status_code == 200
    other.services.database.close()


def test_a_damaged_database_is_a_503_and_the_search_goes_on(site: Site) -> None:
    assert site.get("/practice/gate").status_code == 200
    site.services.database.close()
    for file in site.home.glob("kb.sqlite*"):
        file.write_bytes(b"this is no database at all" * 100)
    answer = site.get("/practice/gate")
    assert answer.status_code == 503
    assert_a_page_of_ours(parse(answer.text))
    assert site.get("/search?q=gate").status_code == 200
