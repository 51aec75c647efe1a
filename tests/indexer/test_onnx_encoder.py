"""The exported model: the same vectors without PyTorch, and what happens if it cannot be had."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer import export as exporting
from indexer.embedding import PACKAGED_NAME
from indexer.export import MIN_COSINE, ExportFailed, export
from indexer.lazy import LazyEncoder
from indexer.onnx_encoder import CARD, MODEL, TOKENIZER, NotExported, OnnxEncoder
from indexer.torch_encoder import SentenceEncoder
from kb.errors import ModelUnavailable
from tests.factories import content_folder, write_study

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ["Families and attendance", "", "🎒", "word " * 2000, "Reading aloud", "café", "CAFE"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged model, exported."""
    folder = tmp_path_factory.mktemp("models") / "exported"
    export(None, folder)
    return folder


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """An export that a test may spoil."""
    copy = tmp_path / PACKAGED_NAME
    copy.mkdir()
    for name in (CARD, MODEL, TOKENIZER):
        os.link(folder / name, copy / name)
    return copy


def test_the_export_gives_the_vectors_of_the_original(folder: Path, model: SentenceEncoder) -> None:
    encoder = OnnxEncoder(folder)
    assert (encoder.name, encoder.dim) == (model.name, model.dim)
    wanted = model.encode(TEXTS)
    for found in (encoder.encode(TEXTS), np.vstack([encoder.encode([t]) for t in TEXTS])):
        assert found.dtype == np.float32
        assert (found * wanted).sum(axis=1).min() >= MIN_COSINE
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)


def test_texts_keep_their_order_whatever_their_lengths(folder: Path) -> None:
    encoder = OnnxEncoder(folder)
    texts = [f"{'word ' * (n % 7)}text {n}" for n in range(70)]
    alone = np.stack([encoder.encode([text])[0] for text in texts[::10]])
    np.testing.assert_allclose(encoder.encode(texts)[::10], alone, atol=1e-4)


def test_no_texts_give_no_vectors(folder: Path) -> None:
    vectors = OnnxEncoder(folder).encode([])
    assert vectors.shape == (0, 384)
    assert vectors.dtype == np.float32


@pytest.mark.parametrize("what", ["altered", "cut short", "no card", "no tokenizer", "other card"])
def test_a_spoilt_export_is_refused_and_made_again(copied: Path, what: str) -> None:
    match what:
        case "altered" | "cut short":
            whole = (copied / MODEL).read_bytes()
            (copied / MODEL).unlink()
            spoilt = whole[:-1] if what == "cut short" else whole[:-1] + bytes([whole[-1] ^ 1])
            (copied / MODEL).write_bytes(spoilt)
        case "no card" | "no tokenizer":
            (copied / (CARD if what == "no card" else TOKENIZER)).unlink()
        case "other card":
            (copied / CARD).unlink()
            (copied / CARD).write_text(json.dumps({"name": "x", "inputs": []}))
    with pytest.raises(NotExported):
        OnnxEncoder(copied)
    if what == "altered":
        assert LazyEncoder(None, copied.parent).encode(["text"]).shape == (1, 384)
        assert OnnxEncoder(copied).name == PACKAGED_NAME


def test_what_a_killed_export_left_is_swept_up(tmp_path: Path) -> None:
    left = tmp_path / "export-left"
    left.mkdir()
    with pytest.raises(ModelUnavailable, match="KB_MODEL must be"):
        export(str(tmp_path / "nothing"), tmp_path / "target")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["target.lock"]


def test_a_model_that_cannot_be_exported_is_run_by_torch_and_this_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(model: str | None, folder: Path) -> None:
        raise ExportFailed("No such operator.")

    monkeypatch.setattr(exporting, "export", refuse)
    with caplog.at_level(logging.WARNING):
        vectors = LazyEncoder(None, tmp_path).encode(["text"])
    assert vectors.shape == (1, 384)
    assert "No such operator. It is run by PyTorch instead" in caplog.text


def test_a_serving_process_never_loads_torch(tmp_path: Path) -> None:
    """Not even where it is the one to find that there is no export yet."""
    content_folder(tmp_path)
    write_study(tmp_path / "content", "gate")
    code = (
        "import os, sys\n"
        "from web.app import create_app\n"
        "from web.services import open_services\n"
        "services = open_services(os.environ)\n"
        "services.updater.update()\n"
        "answer = create_app(services).test_client().get('/search?q=late+at+the+gate')\n"
        "print(answer.status_code, 'torch' in sys.modules)\n"
    )
    env = {"KB_HOME": str(tmp_path / "home"), "KB_CONTENT": str(tmp_path / "content")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **env, "HF_HUB_OFFLINE": "1"},
    )
    assert done.stdout.strip() == "200 False", done.stderr
