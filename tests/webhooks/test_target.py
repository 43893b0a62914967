"""Where requests may go."""

import socket

import pytest

from offhook.errors import UnavailableError
from offhook.webhooks.post import post
from offhook.webhooks.target import Resolver, Target, is_public
from tests.webhooks.helpers import a_receiver

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_this_machine_or_a_private_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "017700000001"])
async def test_a_webhook_asks_nothing_of_this_machine_unless_that_is_allowed(host: str) -> None:
    async with a_receiver() as receiver:
        target = Target.of(f"http://{host}:{receiver.port}/")
        with pytest.raises(UnavailableError, match=r"public network|cannot be found"):
            await post(Resolver(), target, b"{}", {}, allow_private=False, context=None)
        assert receiver.heard == []


async def test_the_address_that_was_looked_at_is_the_one_that_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the second time the name leads to this machine."""
    asked: list[str] = []
    answers = ["93.184.216.34", "127.0.0.1"]

    def lookup(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = answers[min(len(asked), 2) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected: list[str] = []

    async def connect(host: str, port: int, **_: object) -> object:
        connected.append(host)
        raise OSError("not really")

    monkeypatch.setattr("offhook.webhooks.target.socket.getaddrinfo", lookup)
    monkeypatch.setattr("offhook.webhooks.post.asyncio.open_connection", connect)
    with pytest.raises(UnavailableError, match="not really"):
        await post(
            Resolver(), Target.of("https://crm.example/"), b"{}", {}, allow_private=False, context=None
        )
    assert (asked, connected) == (["crm.example"], ["93.184.216.34"])


async def test_of_several_addresses_only_the_public_ones_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(_host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("10.0.0.1", "8.8.8.8")
        ]

    monkeypatch.setattr("offhook.webhooks.target.socket.getaddrinfo", lookup)
    target = Target.of("https://crm.example/")
    assert await Resolver().addresses(target, allow_private=False) == ["8.8.8.8"]
    assert await Resolver().addresses(target, allow_private=True) == ["10.0.0.1", "8.8.8.8"]


def test_a_url_is_taken_apart_as_a_request_needs_it() -> None:
    assert Target.of("https://crm.example/a?b=c") == Target("crm.example", 443, "/a?b=c", tls=True)
    assert Target.of("http://[::1]:8080").authority == "[::1]:8080"
    assert Target.of("https://crm.example").authority == "crm.example"
