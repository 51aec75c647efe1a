"""The map of practice: all studies by meaning, as a picture and as a table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from indexer.atlas import Placed
from indexer.chart import FEWEST, HEIGHT, MOST, WIDTH, Spot
from kb.domain import FrontMatter
from kb.vocabulary import Vocabularies
from web.addresses import MAP, practice_address
from web.cartography import LINE, OVER, labels, outline
from web.context import searcher, wired

bp = Blueprint("map", __name__)

# What colours and shapes tell apart, and what it is called.
WAYS = {"value": "Main value", "focus": "Focus"}
_MARGIN = OVER + LINE
_BETWEEN = "Between the groups"


@dataclass(frozen=True, slots=True)
class Kind:
    """An entry of the key: the number of its colour and shape, and how many points have them."""

    number: int
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Point:
    """A study, in words; `spot` is None where there is no picture."""

    title: str
    href: str
    values: tuple[str, ...]
    focus: tuple[str, ...]
    region: str | None
    illustrative: bool
    group: str | None
    spot: Spot | None
    kind: int

    @property
    def in_words(self) -> str:
        """What a pointer or a screen reader is told of it."""
        parts = (self.title, *self.values[:1], *self.focus, self.region, self.group)
        told = [part for part in parts if part]
        return ". ".join([*told, "Illustrative"] if self.illustrative else told)


@bp.get(MAP)
def show() -> str:
    """The newest studies, coloured as the address says."""
    by = request.args.get("by", "")
    by = by if by in WAYS else next(iter(WAYS))
    chart = wired().services.chart.read()
    placed = searcher().placed(chart)
    names = chart.names if chart else ()
    vocabularies = searcher().vocabularies()
    kinds = _kinds(placed, by, vocabularies)
    numbers = {kind.label: kind.number for kind in kinds}
    points = [_point(each, names, numbers, by, vocabularies) for each in placed]
    drawn = [point for point in points if point.spot]
    groups = _groups(drawn, len(names))
    held = [number for number, group in enumerate(groups) if group]
    return render_template(
        "map/show.html",
        by=by,
        ways=WAYS,
        kinds=kinds,
        # From group to group, and from left to right, the keyboard goes through them.
        points=sorted(drawn, key=_by_place),
        rows=sorted(points, key=lambda point: (_group_of(point), point.title.casefold())),
        has_groups=bool(held),
        lands=[outline(groups[number]) for number in held],
        names=labels([names[number] for number in held], [groups[number] for number in held]),
        line=LINE,
        box=f"{-_MARGIN:g} {-_MARGIN:g} {WIDTH + 2 * _MARGIN:g} {HEIGHT + 2 * _MARGIN:g}",
        total=len(searcher().slugs()),
        fewest=FEWEST,
        most=MOST,
    )


def _kinds(placed: Sequence[Placed], by: str, vocabularies: Vocabularies) -> list[Kind]:
    """What is told apart, in the vocabulary's order; of values, all; of focus, what there is."""
    counts = Counter(_kind_of(each.document.meta, by, vocabularies) for each in placed)
    labels_of = [term.label for term in vocabularies[by]]
    if by == "focus":
        labels_of = [*labels_of, " and ".join(labels_of)]
    ordered = [*labels_of, *sorted(set(counts) - set(labels_of))]
    return [Kind(1 + n % 6, label, counts[label]) for n, label in enumerate(ordered)]


def _kind_of(meta: FrontMatter, by: str, vocabularies: Vocabularies) -> str:
    """The main value; or whom it is about, both counting as one more."""
    keys = meta.values[:1] if by == "value" else meta.focus
    found = [term.label for term in vocabularies[by] if term.key in keys]
    return " and ".join(found) or ("Neither" if by == "focus" else "Not said")


def _point(
    placed: Placed,
    names: Sequence[str],
    numbers: dict[str, int],
    by: str,
    vocabularies: Vocabularies,
) -> Point:
    meta, spot = placed.document.meta, placed.spot
    group = _BETWEEN if spot else None
    if spot and spot.group is not None:
        group = names[spot.group]
    return Point(
        title=meta.title,
        href=practice_address(placed.document.slug),
        values=tuple(vocabularies["value"].label(key) for key in meta.values),
        focus=tuple(vocabularies["focus"].label(key) for key in meta.focus),
        region=vocabularies["region"].label(meta.region) if meta.region else None,
        illustrative=meta.illustrative,
        group=group,
        spot=spot,
        kind=numbers[_kind_of(meta, by, vocabularies)],
    )


def _group_of(point: Point) -> int:
    """The number of a point's group; those between the groups come last."""
    group = point.spot.group if point.spot else None
    return MOST if group is None else group


def _by_place(point: Point) -> tuple[int, float]:
    return _group_of(point), point.spot.x if point.spot else 0.0


def _groups(points: Sequence[Point], count: int) -> list[list[tuple[float, float]]]:
    """The places of each group."""
    found: list[list[tuple[float, float]]] = [[] for _ in range(count)]
    for point in points:
        if point.spot and point.spot.group is not None:
            found[point.spot.group].append((point.spot.x, point.spot.y))
    return found
