"""The Outlook add-in: its manifest with the address that it was asked for at, and its task pane.

The files are built by `make outlook` (browser/outlook); without them there is no add-in. Outlook on the web
shows the pane in a frame, and Microsoft's rules want Office.js from Microsoft: so these files, and no others,
may be framed by Outlook and load that one script.

Sources: Microsoft's "Outlook add-in manifests", "Requirements for running Office Add-ins"; CSP 3 §6.4.2.
"""

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from offhook.http.answers import Answer
from offhook.http.endpoints import Access, Endpoint, Work
from offhook.http.requests import Asked

PLACEHOLDER = b"https://offhook.invalid"
"""What stands in the manifest for the server's own address (RFC 2606: nobody's)."""

OUTLOOK = (
    "https://outlook.office.com https://outlook.office365.com https://outlook.live.com "
    "https://outlook.cloud.microsoft"
)
"""Where Outlook on the web is, and the new Outlook, which is the same."""

PANE_CSP = (
    "default-src 'none'; script-src 'self' https://appsforoffice.microsoft.com; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    f"frame-ancestors 'self' {OUTLOOK}"
)

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "png": "image/png",
    "xml": "application/xml; charset=utf-8",
}

COUNTRY = b'name="offhook-country" content=""'


class AnyQuery(msgspec.Struct):
    """Outlook adds parameters of its own."""


def outlook_endpoints(country: str, *, tls: bool, folder: Traversable | None = None) -> list[Endpoint]:
    """An endpoint for each file. `country` is how the pane reads numbers without a country code."""
    place = files("offhook.http") / "outlook" if folder is None else folder
    if not place.is_dir():
        return []
    found = []
    for one in sorted(place.iterdir(), key=lambda file: file.name):
        body, ending = one.read_bytes(), one.name.rpartition(".")[2]
        if ending == "xml":
            found.append(_manifest(body, tls))
        elif ending in MEDIA_TYPES:
            body = body.replace(COUNTRY, COUNTRY[:-1] + _code(country) + b'"')
            found.append(_file(one.name, body, MEDIA_TYPES[ending]))
    return found


def _code(country: str) -> bytes:
    return country.encode() if len(country) == 2 and country.isascii() and country.isalpha() else b""


def _manifest(body: bytes, tls: bool) -> Endpoint:
    async def work(asked: Asked) -> Answer:
        # One of the names that this server goes by: the guard has looked at it.
        own = f"{'https' if tls else 'http'}://{asked.request.scope['state']['host']}".encode()
        return Answer(200, body.replace(PLACEHOLDER, own), media_type=MEDIA_TYPES["xml"])

    return _endpoint("manifest.xml", work)


def _file(name: str, body: bytes, media_type: str) -> Endpoint:
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag, "Content-Security-Policy": PANE_CSP}
    if media_type == MEDIA_TYPES["png"]:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # Outlook shows the icons

    async def work(asked: Asked) -> Answer:
        if tag in asked.request.headers.get("if-none-match", ""):
            return Answer(304, headers=headers)
        return Answer(200, body, headers, media_type)

    return _endpoint(name, work)


def _endpoint(name: str, work: Work) -> Endpoint:
    return Endpoint(
        "GET",
        f"/outlook/{name}",
        work,
        f"the Outlook add-in's {name}",
        {200: bytes},
        Access.PAGE,
        query=AnyQuery,
    )
