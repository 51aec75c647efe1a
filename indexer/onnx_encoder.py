"""An exported model run by ONNX Runtime: a query in a fifth of PyTorch's time, without PyTorch."""

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from indexer.embedding import Vectors
from kb.errors import ModelUnavailable

# From 1.29 on, ONNX Runtime reports to its maker over the network, from a thread that it starts
# when it is imported. This program calls nobody, and no fork survives that thread.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

MODEL = "model.onnx"
# Beside the model, so that ONNX Runtime maps them: opened in a third of the time, and with 75 MB
# less of memory than weights inside the model, which are read and then copied (2026-11-24).
WEIGHTS = "weights.bin"
TOKENIZER = "tokenizer.json"
CARD = "card.json"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
BATCH = 32
# So many texts are queries that were asked at once; more are to be indexed.
QUERIES = 8


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What an export says of itself.

    Attributes:
        name: of the encoder; the original's, whose vectors these are.
        dim: the length of a vector.
        max_tokens: of a text; the rest is not read.
        inputs: the names of `INPUTS` that the model takes.
        sha256: of the exported model and its weights, as `digest` makes it.
    """

    name: str
    dim: int
    max_tokens: int
    inputs: tuple[str, ...]
    sha256: str

    def save(self, folder: Path) -> None:
        """Write it beside the model."""
        (folder / CARD).write_text(json.dumps(asdict(self), indent=1))


def digest(folder: Path) -> str:
    """The sha256 of an exported model, followed by its weights."""
    found = hashlib.sha256()
    for name in (MODEL, WEIGHTS):
        with (folder / name).open("rb") as file:
            found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()


class NotExported(ModelUnavailable):
    """There is no sound export in the folder."""


class OnnxEncoder:
    """Queries on one thread, many texts on all; sessions are made when first needed."""

    def __init__(self, folder: Path) -> None:
        """Open an export.

        Raises:
            NotExported: there is none, or it was altered or damaged.
        """
        try:
            raw = json.loads((folder / CARD).read_text())
            self._card = ModelCard(**{**raw, "inputs": tuple(raw["inputs"])})
            found = digest(folder)
            self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:
            # The tokenizer's own error derives from Exception alone.
            raise NotExported(f"{folder} holds no exported model: {error}") from error
        if found != self._card.sha256:
            raise NotExported(f"The exported model in {folder} was altered or damaged.")
        self._tokenizer.enable_truncation(self._card.max_tokens)
        self._tokenizer.no_padding()
        self._folder = folder
        self._sessions: dict[int, onnxruntime.InferenceSession] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The original model's name and the start of the hash of its weights."""
        return self._card.name

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._card.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of unit length, shape (len(texts), dim), in input order."""
        found = np.empty((len(texts), self.dim), dtype=np.float32)
        session = self._session(1 if len(texts) <= QUERIES else os.cpu_count() or 1)
        tokens = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(tokens)), key=lambda n: -len(tokens[n].ids))
        for batch in _batches(order, [len(each.ids) for each in tokens]):
            fed = self._padded([tokens[n] for n in batch])
            [found[batch]] = session.run(None, fed)
        return found

    def _padded(self, tokens: Sequence[Encoding]) -> dict[str, NDArray[np.int64]]:
        shape = (len(tokens), max(len(each.ids) for each in tokens))
        fed = {name: np.zeros(shape, dtype=np.int64) for name in INPUTS}
        for row, each in enumerate(tokens):
            length = len(each.ids)
            fed["input_ids"][row, :length] = each.ids
            fed["attention_mask"][row, :length] = 1
            fed["token_type_ids"][row, :length] = each.type_ids
        return {name: fed[name] for name in self._card.inputs}

    def _session(self, threads: int) -> onnxruntime.InferenceSession:
        with self._lock:
            if threads not in self._sessions:
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = threads
                options.inter_op_num_threads = 1
                # A waiting thread must not burn a core that another worker needs.
                options.add_session_config_entry("session.intra_op.allow_spinning", "0")
                self._sessions[threads] = onnxruntime.InferenceSession(
                    str(self._folder / MODEL), options, providers=["CPUExecutionProvider"]
                )
            return self._sessions[threads]


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Texts to be read at once, longest first: a batch is padded to its longest text.

    One half as long as that begins a batch of its own: a sentence would be read as a passage.
    """
    batch: list[int] = []
    for number in order:
        if batch and (len(batch) == BATCH or 2 * lengths[number] <= lengths[batch[0]]):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
