"""TLS as the configuration wants it: what the Call Manager shows, and whom its clients believe."""

import asyncio
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from offhook.common.clock import SettledClock
from offhook.common.privatefile import read_file, real_file, replace_private
from offhook.common.tlspair import FOLLOW_S, WatchedPair, leaf, trusting_exactly, words
from offhook.config import Config
from offhook.errors import OffhookError

logger = logging.getLogger(__name__)

SHOWN = "shown.pem"
"""In the state folder: the certificate that the Call Manager there shows just now."""


def site_folder(config: Config) -> Path:
    """Where the site's own certificates are."""
    return config.state.dir / "tls"


def shown_pair(config: Config) -> WatchedPair | None:
    """What the Call Manager shows; None without TLS. Raises `ConfigError`."""
    if config.sscp.tls_certificate is None:
        return None
    with _readable(config, "sscp.tls_certificate"):
        return WatchedPair(config.sscp.tls_certificate, config.sscp.tls_key)


def own_context(config: Config) -> ssl.SSLContext | None:
    """For the way to a Call Manager of this account on this machine, made anew for each attempt.

    Trusted is exactly what it says that it shows (`shown.pem` in the state folder), and what it is configured
    to show: whatever the names in it, whoever signed it, and when it ends. Raises `ConfigError`.
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
    """For a Call Manager elsewhere: `sscp.ca_file`, else what a person confirmed, else the system's word."""
    if not url.startswith("wss:"):
        return None
    if config.sscp.ca_file is None:
        from offhook.certificates.pins import pin_of, trusting  # costs 50 ms that others need not pay

        pin = pin_of(config.state.dir, url)
        if pin.exists():
            with _readable(config, "sscp.url"):
                return trusting(pin)
    with _readable(config, "sscp.ca_file"):
        return ssl.create_default_context(cafile=config.sscp.ca_file and real_file(config.sscp.ca_file))


async def keep_certificate(config: Config, pair: WatchedPair) -> None:
    """Renew the site's own certificate when it is due, and show any renewed one from the next session on.

    What is shown is written down for programs of this account, which trust exactly that.
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
    """Write down what is shown, unless it stands there already; a disk that refuses costs no more than that
    programs go by the configured file."""
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
        raise config.error(key, f"cannot be used: {words(error)}", "Give a readable PEM file") from error
