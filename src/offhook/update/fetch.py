"""A file from an https server that is not trusted: bounded in size and in time, never over plain http.

Asked by HTTP/1.0, whose answers come in one piece (RFC 9112 §6.1: no transfer coding). No proxy is asked.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http.client import parse_headers
from io import BytesIO
from urllib.parse import urljoin, urlsplit

from offhook.common.aborting import abort
from offhook.common.connecting import connect_error_text
from offhook.config.sections.update import is_https
from offhook.errors import UnavailableError
from offhook.update.manifest import UpdateError

CONNECT_S = 20.0
"""To connect, TLS included, and again to begin the answer."""

STALL_S = 30.0
"""How long nothing may come before the server counts as gone."""

MAX_HEAD = 32_768
"""Bytes of an answer's header, as common servers bound it."""

MAX_REDIRECTS = 5

PIECE = 65_536
"""Bytes read at once."""

PORT = 443


async def fetch(
    url: str, take: Callable[[bytes], None], *, limit: int, limit_s: float, context: ssl.SSLContext
) -> None:
    """Hand the file piece by piece to `take`, at most `limit` bytes of it, in `limit_s` seconds.

    Raises `UnavailableError` when the server cannot be reached, and `UpdateError` when what it says is wrong.
    """
    host = urlsplit(url).hostname
    try:
        async with asyncio.timeout(limit_s):
            for _ in range(MAX_REDIRECTS + 1):
                moved = await _ask(url, take, limit, context)
                if moved is None:
                    return
                url = _next(url, moved)
    except TimeoutError:
        raise UnavailableError(f"{host} has not answered in time", "try again later") from None
    except ssl.SSLCertVerificationError as error:
        raise UnavailableError(
            f"{host} shows a certificate that is not trusted ({error.verify_message})",
            "set update.ca_file to its authority, or see whether update.url is right",
        ) from None
    except (OSError, UnicodeError) as error:  # what is no host's name is no Unicode
        why = connect_error_text(error) if isinstance(error, OSError) else error
        raise UnavailableError(f"{host} cannot be reached ({why})", "try again later") from None
    raise UpdateError(f"{host} sends on more than {MAX_REDIRECTS} times", "see whether update.url is right")


def _next(url: str, moved: str) -> str:
    try:
        found = urljoin(url, moved)
    except ValueError:  # brackets that hold no address
        found = ""
    if not is_https(found):
        host = urlsplit(url).hostname
        raise UpdateError(f"{host} sends on to {moved[:100]!r}, which is no https:// address")
    return found


async def _ask(url: str, take: Callable[[bytes], None], limit: int, context: ssl.SSLContext) -> str | None:
    """The answer to one request; where it sends on to, if it does."""
    async with _connected(url, context) as (reader, writer):
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = parts.netloc
        writer.write(
            f"GET {target} HTTP/1.0\r\nHost: {host}\r\nAccept: */*\r\nUser-Agent: offhook\r\n\r\n".encode()
        )
        async with asyncio.timeout(CONNECT_S):
            await writer.drain()
            status, headers = _head(await _read_head(reader, host), host)
        if status in (301, 302, 303, 307, 308) and headers.get("location"):
            return headers["location"]
        if status != 200:
            raise UnavailableError(f"{host} answers {status} for {url}", "see whether the address is right")
        await _read_body(reader, take, limit, headers.get("content-length"), host)
    return None


@asynccontextmanager
async def _connected(
    url: str, context: ssl.SSLContext
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    parts = urlsplit(url)
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(
            parts.hostname, parts.port or PORT, ssl=context, limit=MAX_HEAD
        )
    try:
        yield reader, writer
    finally:
        abort(writer.transport)


async def _read_head(reader: asyncio.StreamReader, host: str) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        raise UnavailableError(f"{host} hung up instead of answering", "try again later") from None
    except asyncio.LimitOverrunError:
        raise UpdateError(f"{host} answers with more than {MAX_HEAD} bytes before the file") from None


def _head(head: bytes, host: str) -> tuple[int, dict[str, str]]:
    first, _, rest = head.partition(b"\r\n")
    status = re.match(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |$)", first)
    if status is None:
        raise UpdateError(f"{host} does not speak HTTP", "see whether the address is right")
    try:
        parsed = parse_headers(BytesIO(rest))
    except Exception as error:  # http.client has many for what is too long or too much
        raise UpdateError(f"{host} does not speak HTTP ({error})") from None
    headers = {name.lower(): str(value) for name, value in parsed.items()}
    if "transfer-encoding" in headers:
        raise UpdateError(f"{host} answers HTTP/1.0 by a transfer coding", "take another server")
    return int(status[1]), headers


async def _read_body(
    reader: asyncio.StreamReader, take: Callable[[bytes], None], limit: int, length: str | None, host: str
) -> None:
    got = 0
    while True:
        async with asyncio.timeout(STALL_S):
            piece = await reader.read(PIECE)
        if not piece:
            break
        got += len(piece)
        if got > limit:
            raise UpdateError(f"{host} sends more than the {limit:,} bytes that it may")
        take(piece)
    if length is not None and length.strip() != str(got):
        raise UnavailableError(f"{host} hung up after {got:,} bytes of {length}", "try again later")
