"""Vocabularies: files that an organisation edits, checked when they are read."""

from pathlib import Path

import pytest

from kb.domain import TermKey
from kb.errors import ContentMissing, UnknownTerm, VocabularyInvalid
from kb.vocabulary import KINDS, Vocabularies

VALUES = ["excellence", "equity", "collaboration", "challenge", "innovation"]


def load(content: Path) -> Vocabularies:
    return Vocabularies.load(content / "vocabulary")


def edit(content: Path, kind: str, text: str) -> None:
    (content / "vocabulary" / f"{kind}.toml").write_text(text, encoding="utf-8")


def test_terms_keep_the_order_of_their_file(content: Path) -> None:
    keys = [term.key for term in load(content)["value"]]
    assert keys == [*VALUES, "courageous-leadership"]


def test_people_read_labels_and_an_abandoned_key_is_shown_as_it_is(content: Path) -> None:
    needs = load(content)["need"]
    assert needs.label("ASD") == "Autism"
    assert needs.label("VI") == "Vision impairment"
    assert needs.label("GONE") == "GONE"


@pytest.mark.parametrize(
    ("kind", "raw", "nearest"),
    [
        ("need", "SEHM", "SEMH"),
        ("need", "semh", "SEMH"),
        ("need", "Autism", "ASD"),
        ("value", "equality", "equity"),
        ("region", "yorkshire", "yorkshire-and-the-humber"),
        ("school-type", "academy", "academy-converter"),
    ],
)
def test_an_unknown_key_names_the_nearest_that_exist(
    content: Path, kind: str, raw: str, nearest: str
) -> None:
    with pytest.raises(UnknownTerm, match="is not a known") as caught:
        load(content)[kind].read(raw)
    assert nearest in caught.value.nearest
    assert 1 <= len(caught.value.nearest) <= 3
    assert f"“{raw}”" in str(caught.value)
    assert nearest in str(caught.value)


def test_an_unknown_key_unlike_any_other_points_at_the_files(content: Path) -> None:
    with pytest.raises(UnknownTerm, match=r"see content/vocabulary"):
        load(content)["value"].read("zzzzzz")


def test_a_subregion_rolls_up_into_its_region(content: Path) -> None:
    regions = load(content)["region"]
    assert regions.ancestry(TermKey("south-yorkshire")) == (
        "south-yorkshire",
        "yorkshire-and-the-humber",
    )
    assert regions.ancestry(TermKey("london")) == ("london",)


def test_the_fingerprint_changes_with_any_file_and_with_nothing_else(content: Path) -> None:
    before = load(content).fingerprint
    assert load(content).fingerprint == before
    path = content / "vocabulary" / "policy.toml"
    path.write_text(path.read_text() + "\n# reviewed\n")
    assert load(content).fingerprint != before


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_vocabulary_names_its_file_and_what_to_do(content: Path, kind: str) -> None:
    (content / "vocabulary" / f"{kind}.toml").unlink()
    with pytest.raises(ContentMissing, match=rf"{kind}\.toml cannot be read .* KB_CONTENT"):
        load(content)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[equity\nlabel = 'Equity'", r"value\.toml: .*line 1"),
        ("[equity]\ndescription = 'x'", "“equity” has no label. Add: label ="),
        ("[equity]\nlabel = ' '\ndescription = 'x'", "“equity” has no label"),
        ("[equity]\nlabel = 3\ndescription = 'x'", "“equity” has no label"),
        ("[equity]\nlabel = 'Equity'", "“equity” has no description"),
        ("equity = 'Equity'", r"“equity” must be a table: \[equity\]"),
        (
            "[a]\nlabel = 'A'\ndescription = 'x'\nparent = 'b'",
            "the parent “b” of “a” is not there",
        ),
        ("[a]\nlabel = 'A'\ndescription = 'x'\nparent = 'a'", "“a” is its own ancestor"),
        (
            "[a]\nlabel = 'A'\ndescription = 'x'\nparent = 'b'\n"
            "[b]\nlabel = 'B'\ndescription = 'x'\nparent = 'a'",
            "is its own ancestor",
        ),
        ("[a]\nlabel = 'A'\n[a]\nlabel = 'B'", r"value\.toml: "),
    ],
)
def test_a_vocabulary_that_cannot_be_used_names_the_file_and_the_term(
    content: Path, toml: str, says: str
) -> None:
    edit(content, "value", toml)
    with pytest.raises(VocabularyInvalid, match=says):
        load(content)


def test_a_vocabulary_saved_with_a_byte_order_mark_is_read(content: Path) -> None:
    edit(content, "focus", "\ufeff[send]\nlabel = 'SEND'\ndescription = 'x'\n")
    assert TermKey("send") in load(content)["focus"]


def test_a_vocabulary_in_another_encoding_is_named(content: Path) -> None:
    path = content / "vocabulary" / "group.toml"
    path.write_bytes("[x]\nlabel = 'Café'".encode("latin-1"))
    with pytest.raises(VocabularyInvalid, match=r"group\.toml"):
        load(content)
