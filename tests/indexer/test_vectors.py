"""The cache of vectors: nothing is embedded twice, whatever happens in between."""

import sqlite3
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.vectors import BATCH, VectorCache
from kb.errors import StorageFailed
from tests.fakes import WordEncoder
from tests.indexer.child import run_child


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "state" / "vectors.sqlite")


def test_vectors_come_in_the_order_of_the_texts(cache: VectorCache) -> None:
    texts = ["one", "two two two two", "three three"]
    vectors, embedded = cache.encode(WordEncoder(), texts)
    assert embedded == 3
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, WordEncoder().encode(texts))


def test_nothing_is_embedded_twice(cache: VectorCache) -> None:
    encoder = WordEncoder()
    first, _ = cache.encode(encoder, ["gate", "pager"])
    again, embedded = cache.encode(encoder, ["pager", "lunch", "gate"])
    assert embedded == 1
    assert sorted(encoder.embedded) == ["gate", "lunch", "pager"]
    np.testing.assert_array_equal(again[[2, 0]], first)


def test_a_text_that_stands_twice_in_one_call_is_embedded_once(cache: VectorCache) -> None:
    encoder = WordEncoder()
    vectors, embedded = cache.encode(encoder, ["gate", "pager", "gate"])
    assert embedded == 2
    assert sorted(encoder.embedded) == ["gate", "pager"]
    np.testing.assert_array_equal(vectors[0], vectors[2])


def test_another_model_embeds_again(cache: VectorCache) -> None:
    other = WordEncoder(name="other", dim=128)
    cache.encode(WordEncoder(), ["gate"])
    vectors, embedded = cache.encode(other, ["gate"])
    assert embedded == 1
    assert vectors.shape == (1, other.dim)
    assert cache.encode(WordEncoder(), ["gate"])[1] == 0


def test_no_texts_give_no_vectors(cache: VectorCache) -> None:
    vectors, embedded = cache.encode(WordEncoder(), [])
    assert vectors.shape == (0, 256)
    assert vectors.dtype == np.float32
    assert embedded == 0


def test_progress_counts_what_is_embedded_to_the_end(cache: VectorCache) -> None:
    told: list[tuple[int, int]] = []
    texts = [f"text {number}" for number in range(2 * BATCH + 1)]
    cache.encode(WordEncoder(), texts[:1])
    cache.encode(WordEncoder(), texts, lambda _, done, total: told.append((done, total)))
    assert told == [(BATCH, 2 * BATCH), (2 * BATCH, 2 * BATCH)]


def test_a_run_killed_half_way_keeps_the_batches_done(cache: VectorCache, tmp_path: Path) -> None:
    killed = run_child("embed", tmp_path / "state", texts=4 * BATCH, kill_in_batch=3)
    assert killed.signal == 9
    encoder = WordEncoder()
    _, embedded = cache.encode(encoder, [f"text {number}" for number in range(4 * BATCH)])
    assert embedded == 2 * BATCH


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"not a database at all, but long enough to look like one " * 50,
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:100] + bytes(4000) + raw[4100:],
    ],
    ids=["garbage", "cut short", "overwritten"],
)
def test_a_damaged_cache_is_made_anew(
    cache: VectorCache, tmp_path: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(damage)
    texts = [f"text {number}" for number in range(200)]
    cache.encode(WordEncoder(), texts)
    path = tmp_path / "state" / "vectors.sqlite"
    path.write_bytes(damage(path.read_bytes()))
    vectors, embedded = cache.encode(WordEncoder(), texts)
    assert embedded == len(texts)
    np.testing.assert_array_equal(vectors, WordEncoder().encode(texts))
    assert f"{path} is damaged" in caplog.text
    assert cache.encode(WordEncoder(), texts)[1] == 0


def test_an_empty_file_is_a_cache_without_vectors(cache: VectorCache, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "vectors.sqlite").touch()
    assert cache.encode(WordEncoder(), ["gate"])[1] == 1


def test_a_deleted_cache_embeds_again(cache: VectorCache, tmp_path: Path) -> None:
    cache.encode(WordEncoder(), ["gate"])
    (tmp_path / "state" / "vectors.sqlite").unlink()
    assert cache.encode(WordEncoder(), ["gate"])[1] == 1


def test_a_cache_that_cannot_be_opened_says_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=str(tmp_path)):
        VectorCache(tmp_path).encode(WordEncoder(), ["gate"])


def test_another_process_may_read_the_cache_while_it_is_written(
    cache: VectorCache, tmp_path: Path
) -> None:
    cache.encode(WordEncoder(), ["gate"])
    reader = sqlite3.connect(tmp_path / "state" / "vectors.sqlite")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM vector").fetchone()
    assert cache.encode(WordEncoder(), ["gate", "pager"])[1] == 1
    reader.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.text("ab \0é", max_size=4), max_size=8), max_size=4))
def test_the_cache_answers_as_the_model_would(calls: list[list[str]]) -> None:
    encoder = WordEncoder()
    with tempfile.TemporaryDirectory() as folder:
        cache = VectorCache(Path(folder) / "vectors.sqlite")
        for texts in calls:
            vectors, _ = cache.encode(encoder, texts)
            np.testing.assert_array_equal(vectors, WordEncoder().encode(texts))
    assert len(encoder.embedded) == len(set(encoder.embedded))
