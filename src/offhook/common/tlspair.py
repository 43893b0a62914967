"""A certificate with its key, as a server shows it: watched, and swapped whole when both are there anew."""

import asyncio
import logging
import re
import ssl
from collections.abc import Iterable
from pathlib import Path

from offhook.common.privatefile import read_file, real_file

logger = logging.getLogger(__name__)

FOLLOW_S = 5.0
"""How often it is looked whether the files were made anew."""

MAX_FILE = 1 << 20
"""Bytes of a file: hundreds of certificates."""

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python has no name for."""

CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")


class WatchedPair:
    """What servers with `context` show. Raises `OSError` for files that cannot be used, or do not fit.

    `client_ca`: whose certificates clients may show. A pair is loaded into a context of its own first; the
    one that servers have hands each new connection the newest that was good as a whole.
    """

    def __init__(self, certificate: Path, key: Path | None, *, client_ca: Path | None = None) -> None:
        self.certificate, self.key, self._client_ca = certificate, key, client_ca
        self._files = self._read()
        self.context, self.pem = self._loaded()
        self._shown = self.context
        self._told = ""
        self.context.sni_callback = self._choose

    def look(self) -> bool:
        """Take the files over if they were changed; were they? Raises `OSError`: the old pair is shown on."""
        files = self._read()
        if files == self._files:
            return False
        context, pem = self._loaded()
        if files != self._read():
            return False  # they are being written; the next look sees them whole
        self._files, self._shown, self.pem = files, context, pem
        return True

    def look_and_tell(self) -> bool:
        """The same, for a loop that goes on: what is wrong goes to the log, once."""
        try:
            changed = self.look()
        except OSError as error:
            problem = words(error)
            if problem != self._told:
                logger.error(
                    "%s and %s cannot be shown: %s; the old certificate is shown on",
                    self.certificate, self.key or "its key", problem,
                )  # fmt: skip
            self._told = problem
            return False
        if changed:
            logger.info("%s was renewed, and is shown from now on", self.certificate)
        self._told = ""
        return changed

    async def follow(self) -> None:
        """Look for as long as this runs."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            await asyncio.to_thread(self.look_and_tell)

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        """OpenSSL asks at the beginning of each handshake, also of clients that name no server."""
        if self._shown is not self.context:
            connection.context = self._shown

    def _read(self) -> tuple[bytes, bytes]:
        return _content(self.certificate), _content(self.key) if self.key is not None else b""

    def _loaded(self) -> tuple[ssl.SSLContext, str]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Without a password of ours OpenSSL would ask for it on the terminal, and wait.
        context.load_cert_chain(self.certificate, self.key, password=lambda: b"")
        if self._client_ca is not None:
            context.load_verify_locations(real_file(self._client_ca))
            context.verify_mode = ssl.CERT_OPTIONAL
        return context, leaf(_content(self.certificate))


class WatchedAuthority:
    """Whom a client believes: the authorities in a file, else the system's, as they are at each connection.

    Raises `OSError` for a file that cannot be used; later the authorities before it hold.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._content = b"" if file is None else _content(file)
        self._context = ssl.create_default_context(cafile=file)

    def context(self) -> ssl.SSLContext:
        """For one connection."""
        if self._file is None:
            return self._context
        try:
            content = _content(self._file)
            if content != self._content:
                self._context, self._content = ssl.create_default_context(cafile=self._file), content
        except OSError as error:
            logger.error("%s cannot be used: %s; the authorities before it hold", self._file, words(error))
        return self._context


def leaf(content: bytes) -> str:
    """The first certificate of a PEM file, "" when there is none."""
    found = CERTIFICATE.search(content.decode("ascii", "replace"))
    return found[0] + "\n" if found else ""


def trusting_exactly(certificates: Iterable[str]) -> ssl.SSLContext:
    """Accepts these very certificates, whatever their names, who signed them and when they end.

    For the way to a server of our own: what it shows is known, and so nothing has to vouch for it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN | NO_CHECK_TIME
    for one in filter(None, certificates):
        context.load_verify_locations(cadata=one)
    return context


def words(error: OSError) -> str:
    """What is wrong, for people. (An `SSLError` is an `OSError`.)"""
    if isinstance(error, ssl.SSLError):
        reason = {
            "KEY_VALUES_MISMATCH": "the key is not that of the certificate",
            "NO_START_LINE": "one of them is no PEM file",
            "BAD_DECRYPT": "the key has a password; store it without",
        }.get(error.reason or "")
        return reason or f"no certificate and key in PEM ({error.reason or error})"
    return (
        f"{error.filename} cannot be read ({error.strerror})"
        if error.filename
        else error.strerror or str(error)
    )


def _content(file: Path) -> bytes:
    return read_file(file, MAX_FILE)
