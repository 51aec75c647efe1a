"""The memory of workers: of the first, and of each further one."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.bench.figures import Memory
from web.bench.load import PAGE, ask
from web.bench.processes import below, can_measure_memory, pss_mb
from web.bench.queries import Query
from web.bench.server import Server

# More than one, so that every thread and every worker gets its part.
_CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Held:
    """Proportional set sizes of a server, in MB: workers and master together, and the rest."""

    answering: float
    beside: float


def held_after(server: Server, queries: Sequence[Query]) -> Held | None:
    """What a server holds once it has answered queries, half by the API and half by the page.

    They are asked, and so the server is warm, even where the system cannot tell what it holds.
    """
    half = len(queries) // 2
    ask(server.port, queries[:half], _CLIENTS)
    ask(server.port, queries[half:], _CLIENTS, PAGE)
    if not can_measure_memory():
        return None
    answering = server.answering()
    others = {server.pid, *below(server.pid)} - answering
    return Held(sum(map(pss_mb, answering)), sum(map(pss_mb, others)))


def memory(one: Held | None, several: Held | None, workers: int) -> Memory | None:
    """The figures of a server with one worker and of one with several."""
    if one is None or several is None:
        return None
    further = (several.answering - one.answering) / (workers - 1) if workers > 1 else None
    return Memory(
        first_mb=round(one.answering, 1),
        further_mb=None if further is None else round(further, 1),
        beside_mb=round(one.beside, 1),
    )
