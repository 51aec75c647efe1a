"""The search of an installation: its index and its model, and no database."""

from collections.abc import Mapping

from indexer.lazy import LazyEncoder
from indexer.live import LiveSnapshot
from indexer.search import Searcher
from indexer.snapshots import SnapshotStore
from kb.paths import prepare_home
from kb.settings import Settings


def make_encoder(settings: Settings) -> LazyEncoder:
    """The installation's encoder, not loaded yet."""
    return LazyEncoder(settings.model, settings.home / "models")


def make_searcher(settings: Settings, store: SnapshotStore, encoder: LazyEncoder) -> Searcher:
    """What pages, API and command line search with; nothing is opened yet."""
    return Searcher(LiveSnapshot(store), encoder, show_illustrative=settings.show_illustrative)


def open_searcher(env: Mapping[str, str]) -> tuple[Settings, Searcher]:
    """What `kb search` needs: to load the database as well would take as long as the search.

    Raises:
        Invalid: a setting cannot be used.
        StorageFailed: KB_HOME cannot be written.
    """
    settings = Settings.from_env(env)
    prepare_home(settings.home)
    store = SnapshotStore(settings.home / "index")
    return settings, make_searcher(settings, store, make_encoder(settings))
