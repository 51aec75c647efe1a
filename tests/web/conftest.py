"""What the tests of `web` share: sites that nobody changes, and one that a test may."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from indexer.drawing import draw_beside
from kb.domain import Role
from kb.steering import ELSEWHERE
from tests.factories import SHIPPED
from tests.web.members import Member, a_member
from tests.web.site import ModelOfWords, Site, a_site, small_content


@pytest.fixture(scope="package", autouse=True)
def _model_of_words() -> Iterator[None]:
    """Wherever this process would load the language model, it gets the encoder of words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.lazy.load", ModelOfWords)
        yield


@pytest.fixture(scope="package")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of nine published studies, indexed, drawn and closed; to be copied."""
    folder = tmp_path_factory.mktemp("small")
    services = a_site(small_content(folder), folder / "var").services
    draw_beside(services.updater.store, services.chart)
    services.database.close()
    return folder


@pytest.fixture(scope="package")
def small(small_folder: Path) -> Iterator[Site]:
    """A site of nine published studies. Read it, change nothing."""
    yield from _copy(small_folder, small_folder.parent / "small-shared")


@pytest.fixture
def site(small_folder: Path, tmp_path: Path) -> Iterator[Site]:
    """A site like `small`, a test's own."""
    yield from _copy(small_folder, tmp_path / "site")


@pytest.fixture(scope="package")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site over the studies that are shipped. Read it, change nothing.

    Without the topics elsewhere: a word in common is no meaning in common.
    """
    folder = tmp_path_factory.mktemp("shipped")
    content = folder / "content"
    shutil.copytree(SHIPPED, content, ignore=shutil.ignore_patterns(ELSEWHERE))
    site = a_site(content, folder / "var")
    draw_beside(site.services.updater.store, site.services.chart)
    yield site
    site.services.database.close()


def _copy(folder: Path, to: Path) -> Iterator[Site]:
    shutil.copytree(folder, to)
    site = a_site(to / "content", to / "var", update=False)
    yield site
    site.services.database.close()


@pytest.fixture
def signed_in(site: Site) -> Callable[[Role], Member]:
    """Makes somebody with a role who is signed in on `site`: `signed_in(Role.EDITOR).page(…)`."""
    return partial(a_member, site)
