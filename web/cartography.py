"""What is drawn around the points of a map: land under each group, and its name where there is
room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from indexer.chart import HEIGHT, WIDTH

Point = tuple[float, float]

# Of a name's letters, in the picture's units.
LINE = 22.0
_LETTER = 9.2
_AWAY = 26.0
# Between two names, and what a name may stick out of the points' part of the picture.
_GAP = 8.0
OVER = 36.0


@dataclass(frozen=True, slots=True)
class Label:
    """A name in lines, about a middle; `y` is the base of the first line."""

    lines: tuple[str, ...]
    x: float
    y: float

    def covers(self, point: Point, *, margin: float = 8.0) -> bool:
        """Whether a point would be hidden."""
        half = self._half + margin
        top, bottom = self.y - LINE - margin, self.y + LINE * (len(self.lines) - 1) + margin
        return abs(point[0] - self.x) < half and top < point[1] < bottom

    def meets(self, other: "Label") -> bool:
        """Whether both want the same room."""
        first, second = sorted((self, other), key=lambda label: label.y)
        is_beside = abs(first.x - second.x) > first._half + second._half
        return not is_beside and second.y - first.y < LINE * len(first.lines) + _GAP

    @property
    def _half(self) -> float:
        return max(map(len, self.lines)) * _LETTER / 2


def labels(names: Sequence[str], groups: Sequence[Sequence[Point]]) -> list[Label]:
    """Where the name of each group hides fewest points and no other name."""
    everything = [point for group in groups for point in group]
    found: list[Label] = []
    for name, group in zip(names, groups, strict=True):

        def in_the_way(label: Label) -> int:
            hidden = sum(label.covers(point) for point in everything)
            return hidden + len(everything) * sum(label.meets(other) for other in found)

        lines = tuple(name.replace(", ", ",\n").split("\n"))
        found.append(min(_possible(lines, group), key=in_the_way))
    return found


def _possible(lines: tuple[str, ...], group: Sequence[Point]) -> Iterator[Label]:
    """Above, below, within and beside a group, the best first."""
    across, down = zip(*group, strict=True)
    half = max(map(len, lines)) * _LETTER / 2
    extra = LINE * (len(lines) - 1)
    outside = (min(down) - _AWAY - extra, max(down) + _AWAY + LINE / 2)
    columns = (*_between(across), min(across) - half - _AWAY, max(across) + half + _AWAY)
    for y, x in product((*outside, *_between(down)), columns):
        yield Label(
            lines,
            round(min(max(x, half), WIDTH - half), 1),
            round(min(max(y, -OVER), HEIGHT + OVER - extra), 1),
        )


def _between(values: Sequence[float]) -> list[float]:
    """From the middle of some values to their ends."""
    low, high = min(values), max(values)
    return [low + share * (high - low) for share in (0.5, 0.25, 0.75, 0.0, 1.0)]


def outline(points: Sequence[Point]) -> str:
    """The path around some points: their convex hull."""
    ordered = sorted(set(points))
    hull = [*_half_hull(ordered), *_half_hull(ordered[::-1])] or ordered
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in hull) + "Z"


def _half_hull(ordered: Sequence[Point]) -> list[Point]:
    """One side of the hull, without its last point.

    Source: Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979.
    """
    side: list[Point] = []
    for point in ordered:
        while len(side) > 1 and _turn(side[-2], side[-1], point) <= 0:
            side.pop()
        side.append(point)
    return side[:-1]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
