"""`kb eval`: figures for a collection in BEIR layout, and for the library's own studies."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from indexer.embedding import Vectors
from tests.factories import an_id, write_study
from tests.web.command import kb, refused, run
from tests.web.site import PLAIN, ModelOfWords, Site, a_site, small_content

Rows = Sequence[Mapping[str, object]]

CORPUS: Rows = [
    {"_id": "d1", "title": "Quiet rooms", "text": "A room for anxious pupils."},
    {"_id": "d2", "title": "Breakfast", "text": "Toast before the bell."},
    {"_id": "d3", "title": "Handwriting in pairs"},
]
QUERIES: Rows = [
    {"_id": "good", "text": "anxious pupils", "kind": "keywords"},
    {"_id": "title", "text": "handwriting", "kind": "keywords"},
    {"_id": "bad", "text": "toast before the bell", "kind": "long"},
]
QRELS = "query-id\tcorpus-id\tscore\ngood\td1\t3\ntitle\td3\t1\nbad\td1\t2\n"
FIGURES = ("ndcg@10", "recall@10", "mrr@10", "success@3")


class UnwillingModel(ModelOfWords):
    """A model that must not be asked."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"encoded again: {texts}")


def write(folder: Path, files: Mapping[str, Rows | str]) -> None:
    for name, given in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = given if isinstance(given, str) else "".join(json.dumps(r) + "\n" for r in given)
        path.write_text(rows)


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """A collection of three documents; two queries find theirs first, one does not."""
    folder = tmp_path / "beir"
    write(folder, {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels/test.tsv": QRELS})
    return folder


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A home of the test's own, so that the shared site stays as it is."""
    return {"KB_HOME": str(tmp_path / "var")}


def figures(site: Site, *arguments: str, **env: str) -> Any:
    """What `kb eval --json` prints."""
    ran = kb(site, "eval", "--json", *arguments, **env)
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_a_collection_is_measured(small: Site, beir: Path, home: dict[str, str]) -> None:
    found = figures(small, f"--collection={beir}", **home)
    assert set(FIGURES) <= set(found)
    assert found["queries"] == 3
    assert found["kinds"]["keywords"] == dict.fromkeys(FIGURES, 1.0)
    assert found["kinds"]["long"]["mrr@10"] < 1
    # Three documents: all are among the ten best.
    assert found["recall@10"] == 1.0
    assert found["mrr@10"] == pytest.approx((2 + found["kinds"]["long"]["mrr@10"]) / 3)
    assert found["comparison"] == []


def test_the_same_figures_are_printed_for_people(
    small: Site, beir: Path, home: dict[str, str]
) -> None:
    found = figures(small, f"--collection={beir}", **home)
    ran = kb(small, "eval", f"--collection={beir}", **home)
    assert ran.exit_code == 0
    header, everything, *_ = ran.stdout.splitlines()
    assert header.split() == ["queries", *FIGURES]
    assert everything.split() == ["all", "3", *(f"{found[name]:.3f}" for name in FIGURES)]
    assert "Floor: " in ran.stdout


def test_what_is_passed_over_is_counted_and_said(
    small: Site, beir: Path, home: dict[str, str]
) -> None:
    rows = [*CORPUS, {"_id": "empty", "title": " ", "text": ""}]
    queries = [*QUERIES, {"_id": "unjudged", "text": "x"}]
    qrels = f"{QRELS}gone\td1\t1\ngood\tlost\t1\ngood\tempty\t1\n"
    write(beir, {"corpus.jsonl": rows, "queries.jsonl": queries, "qrels/test.tsv": qrels})
    assert figures(small, f"--collection={beir}", **home)["passed_over"] == {
        "queries": 1,
        "judgements_of_unknown_queries": 1,
        "judgements_of_unknown_documents": 2,
        "documents_without_text": 1,
    }
    ran = kb(small, "eval", f"--collection={beir}", **home)
    said = [line for line in ran.stderr.splitlines() if line.startswith("Passed over: ")]
    assert len(said) == 4


def test_vectors_are_kept_between_runs(
    small: Site, beir: Path, home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = figures(small, f"--collection={beir}", **home)
    monkeypatch.setattr("indexer.lazy.load", UnwillingModel)
    assert figures(small, f"--collection={beir}", **home) == first
    fresh = kb(small, "eval", f"--collection={beir}", KB_HOME=str(beir.parent / "fresh"))
    assert isinstance(fresh.exception, AssertionError)


def test_another_split_is_another_file(small: Site, beir: Path, home: dict[str, str]) -> None:
    write(beir, {"qrels/dev.tsv": "title\td3\t1\n"})
    found = figures(small, f"--collection={beir}", "--split=dev", **home)
    assert (found["queries"], found["mrr@10"]) == (1, 1.0)


def test_queries_off_topic_are_reported(small: Site, beir: Path, home: dict[str, str]) -> None:
    off_topic = [
        {"_id": "o1", "text": "qqwxv jxqzz", "split": "held-out"},
        {"_id": "o2", "text": "anxious pupils", "split": "held-out"},
    ]
    write(beir, {"off_topic.jsonl": off_topic})
    found = figures(small, f"--collection={beir}", **home)
    assert found["floor"]["off_topic_rejected"] == {"held-out": 0.5}
    ran = kb(small, "eval", f"--collection={beir}", **home)
    assert "Off topic, held-out: 50.0%" in ran.stdout


def test_each_query_is_written_with_its_measures_and_ranking(
    small: Site, beir: Path, home: dict[str, str], tmp_path: Path
) -> None:
    found = figures(small, f"--collection={beir}", f"--per-query={tmp_path / 'run'}", **home)
    rows = [json.loads(line) for line in (tmp_path / "run").read_text().splitlines()]
    assert [row["query"] for row in rows] == [query["_id"] for query in QUERIES]
    assert [row["text"] for row in rows] == [query["text"] for query in QUERIES]
    for name in FIGURES:
        assert sum(row[name] for row in rows) / 3 == pytest.approx(found[name])
    for row in rows:
        assert {document for document, _ in row["ranking"]} == {"d1", "d2", "d3"}
        scores = [score for _, score in row["ranking"]]
        assert scores == sorted(scores, reverse=True)
    assert rows[0]["ranking"][0][0] == "d1"


def test_a_run_compared_with_itself_differs_in_nothing(
    small: Site, beir: Path, home: dict[str, str], tmp_path: Path
) -> None:
    earlier = tmp_path / "earlier.jsonl"
    figures(small, f"--collection={beir}", f"--per-query={earlier}", **home)
    found = figures(small, f"--collection={beir}", f"--compare={earlier}", **home)["comparison"]
    assert [each["measure"] for each in found] == list(FIGURES)
    for each in found:
        assert (each["gain"], each["better"], each["worse"], each["p_value"]) == (0, 0, 0, 1)


def test_a_change_is_told_by_how_many_queries_it_helped(
    small: Site, beir: Path, home: dict[str, str], tmp_path: Path
) -> None:
    earlier = tmp_path / "earlier.jsonl"
    figures(small, f"--collection={beir}", f"--per-query={earlier}", **home)
    # Now the query that found nothing useful has what it wants.
    write(beir, {"qrels/test.tsv": QRELS.replace("bad\td1", "bad\td2")})
    ran = kb(small, "eval", f"--collection={beir}", f"--compare={earlier}", **home)
    assert ran.exit_code == 0
    line = next(line for line in ran.stdout.splitlines() if line.startswith("mrr@10: +"))
    assert "1 queries better, 0 worse" in line


def test_the_worst_queries_come_lowest_first(small: Site, beir: Path, home: dict[str, str]) -> None:
    ran = kb(small, "eval", f"--collection={beir}", "--worst=1", **home)
    assert "  bad  long  " in ran.stdout
    assert "  good  " not in ran.stdout
    everything = kb(small, "eval", f"--collection={beir}", "--worst=99", **home).stdout
    assert everything.index("  bad  ") < everything.index("  good  ")


# Bad input


BAD: Mapping[str, Mapping[str, Rows | str]] = {
    "no corpus": {"corpus.jsonl": ""},
    "a corpus that is no JSON": {"corpus.jsonl": "d1, Quiet rooms\n"},
    "a document twice": {"corpus.jsonl": [*CORPUS, CORPUS[0]]},
    "no query": {"queries.jsonl": ""},
    "a query without text": {"queries.jsonl": '{"_id": "good"}\n'},
    "no judgement": {"qrels/test.tsv": ""},
    "a judgement without a grade": {"qrels/test.tsv": "good\td1\n"},
    "judgements of another corpus": {"qrels/test.tsv": "good\tx1\t3\n"},
    "a bad line off topic": {"off_topic.jsonl": "pizza\n"},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_that_names_the_file(
    small: Site, beir: Path, home: dict[str, str], name: str
) -> None:
    write(beir, BAD[name])
    (file,) = BAD[name]
    assert Path(file).name in refused(kb(small, "eval", f"--collection={beir}", **home))


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_file_that_is_missing_is_one_line(
    small: Site, beir: Path, home: dict[str, str], file: str
) -> None:
    (beir / file).unlink()
    assert str(beir / file) in refused(kb(small, "eval", f"--collection={beir}", **home))


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"query": "good"}', '{"ndcg@10": 1}', '"x"'])
def test_an_earlier_run_that_is_none_is_one_line(
    small: Site, beir: Path, home: dict[str, str], line: str
) -> None:
    earlier = beir / "earlier.jsonl"
    earlier.write_text(f"{line}\n")
    said = refused(kb(small, "eval", f"--collection={beir}", f"--compare={earlier}", **home))
    assert f"{earlier}:1: " in said


def test_the_real_process_refuses_without_a_traceback(beir: Path, home: dict[str, str]) -> None:
    (beir / "corpus.jsonl").write_text("{\n")
    content = small_content(beir)
    ran = run({**home, "KB_CONTENT": str(content)}, "eval", f"--collection={beir}")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert len(ran.stderr.splitlines()) == 1
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--collection=/no/such/folder"],
        ["--collection=.", "--without-answers"],
        ["--collection=.", "--worst=x"],
        ["--collection=.", "--compare=/no/such/file"],
        ["--collection=.", "--per-query=."],
    ],
)
def test_wrong_usage_exits_with_two(small: Site, arguments: list[str]) -> None:
    ran = kb(small, "eval", *arguments)
    assert ran.exit_code == 2
    assert ran.stderr


# The library's own studies


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Queries about the site's own studies; its corpus is not asked for."""
    queries: Rows = [
        {"_id": "toast", "text": "toast early"},
        {"_id": "narrow", "text": "pupils", "filters": {"need": ["ASD"]}},
    ]
    qrels = f"toast\t{an_id('breakfast')}\t3\nnarrow\t{an_id('quiet-room')}\t3\n"
    qrels += f"toast\t{an_id('half-done')}\t1\n"
    write(tmp_path / "own", {"queries.jsonl": queries, "qrels/test.tsv": qrels})
    return tmp_path / "own"


def test_own_studies_are_ranked_with_the_filters_of_the_queries(site: Site, own: Path) -> None:
    run_file = own / "run.jsonl"
    found = figures(site, "--own", f"--collection={own}", f"--per-query={run_file}")
    assert found["mrr@10"] == 1.0
    # A draft is no document.
    assert found["passed_over"]["judgements_of_unknown_documents"] == 1
    narrow = json.loads(run_file.read_text().splitlines()[1])
    assert [document for document, _ in narrow["ranking"]] == [an_id("quiet-room")]


def test_answers_can_be_left_out(site: Site, own: Path) -> None:
    asked: dict[str, Any] = {"answers": ["Marmalade for whom?"], "body": PLAIN}
    write_study(site.content, "zz-last", title="Last of all", first_published="2020-01-01", **asked)
    site.update()
    write(own, {"queries.jsonl": '{"_id": "m", "text": "marmalade"}\n'})
    write(own, {"qrels/test.tsv": f"m\t{an_id('zz-last')}\t1\n"})
    run_file = own / "run.jsonl"
    arguments = ("--own", f"--collection={own}", f"--per-query={run_file}")
    scores = []
    for more in ((), ("--without-answers",)):
        figures(site, *arguments, *more)
        ranking = dict(json.loads(run_file.read_text())["ranking"])
        scores.append(ranking[an_id("zz-last")])
    assert scores[0] > 0.3
    assert scores[1] < scores[0] / 2


def test_measuring_leaves_the_live_index_alone(site: Site, own: Path) -> None:
    before = site.services.updater.store.current()
    found = site.json("/api/v1/search", q="toast")["results"]
    figures(site, "--own", "--without-answers", f"--collection={own}")
    assert site.services.updater.store.current() == before
    assert site.json("/api/v1/search", q="toast")["results"] == found
    assert [path.name for path in (site.home / "eval").iterdir() if path.is_dir()] == []


def test_without_a_published_study_it_says_what_to_do(site: Site, own: Path) -> None:
    bare = a_site(site.content, site.home.parent / "bare", update=False)
    assert "kb index" in refused(kb(bare, "eval", "--own", f"--collection={own}"))
