"""Static files: held in memory, and at addresses that change with them."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from flask import Flask, Response, abort, request

from web.addresses import STATIC

_FOLDER = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file; `version` changes with its bytes."""

    body: bytes
    mimetype: str
    version: str


def init_app(app: Flask) -> None:
    """Serve the files, and give templates their addresses."""
    app.add_url_rule(f"{STATIC}/<path:name>", "static", _show, methods=["GET"])
    app.jinja_env.globals["static"] = static_address


@cache
def static_address(name: str) -> str:
    """The address of a file; it changes with the file, so it may be kept for a year."""
    return f"{STATIC}/{name}?v={_assets()[name].version}"


@cache
def _assets() -> Mapping[str, Asset]:
    """Every file by its path below static/: no path that a reader types reaches the disk."""
    return MappingProxyType(
        {
            path.relative_to(_FOLDER).as_posix(): _read(path)
            for path in sorted(_FOLDER.rglob("*"))
            if path.is_file()
        }
    )


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(body, kind, hashlib.sha256(body).hexdigest()[:12])


def _show(name: str) -> Response:
    asset = _assets().get(name)
    if asset is None:
        abort(404)
    response = Response(asset.body, mimetype=asset.mimetype)
    response.set_etag(asset.version)
    if request.args.get("v") == asset.version:
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR
        # No browser asks again for what can never change.
        response.cache_control.immutable = True
    else:
        # An address without its version outlives the file.
        response.cache_control.no_cache = True
    response.make_conditional(request, accept_ranges=True, complete_length=len(asset.body))
    return response
