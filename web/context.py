"""Typed access, inside a request, to the parts that the app was made with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, current_app

from indexer.search import Searcher
from kb.history import History
from kb.library import Library
from kb.settings import Settings
from web.querylog import QueryRecorder
from web.services import Services

_KEY = "kb"


@dataclass(frozen=True, slots=True)
class Wired:
    """What one app has: the installation's parts, and this process's own."""

    services: Services
    queries: QueryRecorder


def init_app(app: Flask, services: Services) -> None:
    """Keep the parts with the app."""
    app.extensions[_KEY] = Wired(services, QueryRecorder(services.database))


def wired() -> Wired:
    """The parts of the app of this request."""
    found: Wired = current_app.extensions[_KEY]
    return found


def settings() -> Settings:
    """The installation's settings."""
    return wired().services.settings


def searcher() -> Searcher:
    """The browser's, the API's and the command line's search."""
    return wired().services.searcher


@contextmanager
def library() -> Iterator[Library]:
    """Use cases on live studies, in a transaction that ends with the block."""
    services = wired().services
    with services.database.read() as session:
        yield Library(session, show_illustrative=services.settings.show_illustrative)


@contextmanager
def history() -> Iterator[tuple[Library, History]]:
    """Live studies and their versions, in one transaction."""
    services = wired().services
    shows = services.settings.show_illustrative
    with services.database.read() as session:
        yield (
            Library(session, show_illustrative=shows),
            History(session, show_illustrative=shows),
        )
