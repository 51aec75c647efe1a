"""What a run was made on: a figure without it means little."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("numpy", "faiss-cpu", "onnxruntime", "whoosh3", "flask", "gunicorn")


def machine() -> dict[str, str | int | float]:
    """Processor, cores, how busy they are, versions of Python and libraries."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count() or 1,
        # Above zero before a run begins, others share the machine and absolute figures.
        "load_average_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{library: version(library) for library in _LIBRARIES},
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())
