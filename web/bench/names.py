"""Made-up proper names with a long tail, so that the vocabulary grows with the corpus."""

import random

# Of Pareto's law: so flat that ten times the names drawn bring some seven times the different ones.
_TAIL = 0.2
_MOST = 5_000_000
_FIRST = (
    *("Am", "Bel", "Bran", "Cald", "Dor", "Els", "Fen", "Gar", "Hol", "Ing", "Kel", "Lang"),
    *("Mar", "Nor", "Os", "Pen", "Quen", "Rav", "Sel", "Thorn", "Ul", "Vern", "Wex", "Yar"),
)
_MIDDLE = ("ber", "den", "ing", "low", "mer", "nal", "os", "rin", "ster", "tol", "und", "vi")
_LAST = (
    *("by", "combe", "dale", "field", "ford", "gate", "ham", "holt"),
    *("ley", "mere", "stow", "thorpe", "ton", "wick", "wold", "worth"),
)


def a_name(chance: random.Random) -> str:
    """A name: a few come again and again, most once in a while (Zipf's law)."""
    return name(int(chance.paretovariate(_TAIL)) % _MOST)


def name(rank: int) -> str:
    """The name of a rank, the commonest first; each has its own."""
    rest, first = divmod(rank, len(_FIRST))
    last = (rest + first) % len(_LAST)
    rest //= len(_LAST)
    middle = ""
    while rest:
        rest, place = divmod(rest - 1, len(_MIDDLE))
        middle += _MIDDLE[place]
    return f"{_FIRST[first]}{middle}{_LAST[last]}"
