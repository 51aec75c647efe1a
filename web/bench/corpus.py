"""A corpus of made-up case studies: the same number and seed give the same bytes.

A study is made of sentences of three sources on the same theme, heading by heading, so that its
words keep company as real ones do. The corpus of a number is the beginning of that of a larger one.
"""

import hashlib
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from indexer.passages import ANSWER, SUMMARY
from kb.domain import SECTION_HEADINGS
from kb.progress import Progress
from kb.steering import ELSEWHERE, SHORT_FORMS, SYNONYMS
from web.bench.frontmatter import as_yaml, front_matter
from web.bench.grammar import RESOURCES, Grammar, Sentence, Source, is_whole
from web.bench.names import a_name

# Of the words that the source has under a heading. The shipped studies have 618 words in 10
# passages (2026-11-24); the targets count some 6 passages to a study.
_LENGTH = (0.3, 0.85, 0.5)
# How many questions a study answers: 0, 1, 2, 3.
_ANSWERS = (0.62, 0.25, 0.09, 0.04)
_ID_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID_LENGTH = 12
# Of a sentence for a heading: where it has few, all may have been told.
_MOST_TRIES = 100
_MAX_TITLE, _MAX_SLUG, _MAX_SUMMARY, _MAX_ANSWER = 150, 100, 560, 280
# Pins name the shipped studies, and are left out.
_COPIED = (SYNONYMS, SHORT_FORMS, ELSEWHERE, "terms.toml")
# What only one place knows: how it ends a sentence, and how often.
_LOCAL = (", as at {}.", " (the {} way).", ", with help from {}.", ", which {} had tried.")
_LOCAL_SHARE = 0.25


def write_corpus(
    grammar: Grammar, content: Path, to: Path, *, documents: int, seed: int, progress: Progress
) -> None:
    """Write a content folder of made-up studies.

    Args:
        grammar: what they are made of.
        content: the folder that vocabularies, synonyms and the like are copied from.
        to: the new folder; must not be there.
        documents: how many studies.
        seed: another one gives other studies.
        progress: told of files.
    """
    folder = to / "case-studies"
    folder.mkdir(parents=True)
    shutil.copytree(content / "vocabulary", to / "vocabulary")
    for name in _COPIED:
        if (content / name).is_file():
            shutil.copyfile(content / name, to / name)
    for number, (slug, text) in enumerate(studies(grammar, documents, seed), 1):
        (folder / f"{slug}.md").write_text(text, encoding="utf-8")
        if number % 100 == 0 or number == documents:
            progress("Writing case studies", number, documents)


def studies(grammar: Grammar, documents: int, seed: int) -> Iterator[tuple[str, str]]:
    """Slug and file text of each study, in order; slugs, titles and ids are given once."""
    slugs: set[str] = set()
    for number in range(documents):
        chance = random.Random(f"{seed}:{number}")  # noqa: S311
        source = chance.choice(grammar.sources)
        title, slug = _title(grammar, source, slugs, chance)
        slugs.add(slug)
        yield slug, _study(grammar, source, title, _id(seed, number), chance)


def _id(seed: int, number: int) -> str:
    digest = hashlib.sha256(f"{seed}:{number}".encode()).digest()
    return "".join(_ID_LETTERS[byte % len(_ID_LETTERS)] for byte in digest[:_ID_LENGTH])


def _title(
    grammar: Grammar, source: Source, slugs: set[str], chance: random.Random
) -> tuple[str, str]:
    while True:
        title = source.title.filled(chance)
        if chance.random() < 0.5:
            begun = title.split()
            ended = grammar.akin(source, chance).title.filled(chance).split()
            title = " ".join(begun[: len(begun) // 2] + ended[len(ended) // 2 :])
        title = f"{title[: _MAX_TITLE - 40].strip()} {chance.choice(('at', 'in'))} {a_name(chance)}"
        slug = _slug(title)
        if slug not in slugs:
            return title, slug


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.lower().replace("’", "").replace("'", ""))
    # The last word, a name, is what tells two studies apart.
    kept = "-".join(words[:-1])[: _MAX_SLUG - len(words[-1]) - 1].rstrip("-")
    return f"{kept}-{words[-1]}"


def _study(
    grammar: Grammar, source: Source, title: str, case_id: str, chance: random.Random
) -> str:
    sources = (source, grammar.akin(source, chance), grammar.akin(source, chance))

    def told(heading: str, words: int) -> list[str]:
        among = [s for each in sources for s in each.sections[heading]]
        return _told(grammar, among, words, chance)

    questions = [s for each in sources for s in each.sections[ANSWER] if len(s.text) < _MAX_ANSWER]
    fields = {
        "id": case_id,
        "title": title,
        "summary": _summary(told(SUMMARY, source.words[SUMMARY])),
        "answers": _questions(grammar, questions, chance),
        **front_matter(source.meta, grammar.vocabularies, chance),
    }
    parts = []
    for heading in SECTION_HEADINGS:
        sentences = told(heading, round(source.words[heading] * chance.triangular(*_LENGTH)))
        parts.append(f"## {heading}\n\n{_paragraphs(sentences, chance)}")
    if source.sections[RESOURCES] and chance.random() < 0.3:
        items = told(RESOURCES, 20)
        parts.append(f"## {RESOURCES}\n\n" + "\n".join(f"- {item}" for item in items))
    return f"---\n{as_yaml(fields)}\n---\n\n" + "\n\n".join(parts) + "\n"


def _questions(grammar: Grammar, among: Sequence[Sentence], chance: random.Random) -> list[str]:
    how_many = chance.choices(range(len(_ANSWERS)), _ANSWERS)[0] if among else 0
    asked = (grammar.sentence(among, chance) for _ in range(how_many))
    return list(dict.fromkeys(each[:_MAX_ANSWER] for each in asked))


def _summary(sentences: Sequence[str]) -> str:
    kept = sentences[0][:_MAX_SUMMARY]
    for sentence in sentences[1:]:
        if len(kept) + len(sentence) < _MAX_SUMMARY:
            kept = f"{kept} {sentence}"
    return kept


def _told(
    grammar: Grammar, among: Sequence[Sentence], words: int, chance: random.Random
) -> list[str]:
    """Sentences with so many words between them, at least one."""
    found: dict[str, str] = {}
    for _ in range(_MOST_TRIES):
        told = grammar.sentence(among, chance)
        if told in found:
            continue
        words -= len(told.split())
        is_local = told[-1] == "." and chance.random() < _LOCAL_SHARE
        local = chance.choice(_LOCAL).format(a_name(chance)) if is_local else ""
        found[told] = told[:-1] + local if is_local else told
        if words <= 0:
            break
    return list(found.values())


def _paragraphs(sentences: Sequence[str], chance: random.Random) -> str:
    """Two to five sentences each; what is no sentence is an item of a list."""
    blocks: list[str] = []
    held: list[str] = []
    for sentence in sentences:
        if not is_whole(sentence):
            blocks += [" ".join(held)] if held else []
            blocks.append(f"- {sentence}")
            held = []
            continue
        held.append(sentence)
        if len(held) >= chance.randint(2, 5):
            blocks.append(" ".join(held))
            held = []
    blocks += [" ".join(held)] if held else []
    return "\n\n".join(blocks)
