"""The encoder of an installation: loaded when first needed, by ONNX Runtime if at all possible."""

import hashlib
import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from indexer.embedding import PACKAGED_NAME, Encoder, Vectors
from kb.errors import ModelUnavailable

log = logging.getLogger(__name__)


class LazyEncoder:
    """An encoder loaded once, by whichever thread comes first."""

    def __init__(self, model: str | None, models: Path) -> None:
        """Take what to load.

        Args:
            model: a sentence-transformers name or folder; None for the packaged model.
            models: the folder that keeps exported models.
        """
        self._model = model
        self._models = models
        self._lock = threading.Lock()
        self._loaded: Encoder | None = None

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

    def _encoder(self) -> Encoder:
        with self._lock:
            if self._loaded is None:
                self._loaded = load(self._model, self._models / _folder_name(self._model))
            return self._loaded


def load(model: str | None, folder: Path) -> Encoder:
    """The encoder of a model, exported into a folder first if it is not there yet.

    Raises:
        ModelUnavailable: the model is missing, was altered, or is not such a model.
    """
    # Imported here, so that `kb --help` and the tests load no engine.
    from indexer.export import ExportFailed, export
    from indexer.onnx_encoder import NotExported, OnnxEncoder

    try:
        return OnnxEncoder(folder)
    except NotExported:
        pass
    try:
        export(model, folder)
        return OnnxEncoder(folder)
    except ExportFailed as error:
        log.warning("%s It is run by PyTorch instead, several times slower.", error)
    from indexer.torch_encoder import SentenceEncoder

    return SentenceEncoder(model, threads=1)


def _folder_name(model: str | None) -> str:
    """A name for the export of a model; another one when the files of a model folder change."""
    if model is None:
        return PACKAGED_NAME
    digest = hashlib.sha256(model.encode())
    for path in sorted(p for p in Path(model).rglob("*") if p.is_file()):
        status = path.stat()
        digest.update(f"\0{path}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    return f"{Path(model).name or 'model'}-{digest.hexdigest()[:16]}"
