"""TLS as the configuration wants it: what the Call Manager shows, and whom its clients believe."""

import asyncio
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offhook.config import Config
from offhook.errors import OffhookError

logger = logging.getLogger(__name__)

FOLLOW_S = 60.0
"""How often it is looked whether the certificate was renewed, or is to be."""


def site_folder(config: Config) -> Path:
    """Where the site's own certificates are."""
    return config.state.dir / "tls"


def server_context(config: Config) -> ssl.SSLContext | None:
    """What the Call Manager shows; None without TLS. Raises `ConfigError`."""
    if config.sscp.tls_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with _readable(config, "sscp.tls_certificate"):
        context.load_cert_chain(config.sscp.tls_certificate, config.sscp.tls_key)
    return context


def own_context(config: Config) -> ssl.SSLContext | None:
    """For the way to a Call Manager on this machine: its very certificate is trusted, whatever its name."""
    if config.sscp.tls_certificate is None:
        return None
    with _readable(config, "sscp.tls_certificate"):
        context = ssl.create_default_context(cafile=config.sscp.tls_certificate)
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context


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
        return ssl.create_default_context(cafile=config.sscp.ca_file)


async def keep_certificate(config: Config, context: ssl.SSLContext) -> None:
    """Renew the site's own certificate when it is due, and show any renewed one from the next session on."""
    seen = _stamp(config)
    while True:
        try:
            await asyncio.to_thread(_renew, config)
            if (now := _stamp(config)) != seen:
                assert config.sscp.tls_certificate is not None
                context.load_cert_chain(config.sscp.tls_certificate, config.sscp.tls_key)
                seen = now
                logger.info("a renewed certificate is shown from now on")
        except (OSError, OffhookError) as error:
            logger.error("the certificate cannot be renewed: %s; the old one is shown", error)
        await asyncio.sleep(FOLLOW_S)


def _renew(config: Config) -> None:
    from offhook.certificates import SiteFiles, issue, renewal_due

    files = SiteFiles(site_folder(config))
    if config.sscp.tls_certificate == files.server and renewal_due(files):
        issue(files)


def _stamp(config: Config) -> list[int]:
    files = [file for file in (config.sscp.tls_certificate, config.sscp.tls_key) if file is not None]
    return [file.stat().st_mtime_ns if file.exists() else 0 for file in files]


@contextmanager
def _readable(config: Config, key: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ssl.SSLError) as error:
        raise config.error(key, f"cannot be used: {error}", "Give a readable PEM file") from error
