"""The encoder of an installation: loaded when first needed, by ONNX Runtime if at all possible."""

import hashlib
import logging
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from indexer.embedding import PACKAGED_NAME, Encoder, Vectors
from indexer.gathering import Gathering
from kb.errors import ModelUnavailable

# Of queries' vectors, 1.5 kB each. Teachers type pupils' names: they stay in memory, unlinked to
# anybody, are never written or counted, and so few that they are soon forgotten.
_KEPT_QUERIES = 256

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
        self._gathering = Gathering(lambda texts: self._encoder().encode(texts))
        self._vector_of = lru_cache(maxsize=_KEPT_QUERIES)(self._encode_query)

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
        """Return float32 rows of unit length, shape (len(texts), dim), in input order.

        One text alone is a query: its vector is kept for a while, so it cannot be written to.
        """
        if len(texts) == 1:
            return self._vector_of(texts[0])
        return self._encoder().encode(texts)

    def preload(self) -> None:
        """Load now what is ready to be loaded; a model still to be exported is left to `warm`.

        For the server's master process, before it forks: its workers then share the memory.
        """
        from indexer.onnx_encoder import NotExported, OnnxEncoder

        with self._lock:
            try:
                found = OnnxEncoder(self._folder())
            except NotExported:
                return
            # Makes the session for queries: on one thread, so nothing that a fork would lose.
            found.encode(["warm"])
            self._loaded = found

    def warm(self) -> None:
        """Load in the background; a failure is logged here and raised again to who needs it."""
        if self.is_loaded:
            return
        threading.Thread(target=self._try_loading, name="load-model", daemon=True).start()

    def _try_loading(self) -> None:
        try:
            self._encoder().encode(["warm"])
        except ModelUnavailable as error:
            log.error("%s", error)

    def _encode_query(self, text: str) -> Vectors:
        vectors = self._gathering.encode(text)[None]
        vectors.setflags(write=False)
        return vectors

    def _encoder(self) -> Encoder:
        with self._lock:
            if self._loaded is None:
                self._loaded = load(self._model, self._folder())
            return self._loaded

    def _folder(self) -> Path:
        return self._models / folder_name(self._model)


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


def folder_name(model: str | None) -> str:
    """What the export of a model is called; another name when the files of its folder change."""
    if model is None:
        return PACKAGED_NAME
    digest = hashlib.sha256(model.encode())
    for path in sorted(p for p in Path(model).rglob("*") if p.is_file()):
        status = path.stat()
        digest.update(f"\0{path}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    return f"{Path(model).name or 'model'}-{digest.hexdigest()[:16]}"
