import pytest

from offhook.common.backoff import FIRST_S, MAX_S, Backoff
from offhook.common.network import is_loopback
from offhook.errors import ConfigError
from offhook.manager.login import Logins
from offhook.manager.service import CallManager
from offhook.sscp.client import Credentials, SscpClient
from offhook.sscp.server import SscpServer
from offhook.sscp.watchers import Watchers


def test_the_wait_doubles_up_to_its_limit() -> None:
    backoff = Backoff(lambda: 1.0)
    waits = [backoff.next() for _ in range(12)]
    assert waits[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert waits[-1] == MAX_S


def test_the_wait_is_spread_over_half_of_it() -> None:
    assert Backoff(lambda: 0.0).next() == FIRST_S / 2


def test_a_session_that_came_up_begins_the_waits_anew() -> None:
    backoff = Backoff(lambda: 1.0)
    backoff.next()
    backoff.reset()
    assert backoff.next() == FIRST_S


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.168.1.5", "localhost.example.com", "pbx"])
def test_everything_else_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("url", ["ws://pbx.example.com:7701", "http://127.0.0.1", "127.0.0.1:7701", ""])
async def test_a_client_refuses_an_address_that_is_no_session_or_in_the_clear(url: str) -> None:
    with pytest.raises(ConfigError, match=r"sscp\.url"):
        SscpClient(url, Credentials())


@pytest.mark.parametrize("host", ["0.0.0.0", "", "192.0.2.1"])
def test_a_server_off_loopback_must_have_tls(host: str) -> None:
    with pytest.raises(ConfigError, match="TLS"):
        SscpServer(object.__new__(CallManager), object.__new__(Logins), host, 0)


def test_credentials_do_not_show_their_secrets() -> None:
    assert "secret" not in repr(Credentials("kim", "secret", "secret"))


def test_watchers_of_one_terminal_and_of_all_hear_of_it_once() -> None:
    watchers: Watchers[str] = Watchers()
    watchers.add("4000", "kim")
    watchers.add("*", "root")
    watchers.add("4000", "root")
    assert sorted(watchers.of("4000")) == ["kim", "root"]
    assert list(watchers.of("4001")) == ["root"]
    watchers.discard("4000", "kim")
    watchers.discard("*", "root")
    watchers.discard("4002", "nobody")
    assert list(watchers.of("4000")) == ["root"]
    assert list(watchers.of("4001")) == []
