"""LDAP servers that misbehave, played by the test: each is an error in a person's words, none hangs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import get_args

import pytest
import sansldap

from offhook.config import DirectorySourceSettings
from offhook.config.sections.directory import Security
from offhook.directory.ldap import LdapSource
from offhook.directory.ldapconnection import connect, contains, parse_filter
from offhook.errors import UnavailableError
from tests.directory.helpers import ldap_at

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


PATIENT_S = 15.0
BRIEF_S = 0.3
"""For who is not answered. A busy machine takes longer than that to answer."""


@asynccontextmanager
async def played(
    play: Play, security: Security = "plain", timeout_s: float = PATIENT_S
) -> AsyncIterator[DirectorySourceSettings]:
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
        yield replace(ldap_at("127.0.0.1", server.sockets[0].getsockname()[1], security), timeout_s=timeout_s)


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def saying(data: bytes) -> Play:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(data)
        await reader.read()

    return say


async def complaint(server: DirectorySourceSettings) -> str:
    with pytest.raises(UnavailableError) as failure:
        async with connect(server) as connection:
            async for _ in connection.search("dc=example", parse_filter("(a=*)"), ["a"]):
                pass
    return str(failure.value)


@pytest.mark.parametrize("security", get_args(Security))
async def test_a_server_that_says_nothing(security: Security) -> None:
    async with played(silence, security, BRIEF_S) as server:
        assert "does not answer within 0.3 s; check url and firewall" in await complaint(server)


async def test_a_port_where_nobody_listens() -> None:
    async with played(silence) as server:
        pass
    assert "cannot be reached" in await complaint(server)


async def test_a_host_that_does_not_exist() -> None:
    assert "cannot be reached" in await complaint(ldap_at("nobody.invalid", 389, "plain"))


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
    async with played(saying(data), timeout_s=BRIEF_S) as server:
        text = await complaint(server)
    assert "check that url names an LDAP server" in text or "does not answer" in text


async def test_tls_where_the_server_speaks_none() -> None:
    async with played(saying(b"\x30\x0c\x02\x01\x00\x78\x07\x0a\x01\x02\x04\x00\x04\x00"), "tls") as server:
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
    async with played(saying(STARTED + more), "start_tls") as server:
        text = await complaint(server)
    assert "breaks the protocol" in text or "sent something between" in text


def test_what_is_typed_is_a_value_of_the_filter() -> None:
    client = sansldap.LDAPClient()
    client.search_request("", filter=contains("cn", "*)(uid=*"))
    assert b"*)(uid=*" in client.data_to_send()
    assert str(contains("cn", "*)(uid=*")) == "(cn=*\\2a\\29\\28uid=\\2a*)"


def message(number: int, operation: bytes) -> bytes:
    whole = bytes((2, 1, number)) + operation
    return bytes((0x30, len(whole))) + whole


def tagged(tag: int, *parts: bytes) -> bytes:
    return bytes((tag, sum(map(len, parts)))) + b"".join(parts)


def entry(dn: bytes, name: bytes, phone: bytes) -> bytes:
    """A SearchResultEntry of the search, whose message id is 2."""
    attributes = [
        tagged(0x30, tagged(4, key), tagged(0x31, tagged(4, value)))
        for key, value in ((b"cn", name), (b"telephoneNumber", phone))
    ]
    return message(2, tagged(0x64, tagged(4, dn), tagged(0x30, *attributes)))


def done(code: int, *more: bytes) -> bytes:
    return message(2, tagged(0x65, bytes((10, 1, code)), tagged(4), tagged(4), *more))


def answering(*answers: bytes) -> Play:
    """A server that lets everybody in, and answers the search with this."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(message(1, tagged(0x61, b"\x0a\x01\x00", tagged(4), tagged(4))))
        await reader.read(1000)
        for one in answers:
            writer.write(one)
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    return answer


KIM, LEE = entry(b"cn=kim", b"Kim", b"4001"), entry(b"cn=lee", b"Lee", b"4002")


@asynccontextmanager
async def reading(*answers: bytes) -> AsyncIterator[LdapSource]:
    async with played(answering(*answers)) as server:
        yield LdapSource("ldap", replace(server, base="dc=example", page_size=0))


async def test_an_entry_whose_name_is_no_utf_8_is_passed_over_and_told() -> None:
    async with reading(KIM + entry(b"cn=J\xf6rg", b"x", b"4009") + LEE + done(0)) as source:
        assert [one.name for one in await source.fetch()] == ["Kim", "Lee"]
    assert "an entry has a name (DN) that is not in UTF-8" in source.notices[0].text


async def test_messages_may_come_in_any_pieces() -> None:
    whole = KIM + LEE + done(0)
    async with reading(*(whole[at : at + 1] for at in range(len(whole)))) as source:
        assert [one.name for one in await source.fetch()] == ["Kim", "Lee"]


REFERRAL = tagged(0xA3, tagged(4, b"ldap://other.example/"))


@pytest.mark.parametrize(
    ("code", "more", "told"),
    [
        (3, b"", "time limit exceeded"),
        (4, b"", "size limit exceeded"),
        (10, REFERRAL, "referral"),
        (11, b"", "admin limit exceeded"),
    ],
)
async def test_what_came_before_a_limit_or_referral_counts(code: int, more: bytes, told: str) -> None:
    async with reading(KIM + done(code, more)) as source:
        assert [one.name for one in await source.fetch()] == ["Kim"]
    assert f"the server ended the search after 1 person ({told})" in source.notices[0].text


@pytest.mark.parametrize(("code", "more"), [(3, b""), (11, b""), (10, REFERRAL)])
async def test_a_limit_or_referral_before_anybody_came_is_an_error(code: int, more: bytes) -> None:
    async with reading(done(code, more)) as source:
        with pytest.raises(UnavailableError, match="refuses the search"):
            await source.fetch()
