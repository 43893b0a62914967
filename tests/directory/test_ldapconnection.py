"""LDAP servers that misbehave, played by the test: each is an error in a person's words, none hangs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import sansldap

from offhook.directory.ldapconnection import LdapServer, Security, connect, contains, parse_filter
from offhook.errors import UnavailableError

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def played(play: Play, security: Security = Security.PLAIN) -> AsyncIterator[LdapServer]:
    """A server that does this with each connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await play(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield LdapServer("127.0.0.1", server.sockets[0].getsockname()[1], security, timeout_s=0.3)


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def saying(data: bytes) -> Play:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(data)
        await reader.read()

    return say


async def complaint(server: LdapServer) -> str:
    with pytest.raises(UnavailableError) as failure:
        async with connect(server) as connection:
            async for _ in connection.search("dc=example", parse_filter("(a=*)"), ["a"]):
                pass
    return str(failure.value)


@pytest.mark.parametrize("security", Security)
async def test_a_server_that_says_nothing(security: Security) -> None:
    async with played(silence, security) as server:
        assert "does not answer within 0.3 s; check url and firewall" in await complaint(server)


async def test_a_port_where_nobody_listens() -> None:
    async with played(silence) as server:
        pass
    assert "cannot be reached" in await complaint(server)


async def test_a_host_that_does_not_exist() -> None:
    assert "cannot be reached" in await complaint(LdapServer("nobody.invalid", 389, Security.PLAIN))


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x30\x03\x02\x01\x01",
        b"\x30\x05\x02\x01\x01\xff\x00",
        b"\x30\x80" * 50,
    ],
)
async def test_what_is_no_ldap_server(data: bytes) -> None:
    async with played(saying(data)) as server:
        text = await complaint(server)
    assert "check that url names an LDAP server" in text or "does not answer" in text


async def test_tls_where_the_server_speaks_none() -> None:
    async with played(
        saying(b"\x30\x0c\x02\x01\x00\x78\x07\x0a\x01\x02\x04\x00\x04\x00"), Security.TLS
    ) as server:
        assert "check the port, and start_tls against ldaps://" in await complaint(server)


async def test_a_server_that_hangs_up() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    async with played(hang_up) as server:
        assert "closed the connection" in await complaint(server)


async def test_a_message_without_end_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.directory.ldapconnection.MAX_MESSAGE", 10_000)

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x30\x84\x7f\xff\xff\xff")
        while True:
            writer.write(b"x" * 4096)
            await writer.drain()

    async with played(pour) as server:
        assert "sends a message of more than 10000 bytes" in await complaint(server)


STARTED = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"
"""StartTLS with message id 1: success."""

LOGGED_IN = b"\x30\x0c\x02\x01\x02\x61\x07\x0a\x01\x00\x04\x00\x04\x00"
"""Bind with message id 2: success."""


@pytest.mark.parametrize("more", [STARTED, LOGGED_IN, LOGGED_IN[:5]])
async def test_what_is_put_in_before_the_encryption_does_not_count(more: bytes) -> None:
    """Somebody on the way could otherwise answer in the server's place."""
    async with played(saying(STARTED + more), Security.START_TLS) as server:
        text = await complaint(server)
    assert "breaks the protocol" in text or "does not answer within" in text


def test_what_is_typed_is_a_value_of_the_filter() -> None:
    client = sansldap.LDAPClient()
    client.search_request("", filter=contains("cn", "*)(uid=*"))
    assert b"*)(uid=*" in client.data_to_send()
    assert str(contains("cn", "*)(uid=*")) == "(cn=*\\2a\\29\\28uid=\\2a*)"
