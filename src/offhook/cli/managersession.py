"""The session of a command to the Call Manager: where it is, how to log in, and one loop for the command."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from offhook.assembly.elsewhere import trust_of
from offhook.call import Call, Terminal
from offhook.cli.common import read_config
from offhook.cli.quiet import silent
from offhook.common import eventloop
from offhook.common.backoff import Backoff
from offhook.config import Config
from offhook.errors import CallError, Refusal
from offhook.sscp.client import Credentials, SscpClient

CONNECT_LIMIT_S = 25.0
"""A little longer than one attempt may take, with a login that the Call Manager slows down."""


class _FirstFailure(Backoff):
    """Notices that the first attempt failed: a person waits, and is told at once."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = asyncio.Event()

    def next(self) -> float:
        self.failed.set()
        return super().next()


def config_for_login(options: Namespace) -> Config:
    """The configuration, with the password for a Call Manager elsewhere when there is one."""
    config = read_config(options)
    return read_config(options, secrets=True) if config.sscp.url else config


@asynccontextmanager
async def manager(
    config: Config,
    *,
    on_call: Callable[[Call], None] = lambda _: None,
    on_terminal: Callable[[Terminal], None] = lambda _: None,
    on_link: Callable[[bool], None] = lambda _: None,
    quiet: bool = True,
) -> AsyncIterator[SscpClient]:
    """A session that is logged in. Raises `CallError` NOT_AUTHENTICATED or UNAVAILABLE.

    `quiet`: What goes wrong with the session is told by the errors; its log is for programs that run on.
    """
    url, backoff = url_of(config), _FirstFailure()
    client = SscpClient(
        url,
        _credentials(config),
        tls=trust_of(config),
        on_call=on_call,
        on_terminal=on_terminal,
        on_link=on_link,
        backoff=backoff,
    )
    with silent("offhook.sscp") if quiet else nullcontext():
        await client.start()
        try:
            try:
                await _logged_in(client, backoff, url)
            except CallError as error:
                raise _with_advice(error, config, url) from None
            yield client
        finally:
            await client.stop()


async def _logged_in(client: SscpClient, backoff: _FirstFailure, url: str) -> None:
    login = asyncio.ensure_future(client.connected_once(CONNECT_LIMIT_S))
    failure = asyncio.ensure_future(backoff.failed.wait())
    try:
        await asyncio.wait({login, failure}, return_when=asyncio.FIRST_COMPLETED)
        if not login.done():
            raise CallError(
                Refusal.UNAVAILABLE, f"the Call Manager at {url} cannot be reached: {client.problem}"
            )
        await login
    finally:
        login.cancel()
        failure.cancel()


def run_session(work: Coroutine[Any, Any, int]) -> int:
    """Run a command that talks to the Call Manager; its exit code."""
    return eventloop.run(work)


def url_of(config: Config) -> str:
    """Where the Call Manager is: `sscp.url`, or this machine."""
    scheme = "wss" if config.sscp.tls_certificate else "ws"
    return config.sscp.url or f"{scheme}://{config.sscp.listen.here}"


def _credentials(config: Config) -> Credentials:
    if config.sscp.url:
        config.check_login()
        return Credentials(config.sscp.user, config.sscp.password)
    return Credentials(token_file=config.state.local_token)


def _with_advice(error: CallError, config: Config, url: str) -> CallError:
    if error.refusal is Refusal.NOT_AUTHENTICATED:
        fix = "check sscp.user and sscp.password_file" if config.sscp.url else "check state.dir"
        return CallError(error.refusal, f"{error}; {fix}")
    if not config.sscp.url and not config.state.local_token.exists():
        what = f"no Call Manager runs with the state folder {config.state.dir}"
        return CallError(error.refusal, f"{what}; start it with: offhook up")
    return CallError(error.refusal, f"{error}; see: offhook check")
