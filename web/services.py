"""The parts that pages and commands use, wired once at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from indexer.chart import ChartFile
from indexer.lazy import LazyEncoder
from indexer.search import Searcher
from indexer.update import Updater
from kb.content import ContentFolder
from kb.database import Database
from kb.desk.pictures import DraftPictures
from kb.desk.publishing import Publisher
from kb.draft_media import DraftMedia
from kb.links import Links
from kb.mail.folder import FolderRelay
from kb.mail.pace import Pace
from kb.mail.post import Post
from kb.mail.relay import Relay
from kb.mail.smtp import SmtpRelay
from kb.paths import prepare_home
from kb.secret import load_secret
from kb.settings import Settings
from kb.vocabulary import Vocabularies
from web.searching import make_encoder, make_searcher


@dataclass(frozen=True)
class Services:
    """Nothing here is open until it is used."""

    settings: Settings
    database: Database
    encoder: LazyEncoder
    updater: Updater
    searcher: Searcher
    chart: ChartFile

    @cached_property
    def secret(self) -> str:
        """The key that signs forms and links; raises as `load_secret` does."""
        return self.settings.secret_key or load_secret(self.settings.home)

    @cached_property
    def links(self) -> Links:
        """Makes and reads signed links; raises as `load_secret` does."""
        return Links(self.secret)

    @cached_property
    def relay(self) -> Relay:
        """What messages are handed to."""
        settings = self.settings
        if settings.smtp_url is None:
            return FolderRelay(settings.home / "outbox")
        return SmtpRelay(settings.smtp_url, settings.mail_from)

    @cached_property
    def post(self) -> Post:
        """Sends the messages of the outbox."""
        settings = self.settings
        pace = Pace(settings.mail_per_minute, settings.mail_per_minute_to_domain)
        return Post(self.database, self.relay, settings.mail_from, pace=pace)

    @cached_property
    def pictures(self) -> DraftPictures:
        """The pictures of drafts."""
        return DraftPictures(DraftMedia(self.settings.home), self.settings.content / "media")

    def content(self) -> ContentFolder:
        """The files, and the vocabularies as they are now.

        Raises:
            ContentMissing: a vocabulary is not there.
            VocabularyInvalid: one cannot be used.
        """
        folder = self.settings.content
        return ContentFolder(folder, Vocabularies.load(folder / "vocabulary"))

    def publisher(self) -> Publisher:
        """What brings working copies live; raises as `content` does."""
        return Publisher(self.database, self.content(), self.pictures)

    @classmethod
    def wire(cls, settings: Settings) -> "Services":
        """Make the parts of an installation."""
        database = Database(settings.database_url)
        encoder = make_encoder(settings)
        updater = Updater(database, settings.content, settings.home, encoder)
        return cls(
            settings=settings,
            database=database,
            encoder=encoder,
            updater=updater,
            searcher=make_searcher(settings, updater.store, encoder),
            chart=ChartFile(settings.home / "map"),
        )

    def preload(self) -> None:
        """Load what a forking server's workers can share, and close what they must not."""
        self.encoder.preload()
        # A connection is one process's.
        self.database.close()

    def start(self) -> None:
        """Start this process's own threads; after a fork, which no thread survives."""
        self.encoder.warm()
        self.searcher.follow()


def open_services(env: Mapping[str, str]) -> Services:
    """Read settings, see that state can be kept, bring the database up to date, wire the parts.

    Raises:
        Invalid: a setting cannot be used.
        StorageFailed: KB_HOME cannot be written, or the database not opened.
    """
    settings = Settings.from_env(env)
    prepare_home(settings.home)
    services = Services.wire(settings)
    services.database.migrate(settings.home)
    return services
