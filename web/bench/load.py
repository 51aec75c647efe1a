"""Load over HTTP: what one client waits, and what a server does for many at once."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.errors import MeasurementFailed
from kb.progress import Progress
from web.bench.child import a_child, children, queries_per_second
from web.bench.figures import Answers, OneClient, Spread, Throughput, middle
from web.bench.http import HttpClient
from web.bench.installation import Installation
from web.bench.plan import Plan
from web.bench.queries import Queries, Query
from web.bench.server import HOST, Server

API, PAGE = "/api/v1/search", "/search"
CLIENTS = (1, 4, 16, 64)
# Each client asks so many times at least.
_TURNS = 8


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of clients got.

    Attributes:
        seconds: of each request.
        errors: how many got no good answer.
        wall: seconds from the first request to the last answer.
        cpu: seconds of processor that asking took.
    """

    seconds: Sequence[float]
    errors: int
    wall: float
    cpu: float

    @property
    def per_second(self) -> float:
        """Good answers per second."""
        return (len(self.seconds) - self.errors) / self.wall


def ask(port: int, queries: Sequence[Query], clients: int, path: str = API) -> Load:
    """Ask queries by so many clients, each sending the next as soon as it has an answer."""
    paths = iter([f"{path}?{query.query_string}" for query in queries])
    answers: list[tuple[bool, float]] = []

    def client() -> None:
        http = HttpClient(HOST, port)
        # next() of a list's iterator gives each item once, threads or not.
        for each in paths:
            answer = http.get(each)
            answers.append((answer.is_good, answer.seconds))
        http.close()

    threads = [threading.Thread(target=client, daemon=True) for _ in range(clients)]
    started, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(
        seconds=[seconds for _, seconds in answers],
        errors=sum(not good for good, _ in answers),
        wall=time.perf_counter() - started,
        cpu=time.process_time() - cpu,
    )


def measure_one_client(
    server: Server,
    installation: Installation,
    model: str,
    queries: Queries,
    plan: Plan,
    progress: Progress,
) -> OneClient:
    """What one client waits for the API and for the page, in turn, and a bare encoder after them.

    Args:
        server: asked by one client.
        installation: what it serves.
        model: the name of the export that the bare encoder runs.
        queries: where distinct queries come from.
        plan: how often, and how many for each.
        progress: told of runs.
    """
    http = HttpClient(HOST, server.port)
    api: list[list[float]] = []
    page: list[list[float]] = []
    encoding: list[list[float]] = []

    def asked(path: str, query: Query) -> float:
        answer = http.get(f"{path}?{query.query_string}")
        if not answer.is_good:
            raise MeasurementFailed(f"{path} answered a search with status {answer.status}.")
        return answer.seconds

    with a_child(installation, model) as bare:
        for run in range(plan.runs):
            pairs = list(_pairs(queries.mixed(2 * plan.queries)))
            both = [(asked(API, one), asked(PAGE, other)) for one, other in pairs]
            api.append([seconds for seconds, _ in both])
            page.append([seconds for _, seconds in both])
            encoding.append(bare.encode([one.text for one, _ in pairs]))
            progress("Asking over HTTP", run + 1, plan.runs)
    http.close()
    encoding_ms = Spread.of(encoding)
    return OneClient(encoding_ms, _answers(api, encoding_ms), _answers(page, encoding_ms))


def _pairs(queries: Sequence[Query]) -> Iterator[tuple[Query, Query]]:
    """Queries of one kind in twos: half for the API, half for the page."""
    by_kind: dict[str, list[Query]] = {}
    for query in queries:
        waiting = by_kind.setdefault(query.kind, [])
        waiting.append(query)
        if len(waiting) == 2:
            yield waiting[0], waiting[1]
            waiting.clear()


def _answers(runs: Sequence[Sequence[float]], encoding: Spread) -> Answers:
    ms = Spread.of(runs)
    return Answers(ms, round(ms.p50 / encoding.p50, 3), round(ms.p99 / encoding.p50, 3))


def measure_throughput(
    server: Server,
    installation: Installation,
    model: str,
    queries: Queries,
    plan: Plan,
    progress: Progress,
) -> list[Throughput]:
    """What the server does for each number of clients, against as many encoders as workers.

    Args:
        server: under load, by the API.
        installation: what it serves.
        model: the name of the export that bare encoders run.
        queries: where distinct queries come from.
        plan: how often, and how many at least.
        progress: told of loads.
    """
    loads: dict[int, list[Load]] = {clients: [] for clients in CLIENTS}
    shares: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    with children(installation, model, server.workers) as encoders:
        for step, clients in enumerate(CLIENTS * plan.runs, 1):
            # Just before each load: on a machine with other work, minutes differ.
            texts = [query.text for query in queries.mixed(plan.queries)]
            bare = queries_per_second(encoders, texts)
            asked = queries.mixed(max(plan.queries, _TURNS * clients))
            load = ask(server.port, asked, clients)
            loads[clients].append(load)
            shares[clients].append(load.per_second / bare)
            progress("Load", step, len(CLIENTS) * plan.runs)
    return [_throughput(clients, loads[clients], shares[clients]) for clients in CLIENTS]


def _throughput(clients: int, loads: Sequence[Load], shares: Sequence[float]) -> Throughput:
    ms = Spread.of(load.seconds for load in loads)
    return Throughput(
        clients=clients,
        requests=sum(len(load.seconds) for load in loads),
        errors=sum(load.errors for load in loads),
        per_second=middle((load.per_second for load in loads), 2),
        share_of_encoders=middle(shares),
        ms=ms,
        p99_over_p50=round(ms.p99 / ms.p50, 2),
        generator_cpu=middle(load.cpu / load.wall for load in loads),
    )
