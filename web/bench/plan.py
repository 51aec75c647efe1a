"""What a run is to measure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """The choices of a run.

    Attributes:
        documents: the sizes, smallest first, each once.
        runs: figures are medians over so many.
        queries: of each kind in a run.
        workers: of `kb serve`.
        sample: about how many passages the model reads.
        seed: of corpus and queries.
    """

    documents: tuple[int, ...]
    runs: int
    queries: int
    workers: int
    sample: int
    seed: int
