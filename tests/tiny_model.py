"""A tiny model in the form of an exported one: real ONNX, real tokens, ready in no time."""

import re
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordLevel

from indexer.embedding import PACKAGED_NAME
from indexer.onnx_encoder import MODEL, TOKENIZER, WEIGHTS, ModelCard, digest
from tests.factories import SHIPPED

DIM = 32
_INPUTS = ("input_ids", "attention_mask")
_WORD = re.compile(r"[a-z]+")


def write_tiny_export(models: Path) -> Path:
    """Put it where an installation keeps the packaged model's export; returns its folder.

    A text is the sum of the vectors of its words; words that the shipped studies lack share one.
    """
    folder = models / PACKAGED_NAME
    folder.mkdir(parents=True)
    texts = (path.read_text().lower() for path in sorted(SHIPPED.glob("case-studies/*.md")))
    found = dict.fromkeys(word for text in texts for word in _WORD.findall(text))
    words = {word: number for number, word in enumerate(["[UNK]", *found])}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / TOKENIZER))
    vectors = np.random.default_rng(1).normal(size=(len(words), DIM)).astype(np.float32)
    onnx.save(
        _model(vectors),
        str(folder / MODEL),
        save_as_external_data=True,
        location=WEIGHTS,
        size_threshold=1024,
    )
    ModelCard(PACKAGED_NAME, DIM, 256, _INPUTS, digest(folder)).save(folder)
    return folder


def _model(vectors: np.ndarray) -> onnx.ModelProto:
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["each"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["weights"]),
        helper.make_node("Mul", ["each", "weights"], ["held"]),
        helper.make_node("ReduceSum", ["held", "tokens"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], ["vectors"], axis=1, p=2),
    ]
    shape = ["texts", "tokens"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in _INPUTS],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", DIM])],
        [
            numpy_helper.from_array(vectors, "words"),
            numpy_helper.from_array(np.array([2], dtype=np.int64), "last"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "tokens"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
