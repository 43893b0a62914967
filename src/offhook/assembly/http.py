"""Builds and starts the HTTP server of the Call Manager."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial

from offhook.assembly.directory import address_rules
from offhook.assembly.drain import SendAway
from offhook.assembly.incoming import incoming
from offhook.assembly.metrics import Meters
from offhook.common.listening import bind_problem
from offhook.common.network import RateLimitKeys, host_port
from offhook.common.tlspair import WatchedPair, error_text
from offhook.config import Config
from offhook.directory import DirectoryCache
from offhook.manager.administration import Administration
from offhook.manager.login import Logins
from offhook.manager.office import Office
from offhook.manager.service import CallManager


async def start_http(
    config: Config,
    stack: AsyncExitStack,
    manager: CallManager,
    logins: Logins,
    meters: Meters,
    *,
    shown: WatchedPair | None,
    places: RateLimitKeys,
    directory: DirectoryCache,
    administration: Administration,
    office: Office,
) -> tuple[str, SendAway]:
    """Start it, and add what stops it to `stack`. Its URL, and what sends its clients to others.

    `shown` is the certificate of SSCP, which it shows unless it has its own. Raises `ConfigError`.
    """
    listen = config.http.listen
    assert listen is not None
    from offhook.http.server import HttpServer  # off by default, and then not even imported

    pair = shown
    if config.http.tls_certificate is not None:
        pair = _own_pair(config)
        stack.callback(asyncio.create_task(pair.follow()).cancel)
    server: HttpServer = HttpServer(
        manager,
        logins,
        config.http,
        pair.context if pair is not None else None,
        rules=address_rules(config),
        directory=directory if config.directory.sources else None,
        sources=directory.states,
        incoming=partial(incoming, config),
        administration=administration,
        office=office,
        places=places,
    )
    stack.push_async_callback(server.stop)
    meters.sessions("http", lambda: server.connections)
    with _listening(config):
        await server.start()
    url = f"{'https' if pair is not None else 'http'}://{host_port(listen.here.host, server.port)}"
    return url, server.send_away


def _own_pair(config: Config) -> WatchedPair:
    assert config.http.tls_certificate is not None
    try:
        return WatchedPair(config.http.tls_certificate, config.http.tls_key)
    except OSError as error:
        raise config.error(
            "http.tls_certificate", f"cannot be used: {error_text(error)}", "Give a readable PEM file"
        ) from error


@contextmanager
def _listening(config: Config) -> Iterator[None]:
    listen = config.http.listen
    assert listen is not None
    try:
        yield
    except OSError as error:
        raise config.error(
            "http.listen", *bind_problem(error, listen.host, listen.port, "http.listen")
        ) from error
