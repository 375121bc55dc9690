"""Which files a browser is given: ours, a fixed list of published packages, and two faces.

Nothing is ever fetched from another host, and no other file of a package can be asked for.
"""

import gzip
import hashlib
import sys
from collections.abc import Mapping
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for

from server import edge
from server.access import roles
from shared.errors import NotFound
from shared.roles import Role

YEAR_S = 31_536_000
PACKAGES: Mapping[str, str] = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.js": "leaflet/dist/leaflet.js",
}
FACES = ("NotoSansSC-Regular.woff2", "NotoSansSC-Bold.woff2")
PACKED = frozenset({".css", ".js", ".svg"})
OWN = Path(__file__).with_name("static")

blueprint = Blueprint("assets", __name__)


def register(app: Flask) -> None:
    """Serve the lists above; every address carries the hash of its content, so it may be kept."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a file, by its name in `PACKAGES` or its path under web/static."""
    if name in PACKAGES:
        return url_for("assets.package", name=name, v=_fingerprint(package_path(name)))
    kind, _, file = name.partition("/")
    return url_for("assets.own", kind=kind, name=file, v=_fingerprint(OWN / name))


@blueprint.get("/static/<any(css, js, img):kind>/<name>")
@roles(Role.PUBLIC)
def own(kind: str, name: str) -> Response:
    """A file of ours."""
    path = OWN / kind / name
    if not path.is_file():
        raise NotFound("No such file is served.")
    return _sent(path)


@blueprint.get("/static/vendor/<name>")
@roles(Role.PUBLIC)
def package(name: str) -> Response:
    """A file of a published package, as it was published."""
    if name not in PACKAGES:
        raise NotFound("No such file is served.")
    return _sent(package_path(name))


@blueprint.get("/static/fonts/<name>")
@roles(Role.PUBLIC)
def face(name: str) -> Response:
    """A face that set-up cut for the web."""
    path = _font_folder() / name
    if name not in FACES or not path.is_file():
        raise NotFound("No such face is served.")
    return _sent(path)


def package_path(name: str) -> Path:
    """Where a listed file lies on this machine."""
    return node_modules() / PACKAGES[name]


def node_modules() -> Path:
    """The folder that `npm ci` filled: as told, or the nearest above this package."""
    told = edge.parts().settings.node_modules
    return told or nearest_node_modules()


@lru_cache(maxsize=1)
def nearest_node_modules() -> Path:
    """The first `node_modules` beside or above the project."""
    places = [parent / "node_modules" for parent in Path(__file__).resolve().parents]
    return next((place for place in places if place.is_dir()), places[2])


def _font_folder() -> Path:
    told = edge.parts().settings.font_dir
    return told or Path(sys.prefix) / "share/mingcha/fonts"


def _sent(path: Path) -> Response:
    kind = guess_type(path.name)[0] or "application/octet-stream"
    packed = path.suffix in PACKED and "gzip" in request.accept_encodings
    reply = Response(_packed(path) if packed else path.read_bytes(), content_type=kind)
    if packed:
        reply.content_encoding = "gzip"
    reply.vary.add("Accept-Encoding")
    reply.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    return reply


@lru_cache(maxsize=32)
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


@lru_cache(maxsize=256)
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"
