"""Whether providers answer and take the accounts that are configured; for `offhook check`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from offhook.address import AddressRules
from offhook.common.finding import Finding, Level
from offhook.config import TrunkSettings
from offhook.sip.endpoint import Endpoint
from offhook.sip.message import Response
from offhook.sip.transport import SipTransport
from offhook.switch.trunk.responsetext import response_text
from offhook.switch.trunk.trunk import Trunk
from offhook.switch.upstream.asking import ask

LOOK_S = 0.02
"""How often it is looked whether a provider has answered."""

PATIENCE_S = 10.0
"""How long a provider may take to say whether it knows the account, which may ask a database of its own."""


async def examine(
    trunks: Sequence[TrunkSettings], rules: AddressRules, host: str, seen: set[str] | None = None
) -> list[Finding]:
    """A finding for each trunk. Where providers say at which address they see us, it is put into `seen`.

    Each provider is asked whether it is there (OPTIONS), and which registrations it has of the account: a
    REGISTER without a Contact (RFC 3261 §10.2.3), which takes the password and changes nothing.
    """
    # A port of its own: the Call Manager may be running beside.
    transport = SipTransport(Endpoint(), host, 0)
    await transport.start()
    found = []
    try:
        for one in trunks:
            alone = replace(one, register=False)  # it would register by itself
            trunk = Trunk(alone, rules, transport, transport.endpoint)
            transport.on_unreachable = trunk.unreachable
            found.append(await _trunk(trunk, transport, seen, registers=one.register))
    finally:
        await transport.stop()
    return found


async def _trunk(trunk: Trunk, transport: SipTransport, seen: set[str] | None, *, registers: bool) -> Finding:
    what, servers = f"trunk {trunk.name}", trunk.servers
    asked = bool(trunk.settings.probe_s)
    try:
        await servers.start()
        transport.flush()
        async with asyncio.timeout(PATIENCE_S):
            while asked and any(server.up is None for server in servers.all):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_S)
        server = servers.current
        if server is None:
            problem, fix = servers.problem
            over = trunk.settings.transport.upper()
            return Finding(what, f"{servers.names} over {over}: {problem}", fix, Level.FAIL)
        if not registers and not asked:
            told = f"{servers.names} is at {server}, and is never asked (probe_s = 0): try a call"
            return Finding(what, told)
        if not registers:
            return Finding(what, f"{servers.names} answers ({server})")
        response = await _ask(trunk, transport)
    except TimeoutError:
        response = None
    finally:
        await servers.stop()
    if response is not None and seen is not None and (received := response.via.params.get("received")):
        seen.add(received)  # RFC 3261 §18.2.1: where it is another than the Via's
    if response is None:
        return Finding(what, f"{servers.names} does not answer a REGISTER", "ask the provider", Level.FAIL)
    if response.status < 300:
        return Finding(what, f"{servers.names} answers ({server}), and knows the account")
    return Finding(
        what,
        f"the provider refuses the account: {response_text(response)}",
        "correct user, auth_user and password of its [[trunk]], or ask the provider",
        Level.FAIL,
    )


async def _ask(trunk: Trunk, transport: SipTransport) -> Response | None:
    server, account = trunk.servers.current, trunk.account
    assert server is not None
    own = account.uri(account.user)
    request = account.request("REGISTER", account.uri(""), server.flow)
    request.headers.set("From", f"<{own}>;tag={request.call_id[:12]}")
    request.headers.set("To", f"<{own}>")
    request.headers.remove("Contact")
    answer: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()
    endpoint = transport.endpoint
    endpoint.now = transport.now()
    ask(
        *(endpoint, trunk.servers, server, account, request, trunk.settings.silent_s),
        lambda response, _status: None if answer.done() else answer.set_result(response),
    )
    transport.flush()
    async with asyncio.timeout(PATIENCE_S):
        return await answer
