"""`kb search`: the browser's search in a terminal."""

import os
from collections.abc import Callable
from typing import Any

import click

from indexer.facets import FACETS
from indexer.request import MAX_PAGE_SIZE, Sort, read_request
from indexer.search import Result, SearchPage
from web.api.schema import search_out
from web.services import open_services
from web.view import excerpt, marked


def _facet_options(function: Callable[..., None]) -> Callable[..., None]:
    for facet in reversed(FACETS):
        how = "all must hold" if facet.every else "any will do"
        option = click.option(
            f"--{facet.name.replace('_', '-')}",
            facet.name,
            multiple=True,
            metavar="KEY",
            help=f"{facet.label}; may be repeated, {how}.",
        )
        function = option(function)
    return function


@click.command("search")
@click.argument("query", default="")
@_facet_options
@click.option("--staff-max", metavar="N", help="Needs at most so many staff.")
@click.option("--minutes-max", metavar="N", help="Takes at most so many minutes a week.")
@click.option("--sort", type=click.Choice([s.value for s in Sort]), default=Sort.BEST.value)
@click.option("--page", default="1", metavar="N", help="Page of results, from 1.")
@click.option(
    "--limit", default="10", metavar="N", help=f"Results on a page, at most {MAX_PAGE_SIZE}."
)
@click.option("--json", "as_json", is_flag=True, help="Print what the API answers.")
def command(query: str, *, as_json: bool, **options: Any) -> None:
    """Search the case studies for QUERY; with none, list them all, newest first.

    \b
    Example:
      kb search "boys who hate writing" --focus send --phase secondary
    """
    services = open_services(os.environ)
    params = {name: list(v) if isinstance(v, tuple) else [v] for name, v in options.items() if v}
    asked = read_request(params | {"q": [query]}, services.searcher.vocabularies())
    page = services.searcher.search(asked)
    if as_json:
        click.echo(search_out(page, services.settings.base_url).model_dump_json(indent=2))
    else:
        _print(page, services.settings.base_url)


def _print(page: SearchPage, base_url: str) -> None:
    for ignored in page.request.ignored:
        click.echo(f"Ignored: {ignored}", err=True)
    if not page.total:
        click.echo("Nothing relevant was found. Try other words, or fewer filters.")
        return
    minimum = "+" if page.total_is_minimum else ""
    click.echo(f"{page.total:,}{minimum} case studies, page {page.page} of {page.pages}\n")
    first = (page.page - 1) * page.request.page_size + 1
    for number, result in enumerate(page.results, first):
        _print_result(number, result, base_url)


def _print_result(number: int, result: Result, base_url: str) -> None:
    meta = result.document.meta
    click.echo(f"{number:>3}. " + click.style(meta.title, bold=True))
    facts = [result.document.school_name, *meta.focus, *meta.phases, meta.region]
    if meta.illustrative:
        facts.append("illustrative")
    click.echo("     " + " · ".join(fact for fact in facts if fact))
    passage = result.passage
    shown = "".join(
        click.style(piece, underline=True) if lit else piece
        for piece, lit in marked(*excerpt(passage.text, passage.highlights))
    )
    click.echo(click.wrap_text(shown, 88, initial_indent="     ", subsequent_indent="     "))
    click.echo(f"     {base_url}/practice/{result.document.slug}\n")
