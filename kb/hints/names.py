"""Names of pupils in a running text, and initials."""

import re
import unicodedata
from collections.abc import Iterator

from kb.hints.first_names import DOUBLE_NAMES, FIRST_NAMES
from kb.hints.written import Piece

# A word with a capital: Zoë as well as Zoe.
_WORD = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+"
_INITIAL = re.compile(rf"\b(?P<name>{_WORD}) (?:[A-HJ-Z](?P<dot>\.?)|I\.)(?![\w’'.&/-])")
_INITIALS = re.compile(r"(?<![\w.])(?!U\.K|U\.S|E\.U|A\.M|P\.M)[A-Z]\.\s?[A-Z]\.(?!\w)")
# What a letter may follow without being somebody's initial; Child A is nobody.
_LETTERED = frozenset(
    """Appendix Band Block Boy Cell Chart Child Class Code Cohort Column Department Diagram Figure
    Form Girl Grade Group Hall House Key Learner Level List Option Paper Parent Part Pathway Phase
    Plan Pupil Question Room Row School Section Set Sheet Site Staff Stage Step Student Table
    Teacher Tier Type Unit Version Vitamin Week Year""".split()  # noqa: SIM905
)
_ALL_NAMES = FIRST_NAMES | DOUBLE_NAMES
_NAME = re.compile(
    r"(?<![\w’'-])(?<!Mr )(?<!Mrs )(?<!Ms )(?<!Miss )(?<!Mx )(?<!Dr )(?<!Sir )(?<!St )(?<!Lady )"
    rf"(?<!King )(?<!Queen )(?<!Prince )(?<!Saint )(?<![Tt]he )(?P<name>{_WORD})(?!\w|-[a-z])"
)
# A surname, or what else goes on with a capital: Charlotte’s Web, the Matthew Effect.
_GOES_ON = re.compile(rf"(?:-{_WORD})?(?:[’']s)? [A-Z]")
# What says that the name before it is a pupil’s, whatever the name.
_OF_A_PUPIL = re.compile(
    rf"(?:-{_WORD})?(?: {_WORD})?(?:,? \(?(?:aged? )?(?:[3-9]|1\d)[,)]|,? \(?(?:who )?(?:is |was )?"
    r"(?:aged?|in|from|an?)?(?: \w+)?,? ?\(?(?:Year \d|Y\d|Reception\b|[Nn]ursery\b)|"
    r",? (?:who|is|was|has|had)\b(?: \w+){0,3} (?:autis\w+|ADHD|dyslexi\w+|dyspraxi\w+|EHCP?\b|"
    r"SEND?\b|anxi\w+|epilep\w+|cerebral|Down\b|diabet\w+|deaf|blind|adopted|in care)|"
    r"[’']s (?:mum|dad|mother|father|nan|parents?|family|foster|carer|behaviour|attendance)\b)"
)
_CALLED_BEFORE = re.compile(
    r"\b(?:call|called|named|name is|name was)(?: him| her| them)? $|"
    r"\b(?:pupil|child|boy|girl|student|[Tt]wins?),? $"
)
# Whose initials stand in such a sentence.
_IS_OF_PUPILS = re.compile(
    r"\b(?:pupils?|child|boys?|girls?|students?|aged|Year \d|Y\d|Reception|mother|mum|dad|father|"
    r"carer|sat|his|her)\b"
)
_RENAMED = re.compile(
    r"\bnot (?:his|her|their) real names?\b|\bnames? (?:has|have|is|are|was|were) (?:all )?"
    r"(?:been )?(?:changed|made up|invented)\b|\bpseudonyms?\b|\bmade-up names?\b",
    re.IGNORECASE,
)


def initials(piece: Piece) -> Iterator[str]:
    """Names with initials, such as “Amy B.”, and bare initials in sentences about pupils."""
    for match in _INITIAL.finditer(piece.text):
        name = _plain(match["name"])
        # A letter may begin a sentence or be a grade: without a dot, the name must be one.
        is_dotted = match["dot"] and name not in _LETTERED and _is_inside(match)
        if name in _ALL_NAMES or is_dotted:
            yield match[0]
    if _INITIALS.search(piece.text):
        for sentence in piece.sentences():
            if _IS_OF_PUPILS.search(sentence):
                yield from (match[0] for match in _INITIALS.finditer(sentence))


def first_names(piece: Piece) -> Iterator[str]:
    """First names by themselves, and names of any kind of which the text says that they are a
    pupil's."""
    # A hub may say whom to ask for.
    is_public = piece.heading == "Contact"
    for match in _NAME.finditer(piece.text):
        name = _plain(match["name"])
        goes_on = is_public or _GOES_ON.match(piece.text, match.end())
        if (name in FIRST_NAMES and not goes_on) or (name in _ALL_NAMES and _is_of_a_pupil(match)):
            yield match["name"]


def says_renamed(text: str) -> bool:
    """Whether a text says that its names are not the real ones."""
    return bool(_RENAMED.search(text))


def may_hold_a_name(text: str) -> bool:
    """Whether any word is a common first name, in whatever case."""
    return any(_plain(word).capitalize() in FIRST_NAMES for word in re.findall(r"[^\W\d_]+", text))


def _is_inside(match: re.Match[str]) -> bool:
    """Whether the name is not just the first word of a sentence."""
    before = match.string[max(match.start() - 3, 0) : match.start()].rstrip()
    return bool(before) and before[-1] not in ".!?:|"


def _is_of_a_pupil(name: re.Match[str]) -> bool:
    """Whether the words around a name say that it is a pupil's."""
    before = name.string[max(name.start() - 24, 0) : name.start()]
    return bool(_OF_A_PUPIL.match(name.string, name.end()) or _CALLED_BEFORE.search(before))


def _plain(name: str) -> str:
    """A name without accents."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
