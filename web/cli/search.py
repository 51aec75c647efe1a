"""`kb search`: the browser's search in a terminal."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
import msgspec

from indexer.facets import FACETS
from indexer.request import MAX_PAGE_SIZE, SCHOOL_NUMBERS, SCHOOL_TERMS, Sort, read_request
from indexer.results import Contributions, Result, SearchPage
from web.api.schema import search_json, search_out
from web.highlights import excerpt, marked
from web.searching import open_searcher


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


def _school_options(function: Callable[..., None]) -> Callable[..., None]:
    for name in reversed((*SCHOOL_TERMS, *SCHOOL_NUMBERS)):
        metavar = "KEY" if name in SCHOOL_TERMS else "N"
        option = click.option(
            f"--{name.replace('_', '-')}",
            name,
            metavar=metavar,
            help="Your own school, for --sort similar.",
        )
        function = option(function)
    return function


@click.command("search")
@click.argument("query", default="")
@_facet_options
@click.option("--staff-max", metavar="N", help="Needs at most so many staff.")
@click.option("--minutes-max", metavar="N", help="Takes at most so many minutes a week.")
@click.option("--sort", type=click.Choice([s.value for s in Sort]), default=Sort.BEST.value)
@_school_options
@click.option("--page", default="1", metavar="N", help="Page of results, from 1.")
@click.option(
    "--limit", default="10", metavar="N", help=f"Results on a page, at most {MAX_PAGE_SIZE}."
)
@click.option("--as-typed", is_flag=True, help="Search for no other spelling.")
@click.option("--explain", is_flag=True, help="Print what made up each score.")
@click.option("--json", "as_json", is_flag=True, help="Print what the API answers.")
def command(query: str, *, as_typed: bool, explain: bool, as_json: bool, **options: Any) -> None:
    """Search the case studies for QUERY; with none, list them all, newest first.

    \b
    Example:
      kb search "boys who hate writing" --focus send --phase secondary
    """
    settings, searcher = open_searcher(os.environ)
    params = {name: list(v) if isinstance(v, tuple) else [v] for name, v in options.items() if v}
    asked = read_request(params | {"q": [query]}, searcher.vocabularies())
    page = searcher.search(replace(asked, as_typed=as_typed, explain=explain))
    if as_json:
        found = search_json(search_out(page, settings.base_url))
        click.echo(msgspec.json.format(found, indent=2))
    else:
        _print(page, settings.base_url)


def _print(page: SearchPage, base_url: str) -> None:
    for ignored in page.request.ignored:
        click.echo(f"Ignored: {ignored}", err=True)
    _print_understanding(page)
    if not page.total:
        click.echo("Nothing relevant was found. Try other words, or fewer filters.")
        if page.closest:
            click.echo("Closest, though not close:\n")
        for number, result in enumerate(page.closest, 1):
            _print_result(number, result, base_url)
        return
    minimum = "+" if page.total_is_minimum else ""
    click.echo(f"{page.total:,}{minimum} case studies, page {page.page} of {page.pages}\n")
    first = (page.page - 1) * page.request.page_size + 1
    for number, result in enumerate(page.results, first):
        _print_result(number, result, base_url)


def _print_understanding(page: SearchPage) -> None:
    if page.corrected_to:
        click.echo(
            f"Nothing was found for “{page.request.text}”; these are the results for "
            f"“{page.corrected_to}”. To search for it all the same: --as-typed"
        )
    elif page.did_you_mean:
        click.echo(f"Did you mean “{page.did_you_mean}”?")
    for form in page.short_forms:
        others = " or ".join(reading for reading in form.readings if reading != form.default)
        read_as = f"was read as {form.default}; it may also mean" if form.default else "may mean"
        click.echo(f"{form.short} {read_as} {others}.")
    if page.also_searched:
        click.echo(f"Also searched for: {', '.join(page.also_searched)}")


def _print_result(number: int, result: Result, base_url: str) -> None:
    meta = result.document.meta
    click.echo(f"{number:>3}. " + click.style(meta.title, bold=True))
    facts = [result.document.school_name, *meta.focus, *meta.phases, meta.region]
    if meta.illustrative:
        facts.append("illustrative")
    if result.pinned:
        facts.append("chosen by the editors")
    click.echo("     " + " · ".join(fact for fact in facts if fact))
    passage = result.passage
    shown = "".join(
        click.style(piece, underline=True) if lit else piece
        for piece, lit in marked(*excerpt(passage.text, passage.highlights))
    )
    click.echo(click.wrap_text(shown, 88, initial_indent="     ", subsequent_indent="     "))
    if result.similar:
        click.echo(f"     Like your school: {', '.join(result.similar)}")
    if result.contributions:
        _print_contributions(result, result.contributions)
    click.echo(f"     {base_url}/practice/{result.document.slug}\n")


def _print_contributions(result: Result, parts: Contributions) -> None:
    how = " and ".join(result.matched) or "neither words nor meaning"
    click.echo(
        f"     {result.score:.3f} = {parts.words:.3f} words + {parts.passage:.3f} passage "
        f"+ {parts.sentence:.3f} sentence + {parts.whole:.3f} whole study "
        f"+ {parts.like_best:.3f} like the best; matched by {how}"
    )
    click.echo(
        f"     raw: {parts.share:.0%} of the query's weight held, cosine {parts.cosine:.3f}, "
        f"nearest topic elsewhere {parts.elsewhere:.3f}"
    )
    if parts.terms:
        terms = ", ".join(f"{term} {score:.3f}" for term, score in parts.terms)
        click.echo(f"     terms: {terms}")
