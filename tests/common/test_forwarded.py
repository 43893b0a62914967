import pytest

from offhook.common.forwarded import TrustedProxies, networks

PROXY = TrustedProxies(networks(["127.0.0.1", "10.0.0.0/24"]))
STANDARD = TrustedProxies(networks(["127.0.0.1", "::1"]), "Forwarded")


def test_without_a_trusted_proxy_the_header_is_anybodys_word() -> None:
    assert TrustedProxies().source("127.0.0.1", ["192.0.2.7"]) == "127.0.0.1"
    assert PROXY.source("198.51.100.1", ["192.0.2.7"]) == "198.51.100.1"


def test_a_trusted_proxy_says_who_asked_it() -> None:
    assert PROXY.source("127.0.0.1", ["192.0.2.7"]) == "192.0.2.7"


def test_what_the_client_itself_claimed_before_the_proxy_is_not_believed() -> None:
    assert PROXY.source("127.0.0.1", ["203.0.113.9, 192.0.2.7"]) == "192.0.2.7"


def test_a_chain_of_trusted_proxies_is_followed() -> None:
    assert PROXY.source("127.0.0.1", ["192.0.2.7, 10.0.0.4", "10.0.0.5"]) == "192.0.2.7"


@pytest.mark.parametrize("garbage", ["", "unknown", "_hidden", "192.0.2", "x" * 5000, "192.0.2.7;", ",,,"])
def test_what_cannot_be_read_leaves_the_proxys_own_address(garbage: str) -> None:
    assert PROXY.source("127.0.0.1", [garbage]) == "127.0.0.1"
    assert STANDARD.source("127.0.0.1", [garbage]) == "127.0.0.1"


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("192.0.2.7:4711", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_ports_and_brackets_are_taken_off(value: str, source: str) -> None:
    assert PROXY.source("127.0.0.1", [value]) == source


@pytest.mark.parametrize(
    "value",
    ['for="[2001:db8::1]:4711"', "FOR=192.0.2.9, For=[2001:db8::1]", 'proto=https; for="2001:db8::1";by=x'],
)
def test_the_standard_header_is_read(value: str) -> None:
    assert STANDARD.source("::1", [value]) == "2001:db8::1"


def test_a_proxy_on_the_same_machine_may_come_by_a_mapped_address() -> None:
    assert PROXY.source("::ffff:127.0.0.1", ["192.0.2.7"]) == "192.0.2.7"
