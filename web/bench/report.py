"""A run as people read it."""

from collections.abc import Iterator, Sequence

from web.bench.figures import Answers, Bulk, Growth, Report, Size

Row = Sequence[str]


def introduction(report: Report) -> str:
    """What was measured, on what."""
    machine = report.machine
    return "\n".join(
        (
            f"Corpus {report.corpus}, seed {report.seed}; medians of {report.runs} runs of "
            f"{report.queries} distinct queries of each kind; no query twice.",
            f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_average_before']} "
            f"before; Python {machine['python']}, ONNX Runtime {machine['onnxruntime']}.",
            "“x” is a multiple of one bare encoding, of the same queries in the same run.",
        )
    )


def bulk_table(bulk: Bulk | None) -> str:
    """How fast the sample was indexed."""
    if bulk is None:
        return "Bulk indexing was measured by the run that made the kept sample."
    return (
        f"Bulk indexing, {bulk.documents:,} studies, {bulk.passages:,} passages, {bulk.texts:,} "
        f"texts: {bulk.texts_per_second:.1f} texts/s; the encoder alone "
        f"{bulk.encoder_texts_per_second:.1f}; {bulk.share_of_encoder:.1%} of its rate."
    )


def size_table(size: Size, sample: int) -> str:
    """Every figure of a corpus."""
    return "\n".join(
        (
            f"{size.documents:,} case studies, {size.index.passages:,} passages",
            *_index(size, sample),
            "",
            *_aligned(_latency(size)),
            "",
            *_aligned(_throughput(size)),
            "",
            *_rest(size),
        )
    )


def growth_table(growth: Growth) -> str:
    """How the medians without encoding grow."""
    grown = ", ".join(f"{kind} {times:.2f} x" for kind, times in growth.rest_x.items())
    return f"For {growth.documents_x:g} x the case studies, a search without encoding: {grown}."


def _index(size: Size, sample: int) -> Iterator[str]:
    index = size.index
    if index.stand_ins:
        yield (
            f"The model read {sample:,} of the passages; vectors with the geometry of theirs stand "
            "in for the others."
        )
    built = (
        "kept from an earlier run"
        if index.built_seconds is None
        else f"built in {index.built_seconds:.1f} s without embedding "
        f"({index.documents_per_second:.0f} studies/s)"
    )
    yield f"Index {built}; {index.snapshot_mb:.1f} MB, opened in {index.open_ms:.0f} ms."


def _latency(size: Size) -> Iterator[Row]:
    yield ("", "p50 ms", "p95 ms", "p99 ms", "p50 x", "p99 x", "encoding p50 ms")
    for kind, each in size.latency.items():
        bare = each.encoding_ms.p50
        for name, ms in ((kind, each.search_ms), (f"{kind}, no encoding", each.rest_ms)):
            yield (
                name,
                *(f"{value:.2f}" for value in (ms.p50, ms.p95, ms.p99)),
                *(f"{value / bare:.2f}" for value in (ms.p50, ms.p99)),
                f"{bare:.2f}",
            )
    one = size.one_client
    for name, answers in (("API over HTTP", one.api), ("page over HTTP", one.page)):
        yield (name, *_answers(answers), f"{one.encoding_ms.p50:.2f}")


def _answers(answers: Answers) -> Row:
    ms = answers.ms
    return (
        *(f"{value:.2f}" for value in (ms.p50, ms.p95, ms.p99)),
        f"{answers.p50_x:.2f}",
        f"{answers.p99_x:.2f}",
    )


def _throughput(size: Size) -> Iterator[Row]:
    yield (
        *("clients", "searches/s", "of bare encoders", "errors"),
        *("p50 ms", "p99 ms", "p99 / p50", "generator's CPU"),
    )
    for load in size.throughput:
        yield (
            str(load.clients),
            f"{load.per_second:.1f}",
            f"{load.share_of_encoders:.1%}",
            f"{load.errors} of {load.requests:,}",
            f"{load.ms.p50:.1f}",
            f"{load.ms.p99:.1f}",
            f"{load.p99_over_p50:.1f}",
            f"{load.generator_cpu:.0%}",
        )


def _rest(size: Size) -> Iterator[str]:
    held = size.memory
    if held is None:
        yield "Memory: this system does not tell it."
    else:
        further = "" if held.further_mb is None else f", each further one {held.further_mb:.0f} MB"
        yield (
            f"Memory (PSS): first worker {held.first_mb:.0f} MB{further}; "
            f"beside the workers {held.beside_mb:.0f} MB."
        )
    cold = size.cold_start
    yield (
        f"Cold start: kb --help {cold.help_ms:.0f} ms, {cold.help_x:.2f} x import flask; "
        f"kb search {cold.search_ms:.0f} ms, {cold.search_x:.2f} x."
    )
    edit = size.edit
    found = "not found in time" if edit.seconds is None else f"{edit.seconds:.2f} s"
    yield (
        f"Edit to searchable: {found}; of {edit.requests:,} requests meanwhile {edit.failed} "
        f"failed, {edit.slow} took over 3 x p99 ({edit.p99_before_ms:.1f} ms)."
    )


def _aligned(rows: Iterator[Row]) -> Iterator[str]:
    """Rows as lines: the first column to the left, the others to the right."""
    held = list(rows)
    widths = [max(map(len, column)) for column in zip(*held, strict=True)]
    for first, *others in held:
        cells = (f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join((f"{first:<{widths[0]}}", *cells)).rstrip()
