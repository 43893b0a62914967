"""A request outside of any call to a server elsewhere, which may ask for credentials first."""

from __future__ import annotations

from collections.abc import Callable

from offhook.sip.endpoint import Endpoint, Failure
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.causes import status_of
from offhook.switch.b2bua.credentials import Credentials
from offhook.switch.upstream.servers import Server, Servers

OnFinal = Callable[[Response | None, int], None]
"""Gets the final response, or None for no answer, and the status that stands for it."""


def ask(
    endpoint: Endpoint,
    servers: Servers,
    server: Server,
    credentials: Credentials,
    request: Request,
    silent_s: float,
    on_final: OnFinal,
) -> None:
    """Send a request that is no INVITE; a server that is silent for so long counts as down."""
    credentials.sign(request)
    _send(endpoint, servers, server, credentials, request, silent_s, on_final)


def _send(
    endpoint: Endpoint,
    servers: Servers,
    server: Server,
    credentials: Credentials,
    request: Request,
    silent_s: float,
    on_final: OnFinal,
) -> None:
    over, asked = False, endpoint.now

    def final(response: Response | None, status: int) -> None:
        nonlocal over
        if not over:
            over = True
            silence.cancel()
            on_final(response, status)

    def silent(_now: float) -> None:
        servers.silent(server, asked)
        final(None, 408)

    def on_response(response: Response) -> None:
        silence.cancel()
        if response.status < 200 or over:
            return
        servers.answered(server)
        again = credentials.again(request, response) if response.status in (401, 407) else None
        if again is not None:
            _send(endpoint, servers, server, credentials, again, silent_s, on_final)
        else:
            if response.status < 300:
                credentials.learn(response)
            final(response, response.status)

    def on_failure(failure: Failure) -> None:
        if failure is Failure.TIMEOUT:
            servers.silent(server, asked)
        else:
            servers.failed(server)
        final(None, 408 if failure is Failure.TIMEOUT else status_of(failure))

    silence = endpoint.after(silent_s, silent)
    endpoint.request(request, server.flow, endpoint.now, on_response, on_failure)
