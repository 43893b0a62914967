"""Sessions over TLS, with a certificate that is really checked."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from offhook.errors import CallError, Refusal
from offhook.sscp.client import Credentials, SscpClient
from offhook.sscp.server import SscpServer
from tests.sscp.helpers import a_tls_server
from tests.waiting import ONE_STEP_S


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def server(tmp_path: Path, authority: trustme.CA) -> AsyncIterator[SscpServer]:
    async with a_tls_server(tmp_path, authority) as server:
        yield server


async def test_a_client_that_trusts_the_authority_is_served(
    server: SscpServer, authority: trustme.CA
) -> None:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    client = SscpClient(f"wss://127.0.0.1:{server.port}", Credentials("kim", "secret"), tls=trusting)
    await client.start()
    await client.connected_once(ONE_STEP_S)
    assert await client.calls() == []
    await client.stop()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_certificate_of_an_unknown_authority_or_another_name_is_refused(
    server: SscpServer, authority: trustme.CA, host: str
) -> None:
    context = ssl.create_default_context()
    if host == "localhost":
        authority.configure_trust(context)
    client = SscpClient(f"wss://{host}:{server.port}", Credentials("kim", "secret"), tls=context)
    await client.start()
    while client.problem is None:
        with pytest.raises(CallError) as caught:
            await client.connected_once(0.05)
        assert caught.value.refusal is Refusal.UNAVAILABLE
    await client.stop()
    assert "certificate" in client.problem


async def test_a_client_without_tls_gets_nowhere(server: SscpServer) -> None:
    client = SscpClient(f"ws://127.0.0.1:{server.port}", Credentials("kim", "secret"))
    await client.start()
    with pytest.raises(CallError):
        await client.connected_once(0.2)
    await client.stop()
