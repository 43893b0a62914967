"""Certificates that no authority vouches for, but a person who compared the fingerprint.

presented = await look(url, folder)             what the server shows, and whether that is known
if presented.known in (Known.NEW, Known.CHANGED):
    ...                                         show it; the person compares with `offhook cert show` there
    confirm(presented, folder)
context = trusting(pin_of(folder, url))         what only that server can speak to

Where the server shows the authority that signed its certificate, the authority is kept: then a renewed
certificate is no news. Otherwise it is the very certificate.
"""

import asyncio
import re
import ssl
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from offhook.certificates.described import Described, describe, is_authority
from offhook.common.privatefile import private_folder, real_file, replace_private
from offhook.errors import UnavailableError

LIMIT_S = 5.0
DEFAULT_PORT = 443


class Known(Enum):
    """What is known of a server's certificate."""

    TRUSTED = "trusted"  # an authority that is configured, or the system's, vouches for it
    CONFIRMED = "confirmed"  # a person did
    NEW = "new"  # nobody yet
    CHANGED = "changed"  # a person did for another one


@dataclass(frozen=True, slots=True)
class Presented:
    """What a server showed: `shown` is what is to be confirmed, `server` its own certificate."""

    url: str
    known: Known
    shown: Described
    server: Described
    pem: str


async def look(url: str, folder: Path, *, ca_file: Path | None = None) -> Presented:
    """Connect to a wss:// server, say nothing, and see what it shows. Raises `UnavailableError`.

    `folder` is where confirmed certificates are kept, `ca_file` the configured authority, if there is one.
    """
    host, port = _place(url)
    chain = await _chain(host, port)
    anchor = _anchor(chain)
    pin = pin_of(folder, url)
    if pin.exists() and ca_file is None:
        known = Known.CONFIRMED if await _accepts(trusting(pin), host, port) else Known.CHANGED
    else:
        context = ssl.create_default_context(cafile=ca_file and real_file(ca_file))
        known = Known.TRUSTED if await _accepts(context, host, port) else Known.NEW
    pem = anchor.public_bytes(Encoding.PEM).decode()
    return Presented(url, known, describe(anchor), describe(chain[0]), pem)


def confirm(presented: Presented, folder: Path) -> Path:
    """A person has compared the fingerprint: trust this from now on. Returns the file. Raises `OSError`."""
    pin = pin_of(folder, presented.url)
    private_folder(pin.parent)
    replace_private(pin, presented.pem)
    return pin


def forget(folder: Path, url: str) -> bool:
    """Trust what was confirmed for this server no more; False when nothing was."""
    pin = pin_of(folder, url)
    there = pin.exists()
    pin.unlink(missing_ok=True)
    return there


def pin_of(folder: Path, url: str) -> Path:
    """The file of what was confirmed for this server, be it there or not."""
    host, port = _place(url)
    return folder / "confirmed" / f"{re.sub('[^a-z0-9.-]', '_', host.lower())}_{port}.pem"


def trusting(pin: Path) -> ssl.SSLContext:
    """Accepts what the confirmed authority signed for the server's name, or that very certificate.

    Raises `OSError` for a file that is none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(real_file(pin))
    if not context.cert_store_stats()["x509_ca"]:
        context.check_hostname = False
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or DEFAULT_PORT


def _anchor(chain: list[x509.Certificate]) -> x509.Certificate:
    """The authority that really signed the server's certificate, if it is shown; else that one itself."""
    for other in chain[1:]:
        try:
            chain[0].verify_directly_issued_by(other)
        except (InvalidSignature, ValueError, TypeError):
            continue
        if is_authority(other):
            return other
    return chain[0]


async def _chain(host: str, port: int) -> list[x509.Certificate]:
    """The certificates that the server shows, unchecked, its own first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(LIMIT_S):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
    except (OSError, TimeoutError) as error:
        raise UnavailableError(
            f"no TLS server answers at {host}:{port} ({error})", "check the URL"
        ) from error
    try:
        shown = _shown(writer.get_extra_info("ssl_object"))
        return [x509.load_der_x509_certificate(one) for one in shown]
    except ValueError as error:
        raise UnavailableError(f"{host}:{port} shows an invalid certificate ({error})") from error
    finally:
        writer.transport.abort()


def _shown(connection: Any) -> list[bytes]:
    """Python tells the chain itself from 3.13 on, and to those who know where to ask before."""
    if hasattr(connection, "get_unverified_chain"):
        found: list[bytes] = connection.get_unverified_chain()
        return found
    chain = connection._sslobj.get_unverified_chain()
    return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in chain]


async def _accepts(context: ssl.SSLContext, host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(LIMIT_S):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
    except ssl.SSLError:
        return False
    except (OSError, TimeoutError) as error:
        raise UnavailableError(
            f"no TLS server answers at {host}:{port} ({error})", "check the URL"
        ) from error
    writer.transport.abort()
    return True
