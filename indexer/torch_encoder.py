"""A sentence-transformers model run by PyTorch: to export it, or where it cannot be exported."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexer.embedding import (
    PACKAGED_NAME,
    Vectors,
    packaged_model_folder,
    verify_packaged_model,
)
from kb.errors import ModelUnavailable

BATCH = 32


class SentenceEncoder:
    """A sentence-transformers model: the packaged one, or any name or folder."""

    def __init__(self, model: str | None = None, *, threads: int | None = None) -> None:
        """Load the model.

        Args:
            model: a sentence-transformers name or folder; None for the packaged model.
            threads: torch's threads; None leaves torch its own choice.

        Raises:
            ModelUnavailable: it is missing, was altered, or is not such a model.
        """
        if model is None:
            verify_packaged_model()
        source = model or str(packaged_model_folder())
        # Importing torch takes seconds, which `kb --help` and the tests must not pay.
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model: Any = SentenceTransformer(source, device="cpu")
        except (
            *(OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError),
            SafetensorError,
        ) as error:
            raise ModelUnavailable(
                f"The model “{source}” cannot be loaded ({_first_line(error)}). KB_MODEL must be "
                "the folder or the name of a sentence-transformers model; unset, the packaged "
                "one is used."
            ) from error
        if threads is not None:
            _limit_threads(threads)
        self._dim = int(self._model.get_embedding_dimension())
        self._name = (
            PACKAGED_NAME
            if model is None
            else f"{Path(source).name}@{_weights_digest(self._model)[:16]}"
        )
        # torch shares its thread pool: two threads encoding at once are slower than one.
        self._lock = threading.Lock()

    @property
    def transformer(self) -> Any:
        """The sentence-transformers model itself, to export it."""
        return self._model

    @property
    def name(self) -> str:
        """The model's name and the start of the hash of its weights."""
        return self._name

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of unit length, shape (len(texts), dim), in input order."""
        if not texts:
            return np.empty((0, self._dim), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def _limit_threads(threads: int) -> None:
    # Measured: beside another busy process, two threads take a query from 17 to 500 ms.
    import torch

    torch.set_num_threads(threads)


def _weights_digest(model: Any) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
