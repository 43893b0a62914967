"""What `offhook check` says of the certificates that are shown."""

import time
from collections.abc import Iterator
from pathlib import Path

from offhook.common.finding import Finding, Level
from offhook.common.tlspair import WatchedPair, error_text
from offhook.config import Config
from offhook.errors import UnavailableError

WARN_DAYS = 30
"""A certificate that ends sooner should have been renewed; the site's own are, twice as long before."""

Pair = tuple[Path, Path | None]


def look_at_certificates(config: Config) -> Iterator[Finding]:
    """Of each port with TLS: do certificate and key fit, and from when to when is it good?"""
    for what, pair in _pairs(config).items():
        yield _certificate(what, *pair)


def _pairs(config: Config) -> dict[str, Pair]:
    """The pairs by what `check` calls them; the phones' own only where it differs from the other."""
    pairs: dict[str, Pair] = {}
    if config.sscp.tls_certificate is not None:
        pairs["certificate"] = (config.sscp.tls_certificate, config.sscp.tls_key)
    if config.http.listen is not None and config.http.tls_certificate is not None:
        pairs["HTTP certificate"] = (config.http.tls_certificate, config.http.tls_key)
    if config.metrics.listen is not None and config.metrics.tls_certificate is not None:
        pairs["metrics certificate"] = (config.metrics.tls_certificate, config.metrics.tls_key)
    files = config.provisioning
    if files.tls_listen is not None and files.tls_certificate is not None and not config.sscp.url:
        pairs["provisioning certificate"] = (files.tls_certificate, files.tls_key)
    for system in config.systems:
        phones = system.switch.chosen.phone_certificate
        if phones is not None and phones not in pairs.values():
            pairs["phones' certificate" + (f" ({system.part})" if system.part else "")] = phones
    return pairs


def _certificate(what: str, certificate: Path, key: Path | None) -> Finding:
    from offhook.certificates import describe_file  # costs more than the rest; few have one

    try:
        server = describe_file(certificate)[0]
    except UnavailableError as error:
        return Finding(what, error.what, error.fix, Level.FAIL)
    try:
        WatchedPair(certificate, key)
    except OSError as error:
        together = f"{certificate} with {key}" if key is not None else str(certificate)
        fix = "put certificate and key of one pair there; one that runs shows the old pair until then"
        return Finding(what, f"{together}: {error_text(error)}", fix, Level.FAIL)
    now = time.time()
    if server.since > now:
        text = f"it is good only from {_date(server.since)}"
        return Finding(what, text, "set the clock, or renew it: offhook cert renew", Level.FAIL)
    until, days = _date(server.until), int((server.until - now) // 86_400)
    if days < WARN_DAYS:
        text = f"it ended on {until}" if days < 0 else f"it ends on {until}"
        return Finding(what, text, "renew it: offhook cert renew", Level.FAIL if days < 0 else Level.WARN)
    return Finding(what, f"for {', '.join(server.hosts) or server.name}, until {until}")


def _date(epoch: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(epoch))
