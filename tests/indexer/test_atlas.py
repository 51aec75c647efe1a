"""The map of practice: what is near in meaning lies near, and nothing depends on its file."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from indexer.analysis import words
from indexer.atlas import APART, Placed, apart, place
from indexer.chart import FEWEST, HEIGHT, WIDTH, Chart, ChartFile, Spot
from indexer.drawing import draw, draw_beside, is_due
from indexer.live import LiveSnapshot
from indexer.naming import InShort, telling_names
from indexer.search import Searcher
from indexer.snapshot import Snapshot
from indexer.snapshots import SnapshotStore
from kb.domain import CaseStudyId, Published
from kb.errors import DrawingFailed
from tests.fakes import WordEncoder
from tests.indexer.builders import NOW, a_published, a_store, body_of


@pytest.fixture(scope="session")
def snapshot(shipped_store: SnapshotStore) -> Snapshot:
    return Snapshot(shipped_store.current())


@pytest.fixture(scope="session")
def chart(snapshot: Snapshot) -> Chart:
    return draw(snapshot, NOW)


def studies(count: int) -> list[Published]:
    """Studies in pairs that say the same."""
    return [
        a_published(f"study-{n:02}", body=body_of(f"Marmalade{n // 2} toast{n // 2} jam."))
        for n in range(count)
    ]


def placed(snapshot: Snapshot, chart: Chart | None) -> list[Placed]:
    return list(place(snapshot, chart, snapshot.current))


def far(one: Spot, other: Spot) -> float:
    return float(np.hypot(one.x - other.x, one.y - other.y))


def test_the_same_studies_make_the_same_chart(snapshot: Snapshot, chart: Chart) -> None:
    assert draw(snapshot, NOW) == chart


def test_neighbours_in_meaning_stay_neighbours(snapshot: Snapshot, chart: Chart) -> None:
    """Measured .81 with words for meaning, .89 with the true model (2026-11-27); chance is .5."""
    numbers = np.flatnonzero(snapshot.current)
    at = {each.document.id: each.spot for each in placed(snapshot, chart)}
    spots = [at[snapshot.document(number).id] for number in numbers.tolist()]
    places = [(spot.x, spot.y) for spot in spots if spot]
    vectors = snapshot.text.wholes(numbers)
    assert trustworthiness(vectors, places, n_neighbors=5, metric="cosine") > 0.78


def test_every_study_lies_within_the_picture_and_none_hides_another(
    snapshot: Snapshot, chart: Chart
) -> None:
    spots = [each.spot for each in placed(snapshot, chart)]
    assert len(spots) == len(snapshot)
    for n, spot in enumerate(spots):
        assert spot is not None
        assert 0 <= spot.x <= WIDTH
        assert 0 <= spot.y <= HEIGHT
        assert all(far(spot, other) > APART - 0.3 for other in spots[:n] if other)


def test_a_group_is_named_by_what_its_studies_say(snapshot: Snapshot, chart: Chart) -> None:
    assert len(chart.names) > 2
    themes = {term.key: term.label for term in snapshot.vocabularies["theme"]}
    for group, name in enumerate(chart.names):
        said = set()
        for case_id, spot in chart.spots.items():
            if spot.group == group:
                meta = snapshot.document(snapshot.numbers[case_id]).meta
                texts = (meta.title, meta.summary, *(themes[key] for key in meta.themes))
                said |= {word.stem for text in texts for word in words(text)}
        # By stem: a word is shown as the library writes it most often.
        assert {word.stem for word in words(name)} <= said, name


@pytest.mark.parametrize("count", [FEWEST, 6, 7, 12])
def test_few_studies_have_a_picture_too(tmp_path: Path, count: int) -> None:
    opened = Snapshot(a_store(tmp_path, studies(count)).current())
    found = placed(opened, draw(opened, NOW))
    assert len(found) == count
    assert all(each.spot for each in found)


def test_fewer_have_none(tmp_path: Path) -> None:
    store = a_store(tmp_path, studies(FEWEST - 1))
    file = ChartFile(tmp_path / "map")
    draw_beside(store, file)
    assert file.read() is None
    assert not is_due(store, file, NOW.date())


def test_studies_that_all_say_the_same_lie_apart_all_the_same(tmp_path: Path) -> None:
    same = [a_published(f"study-{n}", title="One", body=body_of("Toast.")) for n in range(8)]
    opened = Snapshot(a_store(tmp_path, same).current())
    spots = {(each.spot.x, each.spot.y) for each in placed(opened, draw(opened, NOW)) if each.spot}
    assert len(spots) == 8


def test_a_study_that_came_since_lies_by_its_likes(tmp_path: Path) -> None:
    opened = Snapshot(a_store(tmp_path, studies(12)).current())
    chart = draw(opened, NOW)
    new, twin = (opened.document(n).id for n in (0, 1))
    before = replace(chart, spots={i: s for i, s in chart.spots.items() if i != new})
    at = {each.document.id: each.spot for each in placed(opened, before)}
    spot, likes = at[new], at[twin]
    assert spot is not None
    assert likes is not None
    assert spot.group == likes.group
    assert far(spot, likes) < np.hypot(WIDTH, HEIGHT) / 2


def test_a_study_that_is_gone_is_not_on_the_map(tmp_path: Path) -> None:
    opened = Snapshot(a_store(tmp_path, studies(8)).current())
    chart = draw(opened, NOW)
    more = replace(chart, spots={**chart.spots, CaseStudyId("gone"): Spot(1, 1, None)})
    assert len(placed(opened, more)) == 8
    shown = opened.current.copy()
    shown[0] = False
    found = list(place(opened, chart, shown))
    assert opened.document(0).id not in {each.document.id for each in found}


def test_without_a_chart_or_with_one_of_others_all_are_listed(tmp_path: Path) -> None:
    store = a_store(tmp_path, studies(8))
    opened = Snapshot(store.current())
    others = Chart("else", NOW, (), {CaseStudyId("gone"): Spot(1, 1, None)})
    for chart in (None, others):
        assert [each.spot for each in placed(opened, chart)] == [None] * 8
    searcher = Searcher(LiveSnapshot(store), WordEncoder())
    assert searcher.placed(None) is searcher.placed(None)
    assert all(each.spot for each in searcher.placed(draw(opened, NOW)))


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "null",
        '{"content":"","made_at":"yesterday","names":[],"spots":{}}',
        '{"content":"","made_at":"2026-03-02T09:30:00Z","names":[],"spots":{"a":{"x":1,"y":1,"group":3}}}',
    ],
)
def test_a_file_that_cannot_be_read_is_none(tmp_path: Path, raw: str) -> None:
    file = ChartFile(tmp_path / "map")
    assert file.read() is None
    file.write(Chart("content", NOW, (), {}))
    (written,) = file.folder.iterdir()
    written.write_text(raw)
    assert file.read() is None


def test_what_is_written_is_read_and_replaced(tmp_path: Path) -> None:
    file = ChartFile(tmp_path / "map")
    for names in (("Reading",), ("Écrire", "Maths")):
        chart = Chart("content", NOW, names, {CaseStudyId("a"): Spot(1.5, 2.0, 0)})
        file.write(chart)
        assert file.read() == ChartFile(tmp_path / "map").read() == chart
    assert len(list(file.folder.iterdir())) == 1


def test_it_is_drawn_by_a_process_of_its_own_when_due(tmp_path: Path) -> None:
    store = a_store(tmp_path, studies(8), content="first")
    file = ChartFile(tmp_path / "map")
    assert is_due(store, file, NOW.date())
    draw_beside(store, file)
    drawn = file.read()
    assert drawn is not None
    tomorrow = drawn.made_at.date() + timedelta(days=1)
    assert not is_due(store, file, tomorrow)
    a_store(tmp_path, studies(9), content="second", now=NOW + timedelta(days=1))
    assert not is_due(store, file, drawn.made_at.date())
    assert is_due(store, file, tomorrow)


def test_what_stopped_the_drawing_is_told(tmp_path: Path) -> None:
    store = a_store(tmp_path, studies(8))
    (tmp_path / "map").write_text("in the way")
    with pytest.raises(DrawingFailed, match="exists"):
        draw_beside(store, ChartFile(tmp_path / "map"))


def test_nothing_is_due_without_an_index(tmp_path: Path) -> None:
    assert not is_due(SnapshotStore(tmp_path), ChartFile(tmp_path / "map"), NOW.date())


def test_what_lies_in_one_place_is_pushed_apart() -> None:
    moved = apart(np.zeros((60, 2)))
    between = np.hypot(*(np.subtract.outer(part, part) for part in moved.T))
    np.fill_diagonal(between, np.inf)
    assert between.min() > APART / 2
    assert moved.min() >= 0


def test_names_are_of_a_group_and_not_of_all() -> None:
    texts = ["pupils phonics", "pupils phonics", "pupils algebra", "pupils algebra", "pupils SENCO"]
    names = telling_names([InShort(text) for text in texts], [0, 0, 1, 1, None])
    assert names == ("Phonics", "Algebra")


def test_a_theme_is_said_before_a_word_and_nothing_twice() -> None:
    themed = InShort("reading aloud, phonics aloud", ("Phonics and early reading",))
    (first, _) = telling_names([themed, themed, *[InShort("algebra")] * 3], [0, 0, 1, 1, 1])
    assert first == "Phonics and early reading, aloud"


def test_a_group_that_nothing_tells_apart_has_a_number() -> None:
    same = [InShort("pupils")] * 4
    assert telling_names(same, [0, 0, 1, 1]) == ("Group 1", "Group 2")
