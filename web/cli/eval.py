"""`kb eval`: how well the search ranks judged queries."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from indexer.collection import (
    CorpusDocument,
    Judgements,
    read_corpus,
    read_judgements,
    read_off_topic,
)
from indexer.documents import text_of
from indexer.evaluate import (
    MEASURES,
    Difference,
    Evaluation,
    Pipeline,
    compare,
    corpus_texts,
    open_filters,
    open_texts,
)
from indexer.floor import floor_for
from indexer.vectors import VectorCache
from kb.domain import Published
from kb.errors import CollectionInvalid, StorageFailed
from kb.library import Library
from kb.steering import Steering
from kb.vocabulary import Vocabularies
from web.cli.progress import bars
from web.services import Services, open_services


@click.command("eval")
@click.option(
    "--collection",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder in BEIR layout: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv.",
)
@click.option("--split", default="test", show_default=True, help="Which file of qrels/.")
@click.option("--own", is_flag=True, help="Rank this library's case studies, not corpus.jsonl.")
@click.option("--without-answers", is_flag=True, help="With --own: leave `answers` out.")
@click.option(
    "--worst",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Print the N queries with the lowest nDCG.",
)
@click.option(
    "--per-query",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write each query's measures and ranking to this file, as JSON lines.",
)
@click.option(
    "--compare",
    "earlier",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Compare with the --per-query file of an earlier run.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(
    collection: Path,
    split: str,
    *,
    own: bool,
    without_answers: bool,
    worst: int,
    per_query: Path | None,
    earlier: Path | None,
    as_json: bool,
) -> None:
    """Rank the judged queries of a collection by the live pipeline, and measure.

    Ranks without the floor, and reports apart what the floor would take away. Vectors are kept
    between runs, below KB_HOME/eval.

    \b
    Example:
      kb eval --collection tests/golden --own --worst 10
    """
    if without_answers and not own:
        raise click.UsageError("--without-answers goes with --own.")
    services = open_services(os.environ)
    studies = _own_studies(services, with_answers=not without_answers) if own else ()
    documents, empty = ([], 0) if own else read_corpus(collection)
    ids = [p.study.id for p in studies] if own else [d.id for d in documents]
    # All that may be wrong is read before the model reads anything, which takes long.
    judged = read_judgements(collection, split, set(ids))
    off_topic = read_off_topic(collection)
    before = _read(earlier) if earlier else None
    pipeline = _pipeline(services, ids, documents, studies)
    evaluation = pipeline.evaluate(judged.queries, floor_for(services.encoder.name), off_topic)
    if per_query is not None:
        _write(per_query, evaluation)
    values = {answer.query.id: answer.values for answer in evaluation.answers}
    differences = compare(values, before) if before is not None else []
    if as_json:
        click.echo(json.dumps(_figures(evaluation, judged, empty, differences), indent=2))
        return
    _print(evaluation, judged, differences)
    _print_worst(evaluation, worst)
    if empty:
        click.echo(f"Passed over: {empty} documents without title and text.", err=True)


def _own_studies(services: Services, *, with_answers: bool) -> Sequence[Published]:
    """The published studies of this library, as the catalogue has them."""
    with services.database.read() as session:
        studies = Library(session).published()
    if not studies:
        raise CollectionInvalid("No study is published here yet. Run first: kb index")
    return studies if with_answers else [_without_answers(published) for published in studies]


def _pipeline(
    services: Services,
    ids: Sequence[str],
    documents: Sequence[CorpusDocument],
    studies: Sequence[Published],
) -> Pipeline:
    """The documents of a corpus, or studies with their filters, ready to be ranked."""
    content, home = services.settings.content, services.settings.home / "eval"
    home.mkdir(exist_ok=True)
    vocabularies = Vocabularies.load(content / "vocabulary")
    texts = [*corpus_texts(documents), *(text_of(p, vocabularies) for p in studies)]
    cache = VectorCache(home / "vectors.sqlite")
    steering = Steering.load(content)
    with bars() as progress:
        text = open_texts(texts, steering, services.encoder, cache, home, progress)
    filters = open_filters(studies, vocabularies, home) if studies else None
    return Pipeline(text, ids, services.encoder, cache, filters)


def _without_answers(published: Published) -> Published:
    study = published.study
    return replace(published, study=replace(study, meta=replace(study.meta, answers=())))


def _print(evaluation: Evaluation, judged: Judgements, differences: list[Difference]) -> None:
    rows = {"all": evaluation.means()} | evaluation.by_kind()
    counts = Counter(answer.query.kind for answer in evaluation.answers)
    width = max(map(len, rows))
    click.echo(f"{'':{width}}  queries  " + "  ".join(f"{name:>9}" for name in MEASURES))
    for kind, means in rows.items():
        number = counts[kind] if kind in counts else len(evaluation.answers)
        figures = "  ".join(f"{means[name]:9.3f}" for name in MEASURES)
        click.echo(f"{kind:{width}}  {number:7}  {figures}")
    for passed_over in _passed_over(judged):
        click.echo(passed_over, err=True)
    floor = _floor_figures(evaluation)
    click.echo(
        f"Floor: {floor['nothing']:.1%} of the queries would find nothing, "
        f"{floor['best_lost']:.1%} none of their best; {floor['median_hits']:g} hits in the middle."
    )
    for split, share in evaluation.rejected.items():
        click.echo(f"Off topic, {split or 'all'}: {share:.1%} find nothing.")
    for d in differences:
        click.echo(
            f"{d.measure}: {d.gain:+.4f} against the earlier run; {d.better} queries better, "
            f"{d.worse} worse, p = {d.p_value:.3f}"
        )


def _print_worst(evaluation: Evaluation, number: int) -> None:
    ranked = sorted(evaluation.answers, key=lambda answer: answer.values["ndcg@10"])
    for answer in ranked[:number]:
        query = answer.query
        click.echo(f"{answer.values['ndcg@10']:.3f}  {query.id}  {query.kind}  {query.text}")


def _passed_over(judged: Judgements) -> list[str]:
    counted = (
        (judged.unjudged, "queries have no relevant document in this split"),
        (judged.unknown_queries, "judgements name a query that is not there"),
        (judged.unknown_documents, "judgements name a document that is not there"),
    )
    return [f"Passed over: {number} {what}." for number, what in counted if number]


def _figures(
    evaluation: Evaluation, judged: Judgements, empty: int, differences: list[Difference]
) -> dict[str, Any]:
    return {
        **evaluation.means(),
        "queries": len(evaluation.answers),
        "kinds": evaluation.by_kind(),
        "passed_over": {
            "queries": judged.unjudged,
            "judgements_of_unknown_queries": judged.unknown_queries,
            "judgements_of_unknown_documents": judged.unknown_documents,
            "documents_without_text": empty,
        },
        "floor": _floor_figures(evaluation) | {"off_topic_rejected": dict(evaluation.rejected)},
        "comparison": [asdict(difference) for difference in differences],
    }


def _floor_figures(evaluation: Evaluation) -> dict[str, float]:
    answers = evaluation.answers
    return {
        "nothing": float(np.mean([answer.above_floor == 0 for answer in answers])),
        "best_lost": float(np.mean([not answer.keeps_best for answer in answers])),
        "median_hits": float(np.median([answer.above_floor for answer in answers])),
    }


def _write(path: Path, evaluation: Evaluation) -> None:
    rows = [
        {
            "query": answer.query.id,
            "text": answer.query.text,
            "kind": answer.query.kind,
            **answer.values,
            "above_floor": answer.above_floor,
            "ranking": answer.ranking,
        }
        for answer in evaluation.answers
    ]
    try:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    except OSError as error:
        raise StorageFailed(f"{path} cannot be written: {error.strerror}.") from error


def _read(path: Path) -> dict[str, dict[str, float]]:
    """The measures of an earlier run.

    Raises:
        CollectionInvalid: not a file of --per-query.
    """
    found = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CollectionInvalid(f"{path} cannot be read: {error}.") from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            found[row["query"]] = {name: float(row[name]) for name in MEASURES}
        except (ValueError, KeyError, TypeError) as error:
            raise CollectionInvalid(
                f"{path}:{number}: is not a line that --per-query writes."
            ) from error
    return found
