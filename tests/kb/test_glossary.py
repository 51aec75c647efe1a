"""Terms in running text: found where they mean what is explained, and nowhere else."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import VocabularyInvalid
from kb.glossary import Explanation, Glossary
from tests.factories import SHIPPED

TERMS = """
[senco]
term = "SENCO"
also = ["special educational needs coordinator"]
explanation = "Coordinates."
[ap]
term = "AP"
also = ["alternative provision", "AP place"]
explanation = "Elsewhere."
[pep]
term = "PEP"
explanation = "A plan."
[governors]
term = "Governors"
also = ["governing body"]
explanation = "Oversee."
[dyspraxia]
term = "Dyspraxia (DCD)"
also = ["dyspraxia", "DCD"]
explanation = "Coordination."
[plus]
term = "PP+"
explanation = "More."
[card]
term = "Ofsted report card"
also = ["report card"]
explanation = "Grades."
"""


@pytest.fixture
def glossary(tmp_path: Path) -> Glossary:
    path = tmp_path / "terms.toml"
    path.write_text(TERMS, encoding="utf-8")
    return Glossary.load(path)


def found(glossary: Glossary, text: str) -> list[tuple[str, str]]:
    """What is said, and the term that it is."""
    return [(text[m.start : m.end], m.explanation.term) for m in glossary.mentions(text)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a gentle senco, a pep talk, an ap for phones",
        "SENCOX, XSENCO, PEPs2, SENCO_1",
        "an end to his report card",
        "the governing body of a beetle",
        "alternative provision",
        "PP+1",
    ],
)
def test_what_may_mean_something_else_is_no_term(glossary: Glossary, text: str) -> None:
    assert found(glossary, text) == []


@pytest.mark.parametrize(
    ("text", "said", "term"),
    [
        ("our SENCO’s list", "SENCO", "SENCO"),
        ("two SENCOs met", "SENCOs", "SENCO"),
        ("the Special educational\n  needs coordinator", None, "SENCO"),
        ("non-AP pupils", "AP", "AP"),
        ("an AP place there", "AP place", "AP"),
        ("AP places", "AP places", "AP"),
        ("The GOVERNORS agreed", "GOVERNORS", "Governors"),
        ("with dyspraxia.", "dyspraxia", "Dyspraxia (DCD)"),
        ("(DCD)", "DCD", "Dyspraxia (DCD)"),
        ("PP+ money", "PP+", "PP+"),
        ("the Ofsted report card", "Ofsted report card", "Ofsted report card"),
    ],
)
def test_a_term_is_found_in_the_forms_that_people_write(
    glossary: Glossary, text: str, said: str | None, term: str
) -> None:
    [(what, which)] = found(glossary, text)
    assert which == term
    assert said is None or what == said


def test_terms_are_found_in_order_each_time(glossary: Glossary) -> None:
    text = "PEP, SENCO, PEP"
    assert [what for what, _ in found(glossary, text)] == ["PEP", "SENCO", "PEP"]


@given(st.text())
def test_any_text_is_read_and_mentions_lie_in_it_one_after_another(text: str) -> None:
    glossary = Glossary.load(SHIPPED / "terms.toml")
    end = 0
    for mention in glossary.mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end


def test_without_a_file_nothing_is_explained(tmp_path: Path) -> None:
    empty = Glossary.load(tmp_path / "terms.toml")
    assert list(empty.mentions("SENCO")) == []
    assert empty.explain("SENCO") is None


def test_a_form_typed_by_itself_is_explained_in_any_case(glossary: Glossary) -> None:
    for typed in ("senco", "REPORT  card", "dcd"):
        assert glossary.explain(typed)


def test_a_term_without_its_explanation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "terms.toml"
    path.write_text('[a]\nterm = "A"\n', encoding="utf-8")
    with pytest.raises(VocabularyInvalid, match="a"):
        Glossary.load(path)


def test_every_shipped_term_is_found_in_a_sentence_by_its_own_name() -> None:
    glossary = Glossary.load(SHIPPED / "terms.toml")
    terms = tomllib.loads((SHIPPED / "terms.toml").read_text(encoding="utf-8"))
    assert len(terms) > 60
    for entry in terms.values():
        name = entry["term"].split(" (")[0]
        [mention] = glossary.mentions(f"We asked what {name} is.")
        assert mention.explanation == Explanation(entry["term"], entry["explanation"])
