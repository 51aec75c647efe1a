"""What `kb bench` measures; `--json` prints these fields by these names.

Names end in their unit: `_ms`, `_mb` (10^6 bytes), `_per_second`. A name that ends in `_x` is a
multiple of one bare encoding (its median on the same queries in the same run) unless it says
otherwise, and does not depend on the machine as times do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

# Raised when a field changes its name or meaning.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of times, each the median over the runs."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, runs: Iterable[Sequence[float]]) -> "Spread":
        """Of each run's times in seconds; kept in ms."""
        each = [1000 * np.percentile(run, (50, 95, 99)) for run in runs]
        return cls(*(round(float(np.median(column)), 4) for column in zip(*each, strict=True)))


@dataclass(frozen=True, slots=True)
class Bulk:
    """Indexing a sample with the real model from nothing, against the encoder alone.

    Attributes:
        texts: passages, sentences and topics elsewhere, each embedded once.
        texts_per_second: by the whole road from files to a published index.
        encoder_texts_per_second: by the encoder alone, given the same texts at once.
        share_of_encoder: the first of these over the second.
    """

    documents: int
    passages: int
    texts: int
    texts_per_second: float
    encoder_texts_per_second: float
    share_of_encoder: float


@dataclass(frozen=True, slots=True)
class Index:
    """The index of a corpus.

    Attributes:
        stand_ins: whether the vectors of all but the sample stand in for the model's.
        built_seconds: from files to a published index, embedding left out; None where it was
            kept from an earlier run.
        documents_per_second: likewise.
        snapshot_mb: of its files.
        open_ms: to check and open it, its files in memory.
    """

    passages: int
    stand_ins: bool
    built_seconds: float | None
    documents_per_second: float | None
    snapshot_mb: float
    open_ms: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Searches of one kind, in this process, full results with facets and passages.

    Attributes:
        encoding_ms: a bare one-thread encoder on the same texts.
        search_ms: the whole search.
        rest_ms: the search less what its encoder took.
    """

    encoding_ms: Spread
    search_ms: Spread
    rest_ms: Spread
    search_x: float
    rest_x: float


@dataclass(frozen=True, slots=True)
class Answers:
    """Requests over HTTP by one client: `p50_x`, `p99_x` over the median of bare encodings."""

    ms: Spread
    p50_x: float
    p99_x: float


@dataclass(frozen=True, slots=True)
class OneClient:
    """What one client waits, mixed queries; `encoding_ms` of the same queries between them."""

    encoding_ms: Spread
    api: Answers
    page: Answers


@dataclass(frozen=True, slots=True)
class Throughput:
    """API searches over HTTP by many clients at once.

    Attributes:
        requests: of all runs.
        errors: of those, how many failed.
        per_second: good answers.
        share_of_encoders: that over the queries per second of as many bare
            encoders at once as the server has workers.
        p99_over_p50: how much longer the unlucky wait.
        generator_cpu: what the load generator took, as a share of one core.
    """

    clients: int
    requests: int
    errors: int
    per_second: float
    share_of_encoders: float
    ms: Spread
    p99_over_p50: float
    generator_cpu: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Proportional set size of the serving processes, after searches of all kinds.

    Attributes:
        first_mb: of a server's only worker, with the master that loads and forks for it.
        further_mb: what each further one adds; None with one worker.
        beside_mb: of the processes beside them: supervisor and keeper.
    """

    first_mb: float
    further_mb: float | None
    beside_mb: float


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Commands in fresh processes; `help_x` and `search_x` are multiples of `import flask`."""

    flask_ms: float
    help_ms: float
    search_ms: float
    help_x: float
    search_x: float


@dataclass(frozen=True, slots=True)
class Edit:
    """From saving an edited file until the API finds its new word, one client asking meanwhile.

    Attributes:
        seconds: the median; None where it was not found in time.
        requests: the client's, meanwhile.
        failed: of those, how many got no answer.
        slow: of those, how many took over three times the p99 before the edit.
        p99_before_ms: that p99.
    """

    seconds: float | None
    seconds_x: float | None
    requests: int
    failed: int
    slow: int
    p99_before_ms: float


@dataclass(frozen=True, slots=True)
class Size:
    """All figures of a corpus; `latency` by kind of query."""

    documents: int
    index: Index
    latency: Mapping[str, Latency]
    one_client: OneClient
    throughput: Sequence[Throughput]
    memory: Memory | None
    cold_start: ColdStart
    edit: Edit


@dataclass(frozen=True, slots=True)
class Growth:
    """The largest corpus over the smallest: of documents, and of each median without encoding."""

    documents_x: float
    rest_x: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run.

    Attributes:
        corpus: the same for the same bytes of all studies.
        sample: how many passages the model was to read.
        queries: of each kind and run.
    """

    format: int
    date: str
    machine: Mapping[str, str | int | float]
    corpus: str
    seed: int
    runs: int
    queries: int
    workers: int
    sample: int
    bulk: Bulk | None
    sizes: Sequence[Size]
    growth: Growth | None


def times_over(times: Spread, encoding: Spread) -> float:
    """A median as a multiple of the median of bare encodings."""
    return round(times.p50 / encoding.p50, 3)


def growth(sizes: Sequence[Size]) -> Growth | None:
    """How the figures of several sizes grow; None for one."""
    if len(sizes) < 2:
        return None
    least, most = (of(sizes, key=lambda size: size.documents) for of in (min, max))
    return Growth(
        documents_x=round(most.documents / least.documents, 2),
        rest_x={
            kind: round(most.latency[kind].rest_ms.p50 / least.latency[kind].rest_ms.p50, 2)
            for kind in least.latency
        },
    )


def middle(values: Iterable[float], digits: int = 3) -> float:
    """The median, rounded."""
    return round(float(median(values)), digits)
