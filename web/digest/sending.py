"""The digest's sending, wired for an installation; outside of any request."""

from functools import partial

from kb.digest.holidays import HOLIDAYS, SchoolHolidays
from kb.digest.sending import Sending
from kb.digest.shelf import load_shelf
from web.digest.compose import Composer
from web.digest.finding import SearcherFinder
from web.digest.links import ReaderLinks
from web.services import Services


def composer(services: Services) -> Composer:
    """Writes issues with links to this site."""
    settings = services.settings
    return Composer(ReaderLinks(services.links, settings.base_url), settings.site_name)


def sending(services: Services) -> Sending:
    """Sends what is due, of studies that the live index finds.

    Raises:
        ContentMissing: the file of holidays is there and cannot be read.
        SnapshotMissing: there is no index yet.
    """
    settings, words = services.settings, services.searcher.vocabularies()
    return Sending(
        services.database,
        partial(load_shelf, vocabularies=words, show_illustrative=settings.show_illustrative),
        SearcherFinder(services.searcher),
        partial(composer, services),
        SchoolHolidays.load(settings.content / HOLIDAYS, words["region"]),
    )
