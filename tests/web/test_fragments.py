"""Fragments: made once, escaped, and with the right number in each."""

import pytest
from markupsafe import Markup

from tests.web.site import Site
from web.fragments import NUMBER, fragment, numbered

BOX = ("search/_facets.html", "box")


@pytest.fixture
def box(small: Site) -> Markup:
    """A box of a term with a hostile name."""
    with small.app.app_context():
        return fragment(*BOX, "need", 'x" onfocus="', "<b>Q&A</b>", True, False, NUMBER)


def test_what_a_fragment_is_given_is_escaped(box: Markup) -> None:
    assert "<b>" not in box
    assert "&lt;b&gt;Q&amp;A&lt;/b&gt;" in box
    assert 'value="x&#34; onfocus=&#34;"' in box
    assert " checked" in box


def test_other_values_make_another_fragment(small: Site) -> None:
    with small.app.app_context():
        made = {
            fragment(*BOX, "need", "ASD", "Autism", chosen, within, NUMBER)
            for chosen in (False, True)
            for within in (False, True)
        }
    assert len(made) == 4


def test_each_fragment_gets_its_own_number(box: Markup) -> None:
    made = numbered([(box, 0), (box, 12345)])
    assert NUMBER not in made
    assert made.count("&lt;b&gt;") == 2
    assert made.index(">0<") < made.index(">12,345<")
    # It is not escaped again where it is put.
    assert Markup("<p>{}</p>").format(made) == f"<p>{made}</p>"
    assert numbered([]) == ""
