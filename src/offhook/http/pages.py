"""The web page: files of the folder `web`, the same for everybody.

They are read once. All that `index.html` refers to lies below an address with a hash of them all, so that a
browser keeps them for good, and asks for a new version at once. There is nothing to build: browsers load the
modules as they are written.

Sources: Content Security Policy 3, Trusted Types (W3C); RFC 9110 §8.8.3 and §12.5.3, RFC 9111 §5.2.
"""

import gzip
import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from offhook.http.answers import Answer
from offhook.http.endpoints import Access, Endpoint
from offhook.http.requests import Asked

PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Only what comes from here runs, nothing is ever made from text, and nobody else is asked for anything."""

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}

AT_ROOT = frozenset({"manifest.webmanifest", "icon.svg", "icon-192.png", "icon-512.png"})
"""What a system keeps the address of, when the page is installed."""

FOR_GOOD = "public, max-age=31536000, immutable"
EACH_TIME = "no-cache"
"""Kept, but asked for whether it is still the same."""


class AnyQuery(msgspec.Struct):
    """Whatever stands in the address is for the page's own script: a link brings its number there."""


def page_endpoints() -> list[Endpoint]:
    """An endpoint for each file, and one for the page itself."""
    contents = _read(files("offhook.http") / "web", "")
    version = _hash(b"".join(name.encode() + body for name, body in sorted(contents.items())))
    index = contents.pop("index.html")
    for name in contents:
        index = index.replace(f'="{name}"'.encode(), f'="/v/{version}/{name}"'.encode())
    index = index.replace(b'href="manifest.webmanifest"', b'href="/manifest.webmanifest"')
    found = [_endpoint("/", "index.html", index, EACH_TIME)]
    for name, body in contents.items():
        if name in AT_ROOT:
            found.append(_endpoint(f"/{name}", name, body, EACH_TIME))
        found.append(_endpoint(f"/v/{version}/{name}", name, body, FOR_GOOD))
    return found


def _read(folder: Traversable, prefix: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in folder.iterdir():
        if one.is_dir():
            found |= _read(one, f"{prefix}{one.name}/")
        elif one.name.rpartition(".")[2] in MEDIA_TYPES:
            found[prefix + one.name] = one.read_bytes()
    return found


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _endpoint(path: str, name: str, body: bytes, cached: str) -> Endpoint:
    tag = f'W/"{_hash(body)}"'
    packed = gzip.compress(body, mtime=0)
    shorter = packed if len(packed) < len(body) else None
    headers = {"Cache-Control": cached, "ETag": tag, "Content-Security-Policy": PAGE_CSP}
    if shorter is not None:
        headers["Vary"] = "Accept-Encoding"
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]

    async def work(asked: Asked) -> Answer:
        if tag in asked.request.headers.get("if-none-match", ""):
            return Answer(304, headers=headers)
        if shorter is not None and "gzip" in asked.request.headers.get("accept-encoding", ""):
            return Answer(200, shorter, {**headers, "Content-Encoding": "gzip"}, media_type)
        return Answer(200, body, headers, media_type)

    return Endpoint("GET", path, work, f"the page's {name}", {200: bytes}, Access.PAGE, query=AnyQuery)
