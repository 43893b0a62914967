"""Certificates that a person has confirmed by comparing the fingerprint, instead of an authority.

presented = await look(url, folder)             the certificate of the server, and whether it is known
if presented.known in (Known.NEW, Known.CHANGED):
    ...                                         show it; the person compares with `offhook cert show` there
    confirm(presented, folder)
context = trusting(pin_of(folder, url))         a context that accepts only that server

If the server presents the authority that signed its certificate, the authority is stored, so that a renewed
certificate needs no new confirmation. Otherwise the certificate itself is stored.
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
from offhook.common.aborting import abort
from offhook.common.connecting import connect_error_text
from offhook.common.privatefile import private_folder, real_file, replace_private
from offhook.errors import UnavailableError

LIMIT_S = 5.0
DEFAULT_PORT = 443


class Known(Enum):
    """Whether a server's certificate is known."""

    TRUSTED = "trusted"  # signed by the configured authority, or by one of the system's
    CONFIRMED = "confirmed"  # confirmed by a person
    NEW = "new"  # not confirmed yet
    CHANGED = "changed"  # a person confirmed another one


@dataclass(frozen=True, slots=True)
class Presented:
    """What a server presented: `shown` is the certificate to confirm, `server` the server's own."""

    url: str
    known: Known
    shown: Described
    server: Described
    pem: str


async def look(url: str, folder: Path, *, ca_file: Path | None = None) -> Presented:
    """Connect to a wss:// server and get its certificate. Sends no data. Raises `UnavailableError`.

    `folder` has the confirmed certificates; `ca_file` is the configured authority, if there is one.
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
    """Store a certificate that a person has confirmed. Returns the file. Raises `OSError`."""
    pin = pin_of(folder, presented.url)
    private_folder(pin.parent)
    replace_private(pin, presented.pem)
    return pin


def forget(folder: Path, url: str) -> bool:
    """Remove the confirmed certificate of this server; False if there is none."""
    pin = pin_of(folder, url)
    there = pin.exists()
    pin.unlink(missing_ok=True)
    return there


def pin_of(folder: Path, url: str) -> Path:
    """The file for the confirmed certificate of this server; it may not exist."""
    host, port = _place(url)
    return folder / "confirmed" / f"{re.sub('[^a-z0-9.-]', '_', host.lower())}_{port}.pem"


def trusting(pin: Path) -> ssl.SSLContext:
    """A context that accepts what the confirmed authority has signed for the host, or the confirmed
    certificate.

    Raises `OSError` for an invalid file.
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
    """The presented authority if it has really signed the server's
    certificate; otherwise that certificate."""
    for other in chain[1:]:
        try:
            chain[0].verify_directly_issued_by(other)
        except (InvalidSignature, ValueError, TypeError):
            continue
        if is_authority(other):
            return other
    return chain[0]


async def _chain(host: str, port: int) -> list[x509.Certificate]:
    """The certificates that the server presents, not verified, its own first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(LIMIT_S):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
    except (OSError, TimeoutError) as error:
        raise UnavailableError(
            f"no TLS server answers at {host}:{port} ({connect_error_text(error)})", "check the URL"
        ) from error
    try:
        shown = _shown(writer.get_extra_info("ssl_object"))
        return [x509.load_der_x509_certificate(one) for one in shown]
    except ValueError as error:
        raise UnavailableError(f"{host}:{port} shows an invalid certificate ({error})") from error
    finally:
        abort(writer.transport)


def _shown(connection: Any) -> list[bytes]:
    """The raw chain. Python has a public method from 3.13 on, and an internal one before."""
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
            f"no TLS server answers at {host}:{port} ({connect_error_text(error)})", "check the URL"
        ) from error
    abort(writer.transport)
    return True
