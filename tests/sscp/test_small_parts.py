import pytest

from offhook.config import Listen, SscpSettings
from offhook.errors import ConfigError
from offhook.manager.login import Logins
from offhook.manager.service import CallManager
from offhook.sscp.client import Credentials, SscpClient
from offhook.sscp.server import SscpServer


@pytest.mark.parametrize("url", ["ws://pbx.example.com:7701", "http://127.0.0.1", "127.0.0.1:7701", ""])
async def test_a_client_refuses_an_address_that_is_no_session_or_in_the_clear(url: str) -> None:
    with pytest.raises(ConfigError, match=r"sscp\.url"):
        SscpClient(url, Credentials())


@pytest.mark.parametrize("host", ["0.0.0.0", "", "192.0.2.1"])
def test_a_server_off_loopback_must_have_tls(host: str) -> None:
    with pytest.raises(ConfigError, match="TLS"):
        SscpServer(object.__new__(CallManager), object.__new__(Logins), SscpSettings(Listen(host, 0)))


def test_credentials_do_not_show_their_secrets() -> None:
    assert "secret" not in repr(Credentials("kim", "secret", "secret"))
