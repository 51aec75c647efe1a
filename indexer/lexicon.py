"""Synonyms, short forms, year groups and key stages, found in the words of a text.

Each is a concept: one token that the word index holds wherever a study says it in any of its
forms, so that a query finds all forms by one look-up, phrases too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis import Word, fold, words
from indexer.years import find_stages
from kb.synonyms import ShortForm, Synonyms, same_form

# No stem begins with it.
MARK = "="
_KEPT = 50_000
# `send` is a verb after or before these.
_BEFORE_VERB = frozenset(
    {"to", "we", "i", "they", "you", "he", "she", "will", "can", "could", "would", "should"}
    | {"must", "dont", "please", "not", "who"}
)
# But not before these: an approach to SEND provision.
_AFTER_SEND = frozenset(
    {"provision", "support", "pupils", "children", "students", "learners", "needs", "register"}
    | {"team", "department", "review", "funding", "policy", "lead", "practice", "inclusion"}
)
_AFTER_VERB = frozenset(
    {"a", "an", "the", "my", "our", "their", "me", "us", "him", "her", "them", "it", "home"}
    | {"out", "off", "back", "letter", "letters", "text", "texts", "email", "emails", "messages"}
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept that a query names.

    Attributes:
        concept: its token.
        first, end: the words that name it, counted in the text.
        head: its usual name, for people and for the model.
        others: its other forms, for people.
        replaces: whether the words say nothing beside it: the 6 of Year 6.
        broader: a concept that holds it, the key stage of a year; or None.
    """

    concept: str
    first: int
    end: int
    head: str
    others: tuple[str, ...] = ()
    replaces: bool = False
    broader: str | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a concept; `words` are plain, stop words too."""

    words: tuple[str, ...]
    group: int
    # Written in capitals, it counts in studies only where it is so written there too.
    is_capitals: bool
    # And in queries too.
    capitals_only: bool = False


class Lexicon:
    """The concepts of one set of synonyms; safe to share between threads."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._groups = [tuple(group) for group in synonyms.groups]
        self._forms: dict[str, list[_Form]] = {}
        for number, group in enumerate(self._groups):
            for term in group:
                self._add(term, number)
        self._asked: dict[str, ShortForm] = {}
        self._beginning: dict[tuple[str, bool], bool] = {}
        for form in synonyms.short_forms:
            self._add_short_form(form)

    def of_study(self, text_words: Sequence[Word]) -> Iterator[tuple[str, int, int]]:
        """Every mention in a study's text: its token, and the words, first and end, that make it.

        A year group is a mention of its key stage too.
        """
        for stage in find_stages(text_words):
            for token in dict.fromkeys(
                (f"{MARK}{stage.kind}{stage.number}", f"{MARK}ks{stage.key_stage}")
            ):
                yield token, stage.first, stage.end
        for form, first, end in self._found(text_words, in_query=False):
            yield f"{MARK}{form.group}", first, end

    def terms_of(self, text_words: Sequence[Word]) -> list[tuple[str, int, int]]:
        """Each stem and concept of a study's text, with the code points that it spans."""
        stems = [(word.stem, word.start, word.end) for word in text_words if word.stem]
        concepts = [
            (concept, text_words[first].start, text_words[end - 1].end)
            for concept, first, end in self.of_study(text_words)
        ]
        return stems + concepts

    def of_query(self, text_words: Sequence[Word]) -> list[Mention]:
        """What a query names, in order; of one concept named twice, the first."""
        mentions = []
        for stage in find_stages(text_words):
            token = f"{MARK}{stage.kind}{stage.number}"
            broader = f"{MARK}ks{stage.key_stage}" if stage.kind == "y" else None
            mentions.append(
                Mention(token, stage.first, stage.end, stage.label, replaces=True, broader=broader)
            )
        for form, first, end in self._found(text_words, in_query=True):
            if _is_the_verb(text_words, first):
                continue
            group = self._groups[form.group]
            typed = same_form(" ".join(word.raw for word in text_words[first:end]))
            others = tuple(term for term in group if same_form(term) != typed)
            mentions.append(Mention(f"{MARK}{form.group}", first, end, group[0], others))
        mentions.sort(key=lambda mention: mention.first)
        unique: dict[str, Mention] = {}
        for mention in mentions:
            unique.setdefault(mention.concept, mention)
        return list(unique.values())

    def short_forms(self, text_words: Sequence[Word]) -> list[tuple[ShortForm, int]]:
        """Short forms of several meanings in a query, each with the place of its word.

        In lower case, `sat` is a word as well; it is asked about only where little else is typed.
        """
        found = []
        for place, word in enumerate(text_words):
            form = next((self._asked[s] for s in word.singulars if s in self._asked), None)
            if form is None or len(form.readings) == 1:
                continue
            is_typed_so = word.is_capitals or (not form.capitals_only and len(text_words) <= 3)
            if is_typed_so and not _is_the_verb(text_words, place):
                found.append((form, place))
        return found

    def _add(self, term: str, group: int, *, capitals_only: bool = False) -> None:
        found = words(term)
        if not found:
            return
        is_capitals = len(found) == 1 and found[0].is_capitals
        plain = tuple(word.plain for word in found)
        spellings = {plain}
        if term.islower():
            # A term in the plural is found in the singular; Downs is not.
            spellings |= {(*plain[:-1], singular) for singular in found[-1].singulars}
        for spelling in sorted(spellings):
            form = _Form(spelling, group, is_capitals, capitals_only)
            self._forms.setdefault(spelling[0], []).append(form)

    def _add_short_form(self, form: ShortForm) -> None:
        short = fold(form.short)
        self._asked[short] = form
        if form.default is None:
            return
        group = self._group_of(form.default)
        if not any(held.group == group for held in self._forms.get(short, ())):
            self._add(form.short, group, capitals_only=form.capitals_only)

    def _group_of(self, term: str) -> int:
        """The group that holds a term; a new one if none does."""
        for number, group in enumerate(self._groups):
            if same_form(term) in map(same_form, group):
                return number
        self._groups.append((term,))
        self._add(term, len(self._groups) - 1)
        return len(self._groups) - 1

    def _found(
        self, text_words: Sequence[Word], *, in_query: bool
    ) -> Iterator[tuple[_Form, int, int]]:
        """Forms in the text, the longest first at each place, none across another."""
        at = 0
        while at < len(text_words):
            may_begin = self._may_begin(text_words[at])
            form = self._form_at(text_words, at, in_query=in_query) if may_begin else None
            if form is None:
                at += 1
                continue
            end = at + len(form.words)
            yield form, at, end
            at = end

    def _may_begin(self, word: Word) -> bool:
        """Whether any form begins with a word; texts repeat theirs."""
        held = self._beginning.get((word.plain, word.is_capitals))
        if held is None:
            held = not self._forms.keys().isdisjoint(word.singulars)
            if len(self._beginning) < _KEPT:
                self._beginning[word.plain, word.is_capitals] = held
        return held

    def _form_at(self, text_words: Sequence[Word], at: int, *, in_query: bool) -> _Form | None:
        word = text_words[at]
        forms = [form for plain in word.singulars for form in self._forms.get(plain, ())]
        for form in sorted(forms, key=lambda form: -len(form.words)):
            needs_capitals = form.capitals_only if in_query else form.is_capitals
            stretch = text_words[at : at + len(form.words)]
            if (
                len(stretch) == len(form.words)
                and (word.is_capitals or not needs_capitals)
                and all(w in word.singulars for w, word in zip(form.words, stretch, strict=True))
            ):
                return form
        return None


# Of the index that answers, and of one that takes its place after an edit: the same, as a rule.
lexicon_of = lru_cache(maxsize=2)(Lexicon)


def stage_tokens(text_words: Sequence[Word]) -> list[str]:
    """The tokens of the year groups and key stages that a text names."""
    return [f"{MARK}{stage.kind}{stage.number}" for stage in find_stages(text_words)]


def _is_the_verb(text_words: Sequence[Word], place: int) -> bool:
    """Whether `send` here is something people do, not SEND."""
    word = text_words[place]
    if word.plain != "send" or word.is_capitals:
        return False
    before = text_words[place - 1].plain if place else ""
    after = text_words[place + 1].plain if place + 1 < len(text_words) else ""
    if after in _AFTER_SEND:
        return False
    return before in _BEFORE_VERB or after in _AFTER_VERB
