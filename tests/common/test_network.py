import pytest

from offhook.common.network import bracketed, host_port, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.168.1.5", "localhost.example.com", "pbx"])
def test_everything_else_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("host", "shown"), [("10.0.0.9", "10.0.0.9"), ("::1", "[::1]"), ("[::1]", "[::1]"), ("pbx", "pbx")]
)
def test_an_ipv6_address_stands_in_brackets(host: str, shown: str) -> None:
    assert bracketed(host) == shown
    assert host_port(host, 5060) == f"{shown}:5060"
