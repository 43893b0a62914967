"""The HTTP server with TLS, which it has to have off loopback."""

import ssl
from pathlib import Path

import httpx
import pytest
import trustme

from offhook.assembly.run import running
from offhook.config import HttpSettings, Listen, load
from offhook.errors import ConfigError
from offhook.http.server import HttpServer
from offhook.manager.login import Logins
from offhook.manager.service import CallManager
from tests.assembly.helpers import a_config
from tests.manager.helpers import user_store
from tests.waiting import ONE_STEP_S


@pytest.mark.parametrize("host", ["0.0.0.0", "", "192.0.2.1"])
def test_a_server_off_loopback_must_have_tls(host: str) -> None:
    with pytest.raises(ConfigError, match="TLS"):
        HttpServer(object.__new__(CallManager), object.__new__(Logins), HttpSettings(Listen(host, 0)))


@pytest.mark.parametrize("section", ["sscp", "http"])
async def test_it_shows_its_own_certificate_or_that_of_sscp_and_its_cookie_is_for_tls_only(
    tmp_path: Path, section: str
) -> None:
    authority = trustme.CA()
    pair = tmp_path / "server.pem"
    authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pair)
    pair.chmod(0o600)
    file = a_config(tmp_path)
    text = file.read_text(encoding="utf-8") + '[http]\nlisten = "127.0.0.1:0"\n'
    file.write_text(text.replace(f"[{section}]\n", f"[{section}]\ntls_certificate = 'server.pem'\n"))
    (tmp_path / "state").mkdir(mode=0o700)
    user_store(tmp_path / "state").close()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    async with (
        running(load(file, environ={})) as system,
        httpx.AsyncClient(
            timeout=ONE_STEP_S, base_url=system.http_url, verify=context, trust_env=False
        ) as client,
    ):
        assert system.http_url.startswith("https://")
        body = {"user": "kim", "password": "secret", "cookie": True}
        answer = await client.post("/api/v1/session", json=body, headers={"Origin": system.http_url})
        plain = await client.get("/api/v1/me", headers={"Origin": system.http_url.replace("https", "http")})
        me = await client.get("/api/v1/me")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-offhook=") and "; Secure" in cookie and "; HttpOnly" in cookie
    assert me.json()["user"] == "kim"
    assert plain.json()["code"] == "foreign-origin"
