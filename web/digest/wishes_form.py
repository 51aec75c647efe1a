"""The form of what somebody wants to hear about and when: what it shows, and what it sends."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

from werkzeug.datastructures import MultiDict

from indexer.request import read_request
from kb.digest.interests import KINDS, MOST_SEARCHES, Interests, SavedSearch
from kb.digest.wishes import WEEKDAYS, Frequency, Wishes
from kb.digest.wording import search_in_words
from kb.errors import Invalid
from kb.vocabulary import Vocabularies
from web.digest.finding import followed

# A tampered form could hold any number, and each has to be read.
_MOST_SENT = 3 * MOST_SEARCHES
_MOST_FIELDS = 200


class Option(NamedTuple):
    """One thing to tick or choose; `is_within` says that it is a part of another."""

    value: str
    label: str
    chosen: bool
    is_within: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes of one vocabulary, under the name that the search page has for it."""

    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def is_open(self) -> bool:
        """Whether anything is ticked."""
        return any(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class WishesForm:
    """All that the form shows."""

    topics: tuple[Group, ...]
    limits: tuple[Group, ...]
    searches: tuple[Option, ...]
    frequencies: tuple[Option, ...]
    weekdays: tuple[Option, ...]
    hours: tuple[Option, ...]
    regions: tuple[Option, ...]
    always: bool
    pause_in_holidays: bool


_TOPICS = {
    "needs": "SEND needs",
    "disadvantage": "Kinds of disadvantage",
    "themes": "Themes",
    "values": "Values",
}
_LIMITS = {"phases": "Phases", "regions": "Regions"}


def form_of(
    wishes: Wishes, vocabularies: Vocabularies, offered: Iterable[SavedSearch] = ()
) -> WishesForm:
    """The form with these wishes filled in, and searches that may be followed as well ticked."""
    interests = wishes.interests
    searches = dict.fromkeys((*offered, *interests.searches))
    regions = vocabularies["region"]
    return WishesForm(
        topics=tuple(
            _group(name, label, interests, vocabularies) for name, label in _TOPICS.items()
        ),
        limits=tuple(
            _group(name, label, interests, vocabularies) for name, label in _LIMITS.items()
        ),
        searches=tuple(
            Option(_sent(search), search_in_words(search, vocabularies), True)
            for search in searches
        ),
        frequencies=tuple(
            Option(each.value, each.label, each is wishes.frequency) for each in Frequency
        ),
        weekdays=tuple(
            Option(str(n), name, n == wishes.weekday) for n, name in enumerate(WEEKDAYS)
        ),
        hours=tuple(Option(str(n), f"{n:02}:00", n == wishes.hour) for n in range(24)),
        regions=(
            Option("", "Most of England", wishes.region is None),
            *(Option(term.key, term.label, term.key == wishes.region) for term in regions),
        ),
        always=wishes.always,
        pause_in_holidays=wishes.pause_in_holidays,
    )


def read_wishes(form: MultiDict[str, str], vocabularies: Vocabularies) -> Wishes:
    """The wishes that the form sent.

    Raises:
        Invalid: too many searches, or something that our form does not offer.
    """
    keys = {name: form.getlist(kind) for name, kind in KINDS.items()}
    searches = tuple(_searches(form.getlist("search"), vocabularies))
    region = form.get("term_region", "")
    try:
        frequency = Frequency(form.get("frequency", Frequency.WEEKLY))
    except ValueError:
        raise Invalid("Please choose how often the digest should come.") from None
    return Wishes(
        interests=Interests.of(keys, searches, vocabularies),
        frequency=frequency,
        weekday=_number(form.get("weekday", "0"), len(WEEKDAYS), "a day of the week"),
        hour=_number(form.get("hour", "7"), 24, "an hour of the day"),
        always="always" in form,
        pause_in_holidays="pause_in_holidays" in form,
        region=vocabularies["region"].read(region) if region else None,
    )


def read_pause_date(raw: str) -> date | None:
    """The day that the form sent; raises Invalid where it is none."""
    if not raw.strip():
        return None
    try:
        return date.fromisoformat(raw.strip())
    except ValueError:
        raise Invalid("Please write the end of the pause as a date such as 2027-01-04.") from None


def _group(name: str, label: str, interests: Interests, vocabularies: Vocabularies) -> Group:
    vocabulary, chosen = vocabularies[KINDS[name]], getattr(interests, name)
    options = (
        Option(term.key, term.label, term.key in chosen, term.key in vocabulary.parts)
        for term in vocabulary
    )
    return Group(KINDS[name], label, tuple(options))


def _sent(search: SavedSearch) -> str:
    """A search as the form sends it: the parameters of its address."""
    return urlencode([*([("q", search.text)] if search.text else []), *search.filters])


def _searches(sent: list[str], vocabularies: Vocabularies) -> Iterator[SavedSearch]:
    if len(sent) > _MOST_SENT:
        raise Invalid(f"At most {MOST_SEARCHES} searches can be followed.")
    for query in sent:
        try:
            params = parse_qs(query, max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise Invalid("That search is too long to be followed.") from None
        yield followed(read_request(params, vocabularies))


def _number(raw: str, below: int, what: str) -> int:
    if raw.isascii() and raw.isdecimal() and len(raw) < 3 and int(raw) < below:
        return int(raw)
    raise Invalid(f"Please choose {what}.")
