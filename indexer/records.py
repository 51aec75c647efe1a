"""The files of a snapshot: arrays, mapped, and rows of JSON that are read one at a time."""

import json
import os
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

Row = TypeVar("Row")


def write_records(folder: Path, name: str, rows: Iterable[Any]) -> int:
    """Write `<name>.jsonl` and the offsets of its rows; returns how many there are."""
    offsets = [0]
    with (folder / f"{name}.jsonl").open("wb") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            offsets.append(file.tell())
    np.save(folder / f"{name}_offsets.npy", np.array(offsets, dtype=np.int64))
    return len(offsets) - 1


def map_array(path: Path) -> NDArray[Any]:
    """An array of a snapshot, mapped; a plain array, because a memmap is slow to take parts of."""
    mapped: NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)
    return mapped


class Records(Generic[Row]):
    """Read-only rows of one type; safe to share between threads."""

    def __init__(self, folder: Path, name: str, kind: type[Row]) -> None:
        # A third of the time that the json module and pydantic take, and it checks types as well.
        self._decoder = msgspec.json.Decoder(kind)
        self._offsets = map_array(folder / f"{name}_offsets.npy")
        # Not mapped: as quick, and rows from here and there would soon make all of it ours.
        self._file = os.open(folder / f"{name}.jsonl", os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> Row:
        start, end = int(self._offsets[number]), int(self._offsets[number + 1])
        return self._decoder.decode(os.pread(self._file, end - start, start))
