"""A report with made-up figures, for the tests of what reads one."""

import json
from dataclasses import asdict
from typing import Any

from web.bench.figures import (
    Answers,
    Bulk,
    ColdStart,
    Edit,
    Index,
    Latency,
    Memory,
    OneClient,
    Report,
    Size,
    Spread,
    Throughput,
    growth,
)
from web.bench.queries import KINDS


def a_size(documents: int, *, rest_ms: float = 2.0, **given: Any) -> Size:
    """All figures of a corpus; those given take the place of others."""
    ms = Spread(6.0, 8.0, 9.0)
    latency = Latency(Spread(3.0, 4.0, 5.0), ms, Spread(rest_ms, 4.0, 6.0), 2.0, rest_ms / 3)
    figures: dict[str, Any] = {
        "index": Index(7 * documents, True, 2.0, documents / 2, 8.0, 40.0),
        "latency": dict.fromkeys(KINDS, latency),
        "one_client": OneClient(
            Spread(3.0, 4.0, 5.0), Answers(ms, 2.0, 3.0), Answers(ms, 2.0, 3.0)
        ),
        "throughput": [Throughput(16, 400, 0, 100.0, 0.5, ms, 1.5, 0.05)],
        "memory": Memory(300.0, 100.0, 200.0),
        "cold_start": ColdStart(100.0, 120.0, 700.0, 1.2, 7.0),
        "edit": Edit(0.8, 266.7, 300, 0, 0, 12.0),
    }
    return Size(documents, **figures | given)


def a_report(*sizes: Size) -> Report:
    """A report on these sizes."""
    return Report(
        format=1,
        date="2026-11-24T00:00:00+00:00",
        machine={
            "cpu": "a cpu",
            "cores": 2,
            "load_average_before": 0,
            "python": "3",
            "onnxruntime": "1",
        },
        corpus="abc",
        seed=1,
        runs=3,
        queries=200,
        workers=2,
        sample=2000,
        bulk=Bulk(300, 2000, 9000, 95.0, 100.0, 0.95),
        sizes=sizes,
        growth=growth(sizes),
    )


def as_json(report: Report) -> str:
    """What --json prints."""
    return json.dumps(asdict(report))
