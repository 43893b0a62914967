"""Somebody in between who would like to read along: plain WebSocket where there should be TLS."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme
from websockets.exceptions import InvalidMessage

from offhook.config import load
from offhook.errors import CallError, ConfigError
from offhook.sscp.client import Credentials, SscpClient
from tests.attacks.site import attacking
from tests.sscp.helpers import a_tls_server

SECRET = Credentials("kim", "kim-password", "kim-token")


async def what_is_told(client: SscpClient, heard: list[bytes], done: asyncio.Event) -> bytes:
    await client.start()
    await done.wait()
    await client.stop()
    return b"".join(heard)


async def test_a_client_that_wants_tls_says_nothing_to_a_plain_websocket() -> None:
    heard: list[bytes] = []
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65536))
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        heard.append(await reader.read(65536))
        writer.close()
        done.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = SscpClient(f"wss://127.0.0.1:{port}", SECRET, tls=ssl.create_default_context())
    told = await what_is_told(client, heard, done)
    server.close()
    await server.wait_closed()
    assert b"kim" not in told and b"sscp" not in told


async def test_a_client_that_wants_tls_does_not_follow_to_a_plain_websocket() -> None:
    authority = trustme.CA()
    offered = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(offered)
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    heard: list[bytes] = []
    done = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65536))
        writer.close()

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        location = f"Location: ws://127.0.0.1:{plain.sockets[0].getsockname()[1]}/\r\n"
        writer.write(f"HTTP/1.1 302 Found\r\n{location}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        done.set()

    plain = await asyncio.start_server(listen, "127.0.0.1", 0)
    secure = await asyncio.start_server(redirect, "127.0.0.1", 0, ssl=offered)
    url = f"wss://127.0.0.1:{secure.sockets[0].getsockname()[1]}"
    client = SscpClient(url, SECRET, tls=trusted)
    await client.start()
    while client.problem is None:
        with pytest.raises(CallError):
            await client.connected_once(0.05)
    await client.stop()
    for server in (plain, secure):
        server.close()
        await server.wait_closed()
    assert done.is_set() and heard == []


async def test_a_server_with_tls_serves_nobody_without(tmp_path: Path) -> None:
    async with a_tls_server(tmp_path, trustme.CA()) as server:
        with pytest.raises((InvalidMessage, ConnectionError)):
            async with attacking(f"ws://127.0.0.1:{server.port}"):
                pass


@pytest.mark.parametrize(
    "url", ["ws://manager.example:7701", "ws://192.0.2.1:7701", "ws://127.0.0.1.example"]
)
def test_a_plain_url_to_another_machine_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=r"sscp\.url"):
        SscpClient(url, SECRET)
    file = tmp_path / "offhook.toml"
    file.write_text(f'[sscp]\nurl = "{url}"\nuser = "kim"\npassword_file = "x"\n')
    with pytest.raises(ConfigError, match=r"sscp\.url"):
        load(file, secrets=False)


@pytest.mark.parametrize("listen", ["0.0.0.0:7701", "[::]:7701", "192.0.2.1:7701"])
def test_a_listener_for_other_machines_wants_a_certificate(tmp_path: Path, listen: str) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(f'[sscp]\nlisten = "{listen}"\n')
    with pytest.raises(ConfigError, match="certificate"):
        load(file)
