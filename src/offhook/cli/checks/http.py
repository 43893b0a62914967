"""What `offhook check` says of the HTTP API and of webhooks."""

import ssl
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from urllib.error import URLError

from offhook.common.finding import Finding, Level
from offhook.common.network import host_port
from offhook.common.privatefile import read_file
from offhook.common.tlspair import leaf, trusting_exactly
from offhook.config import Config, Listen
from offhook.errors import ConfigError, UnavailableError

LIMIT_S = 5.0
MARK = b"Offhook"


def look_at_http(config: Config) -> Iterator[Finding]:
    """Does it answer, and has every webhook been told what it should be?"""
    if config.sscp.url:
        return
    if config.http.listen is not None:
        yield _answers(config, config.http.listen)
    if config.webhooks:
        yield from _webhooks(config)


def _answers(config: Config, listen: Listen) -> Finding:
    what, here = "HTTP API", listen.here
    certificate = config.http.tls_certificate or config.sscp.tls_certificate
    url = f"{'https' if certificate else 'http'}://{host_port(here.host, here.port)}"
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    try:
        if certificate is not None:
            context: ssl.SSLContext = trusting_exactly([leaf(read_file(certificate))])
            handlers.append(urllib.request.HTTPSHandler(context=context))
        with urllib.request.build_opener(*handlers).open(f"{url}/api/v1/problems", timeout=LIMIT_S) as answer:
            ours = MARK in answer.read(1000)
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        if not isinstance(reason, ConnectionRefusedError):
            fix = "look what listens there, or set http.listen"
            return Finding(what, f"at {url}: {reason}", fix, Level.FAIL)
        return Finding(what, f"does not run; {listen} is free", "start it: offhook up", Level.WARN)
    if ours:
        return Finding(what, f"answers at {url}")
    return Finding(what, f"at {url} answers something else", "stop it, or set http.listen", Level.FAIL)


def _webhooks(config: Config) -> Iterator[Finding]:
    try:
        waiting, dead = _letters(config)
    except (ConfigError, UnavailableError) as error:
        yield Finding("webhooks", str(error), "make room on the disk", Level.FAIL)
        return
    for hook in config.webhooks:
        what = f"webhook {hook.name}"
        if dead[hook.name]:
            text = f"{dead[hook.name]} events could not be delivered"
            yield Finding(what, text, "see: offhook webhook list; then: offhook webhook retry", Level.WARN)
        else:
            yield Finding(what, f"nothing was lost, {waiting[hook.name]} events wait")


def _letters(config: Config) -> tuple[Counter[str], Counter[str]]:
    """How many events of each webhook wait, and how many could not be delivered. Raises `ConfigError` and
    `UnavailableError`."""
    from offhook.assembly.database import OUTBOX, open_outbox, unchanged_server, uses_database

    waiting, dead = Counter[str](), Counter[str]()
    if not uses_database(config) and not (config.state.dir / OUTBOX).is_file():
        return waiting, dead
    with (
        unchanged_server(config) as server,
        closing(open_outbox(config, config.state.dir, server)) as outbox,
    ):
        for one in outbox.letters(limit=100_000):
            (dead if one.dead else waiting)[one.hook] += 1
    return waiting, dead
