"""Builders of what the tests of `indexer` start from: studies, snapshots, whole installations."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from indexer.build import Recipe, build_snapshot
from indexer.embedding import Encoder
from indexer.floor import floor_for
from indexer.live import LiveSnapshot
from indexer.request import PAGE_SIZE, SearchRequest, Sort
from indexer.results import Result, SearchPage
from indexer.search import Searcher
from indexer.snapshots import FORMAT, Manifest, SnapshotStore, read_manifest
from indexer.update import Updater, UpdateReport
from indexer.vectors import VectorCache
from kb.database import Database
from kb.domain import CaseStudy, CaseStudyId, Published, TermKey
from kb.glossary import Glossary
from kb.progress import silent
from kb.prompts import Prompts
from kb.schema import read_front_matter
from kb.steering import ELSEWHERE, PINS, SHORT_FORMS, SYNONYMS, Steering
from kb.vocabulary import Vocabularies
from tests.factories import BODY, SHIPPED, an_id, content_folder, open_folder
from tests.fakes import WordEncoder

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@cache
def vocabularies() -> Vocabularies:
    """The shipped vocabularies, read once."""
    return Vocabularies.load(SHIPPED / "vocabulary")


def a_published(
    slug: str, *, body: str = BODY, since: date = date(2025, 9, 1), **front_matter: object
) -> Published:
    """A published study that says little about itself; its id comes from its slug unless given."""
    given: dict[str, object] = {
        "id": an_id(slug),
        "title": slug.replace("-", " ").capitalize(),
        "summary": "What a school did.",
        "status": "published",
    }
    meta = read_front_matter(given | front_matter)
    return Published(CaseStudy(slug, meta, body), slug, since)


def body_of(text: str) -> str:
    """A body with one section."""
    return f"## What we did\n\n{text}\n"


def shipped_studies() -> list[Published]:
    """The shipped studies, by id, without a database."""
    folder = open_folder(SHIPPED)
    found = []
    for path in folder.paths():
        reading = folder.read(path)
        assert reading.study is not None, [str(finding) for finding in reading.findings]
        since = reading.study.meta.first_published
        assert since is not None
        found.append(Published(reading.study, reading.digest, since))
    return sorted(found, key=lambda published: published.study.id)


def a_store(
    home: Path,
    studies: Sequence[Published],
    encoder: Encoder | None = None,
    *,
    content: str = "content",
    now: datetime = NOW,
    steering: Steering | None = None,
) -> SnapshotStore:
    """A store below `home` with a live snapshot of these studies, in this order."""
    store = SnapshotStore(home / "index")
    with store.writing(wait_seconds=5, on_wait=lambda: None):
        build_snapshot(
            store,
            studies,
            {published.study.id: published.digest for published in studies},
            Recipe(
                vocabularies(),
                Glossary.load(SHIPPED / "terms.toml"),
                Prompts.load(SHIPPED / "home.toml"),
                steering or replace(Steering.load(SHIPPED), elsewhere=()),
                encoder or WordEncoder(),
                VectorCache(home / "vectors.sqlite"),
            ),
            content=content,
            now=now,
            progress=silent,
        )
    return store


def a_searcher(
    home: Path,
    studies: Sequence[Published],
    *,
    show_illustrative: bool = True,
    steering: Steering | None = None,
) -> Searcher:
    """A searcher over these studies."""
    live = LiveSnapshot(a_store(home, studies, steering=steering))
    return Searcher(live, WordEncoder(), show_illustrative=show_illustrative)


def a_steering(
    home: Path, *, synonyms: str = "", short_forms: str = "", pins: str = "", elsewhere: str = ""
) -> Steering:
    """What files of these texts say to the search, and nothing else does."""
    folder = home / "steering"
    folder.mkdir()
    texts = {SYNONYMS: synonyms, SHORT_FORMS: short_forms, PINS: pins, ELSEWHERE: elsewhere}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Steering.load(folder)


def a_manifest(**changed: object) -> Manifest:
    """A manifest of nothing in particular."""
    given: dict[str, object] = {
        "format": FORMAT,
        "model": "words",
        "dim": 256,
        "documents": 0,
        "passages": 0,
        "content": "content",
        "made_with": "recipe",
        "superseded": (),
        "recall": {},
        "built_at": NOW.isoformat(),
        "floor": floor_for("words"),
        "files": {},
    }
    return Manifest(**(given | changed))  # type: ignore[arg-type]


def ask(
    text: str = "",
    *,
    sort: Sort = Sort.BEST,
    page: int = 1,
    page_size: int = PAGE_SIZE,
    limits: Mapping[str, int] | None = None,
    filters: Mapping[str, Sequence[str]] | None = None,
    **more: Sequence[str],
) -> SearchRequest:
    """A search for a text with these keys chosen, by name of facet."""
    given = {**(filters or {}), **more}
    chosen = {name: tuple(TermKey(key) for key in keys) for name, keys in given.items()}
    return SearchRequest(text, chosen, limits or {}, sort, page, page_size)


def slugs(page: SearchPage) -> list[str]:
    """The slugs of a page, in order."""
    return [result.document.slug for result in page.results]


def everything(searcher: Searcher, request: SearchRequest) -> list[Result]:
    """All results, by paging through until a page repeats or the last is reached."""
    found: list[Result] = []
    number = 1
    while True:
        page = searcher.search(
            SearchRequest(request.text, request.filters, request.limits, request.sort, number, 7)
        )
        assert page.page == number
        found += page.results
        if number == page.pages:
            return found
        number += 1


@dataclass
class Home:
    """An installation as the command line has it: content, database and index in one folder."""

    folder: Path
    database: Database
    encoder: WordEncoder = field(default_factory=WordEncoder)

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def state(self) -> Path:
        """What KB_HOME names."""
        return self.folder / "home"

    @property
    def updater(self) -> Updater:
        return Updater(self.database, self.content, self.state, self.encoder)

    @property
    def store(self) -> SnapshotStore:
        return self.updater.store

    @property
    def live(self) -> Manifest:
        return read_manifest(self.store.current())

    def update(self, *, rebuild: bool = False) -> UpdateReport:
        return self.updater.update(rebuild=rebuild)

    def search(self, text: str = "") -> list[str]:
        """The slugs that a process started now would find."""
        searcher = Searcher(LiveSnapshot(self.store), WordEncoder(self.encoder.name))
        return slugs(searcher.search(ask(text)))

    def recorded(self) -> set[CaseStudyId]:
        """The studies whose first day live is in the database."""
        with self.database.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT case_study_id FROM publication")
            return {CaseStudyId(row[0]) for row in rows}


@contextmanager
def open_home(folder: Path) -> Iterator[Home]:
    """An installation that is there already."""
    database = Database(f"sqlite:///{folder}/home/kb.sqlite")
    try:
        yield Home(folder, database)
    finally:
        database.close()


@contextmanager
def a_home(folder: Path) -> Iterator[Home]:
    """A new installation with the shipped vocabularies and no study."""
    content_folder(folder)
    shutil.copy(SHIPPED / "terms.toml", folder / "content" / "terms.toml")
    (folder / "home").mkdir()
    with open_home(folder) as home:
        home.database.migrate(home.state)
        yield home
