"""Queries of several readers: encoded together, each gets its own, and a failure is everybody's."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from indexer.embedding import Vectors
from indexer.gathering import Gathering
from tests.fakes import WordEncoder

TEXTS = [f"query {number} about gates" for number in range(8)]


class SlowEncoder:
    """Notes what it is given at once; its first call lasts until it is released."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []
        self.begun = threading.Event()
        self.released = threading.Event()
        self._running = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        assert self._running.acquire(blocking=False), "two threads encode at once"
        try:
            self.given.append(list(texts))
            self.begun.set()
            assert self.released.wait(10)
            return WordEncoder().encode(texts)
        finally:
            self._running.release()


def wait_for(gathering: Gathering, count: int) -> None:
    """Until so many threads wait; they say so by what they leave."""
    for _ in range(10_000):
        if len(gathering._waiting) == count:
            return
        threading.Event().wait(0.001)
    pytest.fail(f"{len(gathering._waiting)} threads wait, not {count}")


def test_a_reader_alone_waits_for_nobody() -> None:
    given: list[list[str]] = []

    def encode(texts: Sequence[str]) -> Vectors:
        given.append(list(texts))
        return WordEncoder().encode(texts)

    gathering = Gathering(encode)
    for text in TEXTS:
        np.testing.assert_array_equal(gathering.encode(text), WordEncoder().encode([text])[0])
    assert given == [[text] for text in TEXTS]


def test_who_comes_while_one_is_encoded_is_encoded_together_with_all_who_do() -> None:
    slow = SlowEncoder()
    gathering = Gathering(slow.encode)
    with ThreadPoolExecutor(8) as readers:
        first = readers.submit(gathering.encode, TEXTS[0])
        assert slow.begun.wait(10)
        others = [readers.submit(gathering.encode, text) for text in TEXTS[1:]]
        wait_for(gathering, 7)
        slow.released.set()
        found = [each.result(10) for each in (first, *others)]
    np.testing.assert_array_equal(found, WordEncoder().encode(TEXTS))
    assert slow.given[0] == TEXTS[:1]
    assert [sorted(texts) for texts in slow.given[1:]] == [TEXTS[1:]]
    # And nobody is left behind.
    assert gathering.encode("later").shape == (256,)


def test_what_fails_fails_for_all_who_were_in_it_and_for_nobody_after() -> None:
    slow = SlowEncoder()
    broken = [True]

    def encode(texts: Sequence[str]) -> Vectors:
        vectors = slow.encode(texts)
        if len(texts) > 1 and broken.pop():
            raise MemoryError("no room")
        return vectors

    gathering = Gathering(encode)
    with ThreadPoolExecutor(4) as readers:
        first = readers.submit(gathering.encode, TEXTS[0])
        assert slow.begun.wait(10)
        others = [readers.submit(gathering.encode, text) for text in TEXTS[1:4]]
        wait_for(gathering, 3)
        slow.released.set()
        assert first.result(10).shape == (256,)
        for each in others:
            with pytest.raises(MemoryError, match="no room"):
                each.result(10)
    assert gathering.encode(TEXTS[5]).shape == (256,)


def test_under_load_everybody_gets_their_own() -> None:
    given: list[int] = []

    def encode(texts: Sequence[str]) -> Vectors:
        given.append(len(texts))
        return WordEncoder().encode(texts)

    gathering = Gathering(encode)
    asked = [f"word{number} gate" for number in range(400)]
    with ThreadPoolExecutor(8) as readers:
        found = list(readers.map(gathering.encode, asked))
    np.testing.assert_array_equal(found, WordEncoder().encode(asked))
    assert sum(given) == 400
    assert max(given) <= 8
