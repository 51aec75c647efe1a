"""For those who run the site: is it up, is it ready, how busy is it."""

import re
from pathlib import Path

import pytest

from tests.web.site import Site, a_site, eventually


def test_a_process_that_answers_is_healthy_even_without_an_index(
    site: Site, tmp_path: Path
) -> None:
    bare = a_site(site.content, tmp_path / "bare", update=False)
    assert bare.json("/healthz") == {"status": "ok"}


def test_ready_is_an_index_and_a_model(site: Site, tmp_path: Path) -> None:
    bare = a_site(site.content, tmp_path / "bare", update=False)
    assert "index" in bare.json("/readyz", status=503)["reason"]
    site.update()
    a_site(site.content, tmp_path / "bare")
    assert "model" in bare.json("/readyz", status=503)["reason"]
    bare.services.encoder.encode(["anything"])
    assert bare.json("/readyz") == {"status": "ready", "documents": 9}


def test_a_warmed_process_becomes_ready_by_itself(site: Site) -> None:
    assert site.get("/readyz").status_code == 503
    site.services.encoder.warm()
    eventually(lambda: site.get("/readyz").status_code == 200)


def test_an_index_of_another_model_is_not_ready(site: Site) -> None:
    other = a_site(site.content, site.home, update=False, KB_MODEL="another-model")
    other.services.encoder.encode(["anything"])
    assert other.get("/search?q=gate").status_code == 503
    assert other.get("/readyz").status_code == 503


def test_a_damaged_index_is_not_ready(site: Site) -> None:
    site.services.encoder.encode(["anything"])
    (site.services.updater.store.current() / "base/facets.json").unlink()
    assert site.get("/readyz").status_code == 503


def counted(site: Site, endpoint: str, status: str) -> float:
    """How many requests the metrics count for an endpoint and status."""
    pattern = rf'^kb_requests_total{{endpoint="{endpoint}",status="{status}"}} (\S+)$'
    found = re.findall(pattern, site.get("/metrics").text, re.MULTILINE)
    return float(found[0]) if found else 0.0


@pytest.mark.parametrize(
    ("address", "endpoint", "status"),
    [
        ("/search?q=gate", "search.show", "200"),
        ("/practice/none", "practices.show", "404"),
        ("/no/such/path", "none", "404"),
        ("/api/v1/search", "api.search", "200"),
    ],
)
def test_each_request_is_counted_by_endpoint_and_status(
    small: Site, address: str, endpoint: str, status: str
) -> None:
    before = counted(small, endpoint, status)
    small.get(address)
    assert counted(small, endpoint, status) == before + 1


def test_metrics_are_in_the_format_of_prometheus(small: Site) -> None:
    answer = small.get("/metrics")
    assert answer.mimetype == "text/plain"
    assert "kb_request_seconds_bucket" in answer.text


def test_metrics_hold_nothing_that_anybody_typed(small: Site) -> None:
    small.get("/search?q=worrysome-name&need=worrysome-name")
    small.get("/worrysome-name", headers={"User-Agent": "worrysome-name"})
    small.get("/practice/worrysome-name")
    assert "worrysome" not in small.get("/metrics").text
    # One series for all paths that lead nowhere, however many are tried.
    before = len(small.get("/metrics").text.splitlines())
    for n in range(20):
        small.get(f"/no-such-{n}")
        small.get(f"/practice/no-such-{n}")
    assert len(small.get("/metrics").text.splitlines()) == before
