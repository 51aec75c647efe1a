"""Addresses that are joined by hand are those that Flask would build."""

from flask import url_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.site import PUBLISHED, Site
from web.addresses import HOME, briefing_address, practice_address, search_address


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.text("aé &=/?#+%'\"~*(),")))
def test_a_search_is_where_flask_would_have_it(small: Site, text: str, needs: list[str]) -> None:
    pairs = [("q", text), *(("need", need) for need in needs)]
    with small.app.test_request_context():
        assert search_address(pairs) == url_for("search.show", q=text, need=needs)


def test_pages_are_where_flask_would_have_them(small: Site) -> None:
    with small.app.test_request_context():
        assert search_address() == url_for("search.show")
        assert url_for("home.show") == HOME
        for slug in PUBLISHED:
            assert practice_address(slug) == url_for("practices.show", slug=slug)
            assert briefing_address(slug) == url_for("briefing.show", slug=slug)
