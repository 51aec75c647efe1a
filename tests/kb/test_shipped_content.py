"""The studies that ship with the product: sound, honest, and covering what they promise."""

from collections import Counter
from functools import cache

import pytest

from kb.content import ContentFolder
from kb.domain import CaseStudy, EvidenceStrength, Status
from kb.markdown import render
from kb.vocabulary import Vocabularies
from tests.factories import SHIPPED, open_folder


@cache
def shipped() -> tuple[CaseStudy, ...]:
    folder: ContentFolder = open_folder(SHIPPED)
    studies = tuple(reading.study for path in folder.paths() if (reading := folder.read(path)))
    assert None not in studies
    return tuple(study for study in studies if study)


@cache
def vocabularies() -> Vocabularies:
    return Vocabularies.load(SHIPPED / "vocabulary")


def counts(field: str) -> Counter[str]:
    """In how many studies each key of a list stands."""
    return Counter(key for study in shipped() for key in set(getattr(study.meta, field)))


def test_every_shipped_study_is_sound_without_even_a_warning() -> None:
    assert [str(finding) for finding in open_folder(SHIPPED).check()] == []
    assert len(shipped()) == 72


def test_each_of_the_six_values_is_shown_by_at_least_twelve() -> None:
    found = counts("values")
    assert set(found) == {term.key for term in vocabularies()["value"]}
    assert len(found) == 6
    assert {key: n for key, n in found.items() if n < 12} == {}


def test_send_and_disadvantage_have_thirty_each_and_twelve_together() -> None:
    found = counts("focus")
    assert found["send"] >= 30
    assert found["disadvantage"] >= 30
    both = [study for study in shipped() if {"send", "disadvantage"} <= set(study.meta.focus)]
    assert len(both) >= 12


def test_every_need_code_is_there_but_the_one_for_not_yet_assessed() -> None:
    assert set(counts("needs")) == {term.key for term in vocabularies()["need"]} - {"NSA"}


@pytest.mark.parametrize(
    ("field", "kind"),
    [("phases", "phase"), ("settings", "setting"), ("disadvantage", "disadvantage")],
)
def test_nobody_searches_a_facet_and_finds_it_empty(field: str, kind: str) -> None:
    assert set(counts(field)) == {term.key for term in vocabularies()[kind]}


def test_every_region_of_england_is_there() -> None:
    regions = {term.key for term in vocabularies()["region"] if term.parent is None}
    assert len(regions) == 9
    assert {study.meta.region for study in shipped()} == regions


def test_there_is_some_evidence_of_each_strength() -> None:
    found = {study.meta.evidence.strength for study in shipped() if study.meta.evidence}
    assert found == set(EvidenceStrength)


@pytest.mark.parametrize("study", shipped(), ids=lambda study: study.slug)
def test_a_shipped_study_is_a_short_read_labelled_as_made_up(study: CaseStudy) -> None:
    assert study.meta.status is Status.PUBLISHED
    assert study.meta.illustrative
    assert study.meta.school is not None
    assert study.meta.school.urn is None
    assert 350 <= render(study.body_md).word_count <= 700
    assert 2 <= len(study.meta.answers) <= 3
    assert study.meta.contact == "hub"
    assert study.meta.first_published is not None


def test_no_two_shipped_studies_share_a_title_a_school_an_answer_or_an_id() -> None:
    metas = [study.meta for study in shipped()]
    for told in (
        [meta.title.casefold() for meta in metas],
        [meta.school.name.casefold() for meta in metas if meta.school],
        [answer.casefold() for meta in metas for answer in meta.answers],
        [meta.summary.casefold() for meta in metas],
        [str(meta.id) for meta in metas],
        [study.slug for study in shipped()],
    ):
        assert [each for each, n in Counter(told).items() if n > 1] == []


def test_every_picture_that_ships_is_used_by_a_study() -> None:
    used = {
        link.target.removeprefix("../media/")
        for study in shipped()
        for link in render(study.body_md).links
        if link.is_image
    }
    media = SHIPPED / "media"
    assert {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()} == used
