"""How everyday words are: wordfreq's own answers, without its code."""

import pytest
from wordfreq import iter_wordlist, zipf_frequency

from indexer.everyday import frequency, is_english, mean_frequency


def test_every_word_of_the_list_has_the_frequency_that_wordfreq_gives_it() -> None:
    words = [word for word in iter_wordlist("en", wordlist="small") if word.isalpha()]
    assert len(words) > 25_000
    for word in words:
        assert frequency(word) == zipf_frequency(word, "en", wordlist="small"), word


def test_a_word_that_the_list_lacks_is_rare_and_not_taken_for_english() -> None:
    assert frequency("dyscalculia") == frequency("xqzt") == frequency("") == 2.0
    assert not is_english("xqzt")
    assert is_english("pupil")


@pytest.mark.parametrize("number", ["10", "21", "100", "412", "60s"])
def test_a_number_is_about_as_frequent_as_wordfreq_says(number: str) -> None:
    said = zipf_frequency(number, "en", wordlist="small")
    assert frequency(number) == pytest.approx(said, abs=0.5)


def test_no_number_is_below_a_rare_word() -> None:
    assert frequency("9" * 9) == frequency("3e99999") == 2.0


def test_the_mean_of_no_words_is_that_of_a_rare_one() -> None:
    assert mean_frequency([]) == 2.0
    assert mean_frequency(["the", "xqzt"]) == pytest.approx((frequency("the") + 2.0) / 2)
