"""Exporting a sentence-transformers model to ONNX, in a process of its own.

The process that asks never imports PyTorch: `export` runs this module as a program.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from filelock import FileLock

from indexer.onnx_encoder import (
    INPUTS,
    MODEL,
    TOKENIZER,
    WEIGHTS,
    ModelCard,
    OnnxEncoder,
    digest,
)
from kb.errors import KbError, ModelUnavailable

# Of a text's vector with the original's.
MIN_COSINE = 0.99999
_SAMPLE = (
    "child won't speak in class",
    "PP attendance after Christmas",
    "Structured conversations with families lift attendance. " * 40,
    "école, naïve, 100 %",
    "x",
)
_OPSET = 17
# Tensors below this stay in the model: shapes and constants.
_SMALL_BYTES = 1024
_UNFINISHED = "export-"
# What the program tells by its exit code.
_UNAVAILABLE = 3

log = logging.getLogger(__name__)


class ExportFailed(KbError):
    """A sound model could not be exported, or its export gives other vectors."""


def export(model: str | None, folder: Path) -> None:
    """Export a model into a folder, unless another process does so meanwhile.

    Args:
        model: a sentence-transformers name or folder; None for the packaged model.
        folder: where the export goes; replaced as a whole.

    Raises:
        ModelUnavailable: the model is missing, was altered, or is not such a model.
        ExportFailed: it can be used by PyTorch only.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        try:
            OnnxEncoder(folder)
        except ModelUnavailable:
            for left in folder.parent.glob(f"{_UNFINISHED}*"):
                # What a kill cut short.
                shutil.rmtree(left, ignore_errors=True)
            _run(model, folder)


def _run(model: str | None, folder: Path) -> None:
    log.info("Preparing the model for this computer; this happens once.")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", __spec__.name, json.dumps([model, str(folder)])],
        capture_output=True,
        text=True,
        check=False,
        # From here, wherever the program was started.
        cwd=Path(__file__).resolve().parents[1],
    )
    if done.returncode == _UNAVAILABLE:
        raise ModelUnavailable(done.stdout.strip())
    if done.returncode:
        raise ExportFailed((done.stderr.strip().splitlines() or ["no reason given"])[-1])


def main(model: str | None, folder: Path) -> None:
    """Export here, in this process; raises as `export` does."""
    import torch

    from indexer.torch_encoder import SentenceEncoder

    original = SentenceEncoder(model)
    transformer = original.transformer

    class Whole(torch.nn.Module):
        """Tokens to unit vectors: transformer, pooling and norm in one graph."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, *tokens: torch.Tensor) -> Any:
            features = dict(zip(inputs, tokens, strict=True))
            pooled = self.transformer(features)["sentence_embedding"]
            return torch.nn.functional.normalize(pooled, dim=1)

    sample = transformer.tokenizer(["one text", "another, longer text"], padding=True)
    inputs = [name for name in INPUTS if name in sample]
    example = tuple(torch.tensor(sample[name]) for name in inputs)
    # Fused attention cannot be exported.
    transformer[0].auto_model.set_attn_implementation("eager")
    new = Path(mkdtemp(prefix=_UNFINISHED, dir=folder.parent))
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                Whole().eval(),
                example,
                str(new / MODEL),
                dynamo=False,
                opset_version=_OPSET,
                input_names=inputs,
                output_names=["vectors"],
                dynamic_axes={name: {0: "texts", 1: "tokens"} for name in inputs}
                | {"vectors": {0: "texts"}},
            )
        _move_weights_out(new)
        transformer.tokenizer.backend_tokenizer.save(str(new / TOKENIZER))
        max_tokens = int(transformer.max_seq_length)
        ModelCard(original.name, original.dim, max_tokens, tuple(inputs), digest(new)).save(new)
        _check(OnnxEncoder(new), original)
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _move_weights_out(folder: Path) -> None:
    """Take the weights out of an exported model, into a file of their own beside it."""
    import onnx

    whole = onnx.load(folder / MODEL)
    (folder / MODEL).unlink()
    onnx.save_model(
        whole,
        folder / MODEL,
        save_as_external_data=True,
        location=WEIGHTS,
        size_threshold=_SMALL_BYTES,
    )


def _check(exported: OnnxEncoder, original: Any) -> None:
    wanted = original.encode(_SAMPLE)
    for found in (exported.encode(_SAMPLE), np.vstack([exported.encode([t]) for t in _SAMPLE])):
        least = float((found * wanted).sum(axis=1).min())
        if least < MIN_COSINE:
            raise ExportFailed(f"The exported model gives other vectors (cosine {least:.6f}).")


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    given, target = json.loads(sys.argv[1])
    try:
        main(given, Path(target))
    except ModelUnavailable as error:
        sys.stdout.write(str(error))
        sys.exit(_UNAVAILABLE)
