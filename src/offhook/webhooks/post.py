"""Sends one HTTP request to an address that was resolved before. Only the status of the answer is read.

No library for it: those that there are look names up by themselves, and follow redirections.
"""

import asyncio
import re
import ssl
from collections.abc import Mapping

from offhook import __version__
from offhook.common.aborting import abort
from offhook.common.connecting import connect_error_text
from offhook.errors import UnavailableError
from offhook.webhooks.target import Resolver, Target

ANSWER_LIMIT_S = 10.0
"""For all of it, from the look-up of the name to the answer."""

MAX_LINE = 1024
"""Bytes of the answer that are read: its first line."""

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |\r?\n)")


async def post(
    resolver: Resolver,
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool,
    context: ssl.SSLContext | None,
) -> int:
    """The status of the answer. Raises `UnavailableError` when there is none."""
    try:
        async with asyncio.timeout(ANSWER_LIMIT_S):
            addresses = await resolver.addresses(target, allow_private=allow_private)
            return await _ask(target, addresses, _request(target, body, headers), context)
    except TimeoutError as error:
        raise UnavailableError(
            f"no answer within {ANSWER_LIMIT_S:g} s", "look at the program there"
        ) from error


async def _ask(target: Target, addresses: list[str], request: bytes, context: ssl.SSLContext | None) -> int:
    problem = ""
    for address in addresses:
        try:
            reader, writer = await asyncio.open_connection(
                address,
                target.port,
                ssl=context if target.tls else None,
                server_hostname=target.host if target.tls else None,
                limit=MAX_LINE,
            )
        except (OSError, ssl.SSLError, ssl.CertificateError) as error:
            problem = connect_error_text(error)
            continue
        try:
            writer.write(request)
            await writer.drain()
            line = await reader.readuntil(b"\n")
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise UnavailableError(f"the connection broke ({error})", "look at the program there") from error
        finally:
            abort(writer.transport)
        found = _STATUS.match(line)
        if found is None:
            raise UnavailableError("what answers there speaks no HTTP", "check the address")
        return int(found[1])
    raise UnavailableError(f"cannot be reached ({problem})", "look whether the program there runs")


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {
        "Host": target.authority,
        "User-Agent": f"Offhook/{__version__}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode() + body
