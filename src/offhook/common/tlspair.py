"""A server certificate with its key: the files are watched, and reloaded together when they change."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from offhook.common.privatefile import read_file, real_file

logger = logging.getLogger(__name__)

FOLLOW_S = 5.0
"""How often it is checked whether the files have changed."""

MAX_FILE = 1 << 20
"""Bytes of a file: hundreds of certificates."""

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL; the ssl module has no name for it."""

CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")


@dataclass(frozen=True, slots=True)
class _Presented:
    """A certificate, from this reading of the steady clock on, and the one before it."""

    context: ssl.SSLContext
    pem: str
    since: float
    before: _Presented | None = None


class WatchedPair:
    """The certificate that servers with `context` present. Raises `OSError` for unusable or mismatched files.

    `client_ca`: the authority for client certificates. New files are loaded into a separate context first, so
    that each new connection gets the latest pair that was complete and valid. With `notice_s` it gets that
    only so much later than `pems` has it, for peers that trust exactly these and have to hear of them first.
    """

    def __init__(
        self, certificate: Path, key: Path | None, *, client_ca: Path | None = None, notice_s: float = 0.0
    ) -> None:
        self.certificate, self.key, self._client_ca = certificate, key, client_ca
        self._notice_s = notice_s
        self._files = self._read()
        self.context, pem = self._loaded()
        self._latest = _Presented(self.context, pem, time.monotonic())
        self._told = ""
        self.context.sni_callback = self._choose

    @property
    def pem(self) -> str:
        """The latest certificate."""
        return self._latest.pem

    @property
    def pems(self) -> tuple[str, ...]:
        """The certificates of which new connections get one now, or in a moment."""
        latest = self._latest
        over = latest.before is None or time.monotonic() >= latest.since + self._notice_s
        return (latest.pem,) if over or latest.before is None else (latest.before.pem, latest.pem)

    def look(self) -> bool:
        """Load the files if they have changed; True if so. On `OSError` the old pair stays in use."""
        files = self._read()
        if files == self._files:
            return False
        context, pem = self._loaded()
        if files != self._read():
            return False  # they are being written; the next check sees them complete
        now = self._now()
        since = time.monotonic() + self._notice_s
        self._latest = _Presented(context, pem, since, _Presented(now.context, now.pem, now.since))
        self._files = files
        return True

    def look_and_tell(self) -> bool:
        """Like `look`, but logs an error once instead of raising it."""
        try:
            changed = self.look()
        except OSError as error:
            problem = error_text(error)
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
        """Check for ever, until cancelled."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            await asyncio.to_thread(self.look_and_tell)

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        """Called by OpenSSL at the beginning of each handshake, also without a server name."""
        shown = self._now().context
        if shown is not self.context:
            connection.context = shown

    def _now(self) -> _Presented:
        latest = self._latest
        return latest if latest.before is None or time.monotonic() >= latest.since else latest.before

    def _read(self) -> tuple[bytes, bytes]:
        return _content(self.certificate), _content(self.key) if self.key is not None else b""

    def _loaded(self) -> tuple[ssl.SSLContext, str]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Without a password callback OpenSSL would ask on the terminal, and block.
        context.load_cert_chain(self.certificate, self.key, password=lambda: b"")
        if self._client_ca is not None:
            context.load_verify_locations(real_file(self._client_ca))
            context.verify_mode = ssl.CERT_OPTIONAL
        return context, leaf(_content(self.certificate))


class WatchedAuthority:
    """The authorities that a client trusts: those in a file, else the system's, as they are at each
    connection.

    Raises `OSError` for an unusable file; if it becomes unusable later, the previous authorities stay.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._content = b"" if file is None else _content(file)
        self._context = ssl.create_default_context(cafile=file)

    def context(self) -> ssl.SSLContext:
        """A context for one connection."""
        if self._file is None:
            return self._context
        try:
            content = _content(self._file)
            if content != self._content:
                self._context, self._content = ssl.create_default_context(cafile=self._file), content
        except OSError as error:
            logger.error(
                "%s cannot be used: %s; the authorities before it hold", self._file, error_text(error)
            )
        return self._context


def leaf(content: bytes) -> str:
    """The first certificate of a PEM file; "" if it has none."""
    found = CERTIFICATE.search(content.decode("ascii", "replace"))
    return found[0] + "\n" if found else ""


def trusting_exactly(certificates: Iterable[str]) -> ssl.SSLContext:
    """A context that accepts exactly these certificates, regardless of names, issuer and expiry.

    For connections to our own server: its certificate is known, so no authority is needed.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN | NO_CHECK_TIME
    for one in filter(None, certificates):
        context.load_verify_locations(cadata=one)
    return context


def error_text(error: OSError) -> str:
    """The error in plain words. (An `SSLError` is an `OSError`.)"""
    if isinstance(error, ssl.SSLError):
        reason = {
            "KEY_VALUES_MISMATCH": "the key is not that of the certificate",
            "NO_START_LINE": "one of them is not a PEM file",
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
