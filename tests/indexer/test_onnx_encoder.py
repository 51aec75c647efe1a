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
from indexer.onnx_encoder import CARD, MODEL, TOKENIZER, WEIGHTS, NotExported, OnnxEncoder
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
    for name in (CARD, MODEL, WEIGHTS, TOKENIZER):
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


@pytest.mark.parametrize(
    "what",
    [
        *("altered", "other model", "cut short", "other card"),
        *("no card", "no tokenizer", "no weights"),
    ],
)
def test_a_spoilt_export_is_refused_and_made_again(copied: Path, what: str) -> None:
    match what:
        case "altered" | "other model" | "cut short":
            path = copied / (MODEL if what == "other model" else WEIGHTS)
            whole = path.read_bytes()
            path.unlink()
            spoilt = whole[:-1] if what == "cut short" else whole[:-1] + bytes([whole[-1] ^ 1])
            path.write_bytes(spoilt)
        case "no card" | "no tokenizer" | "no weights":
            (copied / {"no card": CARD, "no tokenizer": TOKENIZER}.get(what, WEIGHTS)).unlink()
        case "other card":
            (copied / CARD).unlink()
            (copied / CARD).write_text(json.dumps({"name": "x", "inputs": []}))
    with pytest.raises(NotExported):
        OnnxEncoder(copied)
    if what == "altered":
        assert LazyEncoder(None, copied.parent).encode(["text"]).shape == (1, 384)
        assert OnnxEncoder(copied).name == PACKAGED_NAME


def test_the_runtime_neither_calls_home_nor_prepares_to(folder: Path, tmp_path: Path) -> None:
    """Its reporter is a thread that exists from the import on, and a store below the cache."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "import numpy, tokenizers\n"
        "before = len(os.listdir('/proc/self/task'))\n"
        "from indexer.onnx_encoder import OnnxEncoder\n"
        "OnnxEncoder(Path(sys.argv[1])).encode(['late'])\n"
        "print(len(os.listdir('/proc/self/task')) - before)\n"
    )
    # It keeps still in continuous integration anyway.
    quiet = {"CI", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    env = {name: value for name, value in os.environ.items() if name not in quiet}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**env, "HOME": str(tmp_path), "TOKENIZERS_PARALLELISM": "false"},
    )
    assert done.stdout.strip() == "0", done.stderr
    assert list(tmp_path.iterdir()) == []


def test_preloading_loads_an_export_and_makes_none(copied: Path, tmp_path: Path) -> None:
    ready = LazyEncoder(None, copied.parent)
    ready.preload()
    assert ready.is_loaded
    nothing = LazyEncoder(None, tmp_path / "none")
    nothing.preload()
    assert not nothing.is_loaded
    assert not (tmp_path / "none").exists()


def test_a_preloaded_encoder_has_no_thread_and_works_after_a_fork(copied: Path) -> None:
    """As gunicorn's master loads it and its workers use it, several at once."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from threading import Thread\n"
        "from indexer.lazy import LazyEncoder\n"
        "import numpy as np, indexer.onnx_encoder\n"
        "before = len(os.listdir('/proc/self/task'))\n"
        "encoder = LazyEncoder(None, Path(sys.argv[1]))\n"
        "encoder.preload()\n"
        "print(len(os.listdir('/proc/self/task')) - before)\n"
        "texts = [f'late at gate {n}' for n in range(40)]\n"
        "wanted = np.vstack([encoder.encode([text]) for text in texts])\n"
        "def agrees():\n"
        "    again = LazyEncoder(None, Path('/none'))\n"
        "    again._loaded = encoder._loaded\n"
        "    found = []\n"
        "    def ask(): found.append(np.vstack([again.encode([text]) for text in texts]))\n"
        "    threads = [Thread(target=ask) for _ in range(4)]\n"
        "    for thread in threads: thread.start()\n"
        "    for thread in threads: thread.join()\n"
        "    return all(np.allclose(each, wanted, atol=1e-6) for each in found) and len(found)\n"
        "children = []\n"
        "for _ in range(3):\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        os._exit(0 if agrees() == 4 else 1)\n"
        "    children.append(child)\n"
        "print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(copied.parent)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TOKENIZERS_PARALLELISM": "false"},
        timeout=120,
    )
    assert done.stdout.split("\n")[:2] == ["0", "[0, 0, 0]"], done.stderr


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
