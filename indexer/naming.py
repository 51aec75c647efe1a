"""What groups of studies are called: the themes and words that tell each from the rest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from indexer.analysis import words
from indexer.everyday import frequency

# A name's parts, and the least share of a group's studies that each must stand in.
_PARTS = 2
_LEAST_SHARE = 0.2
# What more than this share of all studies hold tells nothing apart.
_MOST_OF_ALL = 0.4
# Words more usual than that (at, three, about, school: on the Zipf scale) tell of nothing.
_USUAL = 5.0
# A themed label says more than a word of a summary that happens to be as rare.
_OF_A_THEME = 1.7
# Words of up to three letters are no names, but for short forms.
_SHORT = 3


@dataclass(frozen=True, slots=True)
class InShort:
    """What a study says of itself: its text, and the labels of its themes."""

    text: str
    themes: tuple[str, ...] = ()


def telling_names(studies: Sequence[InShort], groups: Sequence[int | None]) -> tuple[str, ...]:
    """A name for each group: up to two themes or words, the most telling first.

    Each is measured by the log-odds of a study of the group to hold it, against all others, over
    its standard error, with a prior from all studies: what many hold counts, not what one repeats.

    Args:
        studies: all of them.
        groups: the group of each, from 0; None for none.

    Source: Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 2008.
    """
    words_of = [_forms(study.text) for study in studies]
    shown = _usual_forms(words_of)
    held = [
        {*study.themes, *(shown[stem] for stem in forms)}
        for study, forms in zip(studies, words_of, strict=True)
    ]
    themes = {theme for study in studies for theme in study.themes}
    overall = Counter(part for parts in held for part in parts)
    count = 1 + max((group for group in groups if group is not None), default=-1)
    names = []
    for group in range(count):
        inside = [parts for parts, of in zip(held, groups, strict=True) if of == group]
        scores = _scores(inside, overall, len(held))
        weighed = {p: s * (_OF_A_THEME if p in themes else 1.0) for p, s in scores.items()}
        name = _name(sorted(weighed, key=lambda part: (-weighed[part], part)))
        names.append(name or f"Group {group + 1}")
    return tuple(names)


def _scores(inside: Sequence[set[str]], overall: Counter[str], total: int) -> dict[str, float]:
    """How telling each part is that enough of a group's studies hold."""
    members, outside = len(inside), total - len(inside)
    counts = Counter(part for parts in inside for part in parts)
    found = {}
    for part, times in counts.items():
        if times < max(2, _LEAST_SHARE * members) or overall[part] > _MOST_OF_ALL * total:
            continue
        share = overall[part] / (total + 1)
        here, there = times + share, overall[part] - times + share
        odds = log(here / (members + 1 - here)) - log(there / (outside + 1 - there))
        if odds > 0:
            found[part] = odds / sqrt(1 / here + 1 / there)
    return found


def _name(parts: Sequence[str]) -> str:
    """The first parts that say something new."""
    chosen: list[str] = []
    said: set[str] = set()
    for part in parts:
        stems = {word.stem for word in words(part)} - {""}
        if not stems & said:
            chosen.append(part if not chosen or part.isupper() else part[:1].lower() + part[1:])
            said |= stems
    name = ", ".join(chosen[:_PARTS])
    return name[:1].upper() + name[1:]


def _forms(text: str) -> dict[str, Counter[str]]:
    """The stems of a text that may be part of a name, as they are written in it."""
    found: dict[str, Counter[str]] = {}
    for word in words(text):
        is_short_form = word.is_capitals and not word.raw[0].isdigit()
        is_telling = len(word.plain) > _SHORT and frequency(word.plain) < _USUAL
        if word.stem and (is_short_form or is_telling) and not word.plain[0].isdigit():
            form = word.raw if is_short_form else word.raw.lower()
            found.setdefault(word.stem, Counter())[form] += 1
    return found


def _usual_forms(texts: Sequence[Mapping[str, Counter[str]]]) -> dict[str, str]:
    """Each stem as it is written most often."""
    totals: dict[str, Counter[str]] = {}
    for forms in texts:
        for stem, counts in forms.items():
            totals.setdefault(stem, Counter()).update(counts)
    return {stem: min(of, key=lambda form: (-of[form], form)) for stem, of in totals.items()}
