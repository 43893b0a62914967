"""Builds TLS from the configuration: the certificate of the Call Manager, and what its clients trust."""

import asyncio
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from offhook.common.clock import SettledClock
from offhook.common.privatefile import read_file, real_file, replace_private
from offhook.common.tlspair import FOLLOW_S, WatchedPair, error_text, leaf, trusting_exactly
from offhook.config import Config
from offhook.config.managerplaces import DOMAIN
from offhook.errors import OffhookError

logger = logging.getLogger(__name__)

SHOWN = "shown.pem"
"""In the state folder: the certificate that the Call Manager currently presents."""


def site_folder(config: Config) -> Path:
    """The folder of the site's own certificates."""
    return config.state.dir / "tls"


def shown_pair(config: Config) -> WatchedPair | None:
    """The Call Manager's certificate and key; None without TLS. Raises `ConfigError`."""
    if config.sscp.tls_certificate is None:
        return None
    with _readable(config, "sscp.tls_certificate"):
        return WatchedPair(config.sscp.tls_certificate, config.sscp.tls_key)


def own_context(config: Config) -> ssl.SSLContext | None:
    """The context for this account's Call Manager on this machine, created for each attempt.

    It trusts exactly the certificate that the Call Manager presents (`shown.pem` in the state folder) and the
    configured one, regardless of names, issuer and expiry. Raises `ConfigError`.
    """
    if config.sscp.tls_certificate is None:
        return None
    certificates = []
    problem: OSError | None = None
    for file in (config.state.dir / SHOWN, config.sscp.tls_certificate):
        try:
            certificates.append(leaf(read_file(file)))
        except OSError as error:
            problem = error
    with _readable(config, "sscp.tls_certificate"):
        if problem is not None and not certificates:
            raise problem
        return trusting_exactly(certificates)


def client_context(config: Config, url: str) -> ssl.SSLContext | None:
    """The context for a remote Call Manager: `sscp.ca_file`, else what a
    person confirmed, else the system's CAs."""
    if not url.startswith(("wss:", f"{DOMAIN}:")):
        return None
    if config.sscp.ca_file is None:
        from offhook.certificates.pins import pin_of, trusting  # takes 50 ms, so only where it is used

        pin = pin_of(config.state.dir, url)
        if pin.exists():
            with _readable(config, "sscp.url"):
                return trusting(pin)
    with _readable(config, "sscp.ca_file"):
        return ssl.create_default_context(cafile=config.sscp.ca_file and real_file(config.sscp.ca_file))


async def keep_certificate(config: Config, pair: WatchedPair) -> None:
    """Renew the site's own certificate when due, and present a renewed one from the next session on.

    The presented certificate is written to `shown.pem` for programs of this account, which trust exactly
    that.
    """
    clock, problem = SettledClock(), ""
    while True:
        try:
            await asyncio.to_thread(_renew, config, clock)
            problem = ""
        except (OSError, OffhookError) as error:
            if str(error) != problem:
                logger.error("the certificate cannot be renewed: %s; the old one is shown", error)
            problem = str(error)
        await asyncio.to_thread(pair.look_and_tell)
        await asyncio.to_thread(write_shown, config, pair)
        await asyncio.sleep(FOLLOW_S)


def write_shown(config: Config, pair: WatchedPair) -> None:
    """Write `shown.pem` if it has changed. If the disk refuses, programs use the configured file instead."""
    file = config.state.dir / SHOWN
    with suppress(OSError):
        if not file.exists() or file.read_text(encoding="ascii", errors="replace") != pair.pem:
            replace_private(file, pair.pem)


def _renew(config: Config, clock: SettledClock) -> None:
    from offhook.certificates import SiteFiles, issue, renewal_due

    files = SiteFiles(site_folder(config))
    if config.sscp.tls_certificate == files.server and renewal_due(files, clock=clock.now):
        issue(files, clock=clock.now)


@contextmanager
def _readable(config: Config, key: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise config.error(key, f"cannot be used: {error_text(error)}", "Give a readable PEM file") from error
