"""Web pages, names, tokens and floods against the HTTP API of a whole site."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.attacks.site import ELSEWHERE, PASSWORDS, AttackedSite, a_site, attacking, audit
from tests.waiting import ONE_STEP_S, until

HTTP = '[http]\nlisten = "127.0.0.1:0"\n'

FOREIGN = [
    "https://evil.example",
    "http://localhost:3000",
    "http://127.0.0.1",
    "null",
    "file://",
    "https://crm.example.evil.example",
    "https://crm.example, https://evil.example",
    "http://crm.example",
]
CRM = "https://crm.example"


@asynccontextmanager
async def served(folder: Path, extra: str = "") -> AsyncIterator[tuple[AttackedSite, httpx.AsyncClient]]:
    """A site, and a client that has not logged in."""
    async with (
        a_site(folder, HTTP + extra) as site,
        httpx.AsyncClient(
            timeout=ONE_STEP_S, base_url=site.system.http_url + "/api/v1", trust_env=False
        ) as client,
    ):
        yield site, client


async def log_in(client: httpx.AsyncClient, user: str = "kim", *, cookie: bool = False) -> str:
    """The token, or with a cookie what has to be shown with it."""
    body = {"user": user, "password": PASSWORDS[user], "cookie": cookie}
    answer = await client.post("/session", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["csrf" if cookie else "token"])


async def test_a_page_of_another_origin_gets_nothing_over_http_whatever_it_sends(tmp_path: Path) -> None:
    """Even with a password or a token that it has got hold of, and if another page is let in."""
    async with served(tmp_path, f'origins = ["{CRM}"]\n') as (_, client):
        token = await log_in(client)
        for origin in FOREIGN:
            headers = {"Origin": origin, "Authorization": f"Bearer {token}"}
            body = {"user": "kim", "password": PASSWORDS["kim"]}
            answers = [
                await client.get("/calls", headers=headers),
                await client.get("/events", headers=headers),
                await client.post("/terminals/4000/calls", json={"number": "4001"}, headers=headers),
                await client.post("/session", json=body, headers=headers),
            ]
            preflight = {**headers, "Access-Control-Request-Method": "GET"}
            asked = await client.options("/calls", headers=preflight)
            assert [one.json()["code"] for one in answers] == ["foreign-origin"] * 4, origin
            assert all("access-control-allow-origin" not in one.headers for one in (*answers, asked)), origin
    assert audit(tmp_path, event="dial") == []


async def test_a_form_of_another_page_dials_nothing(tmp_path: Path) -> None:
    """What a browser sends without asking first: a form, or plain text, with the cookie if it likes."""
    async with served(tmp_path) as (_, client):
        csrf = await log_in(client, cookie=True)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            for more in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
                headers = {"Content-Type": kind, **more}
                answer = await client.post(
                    "/terminals/4000/calls", content=b'{"number":"4001"}', headers=headers
                )
                assert answer.status_code in (401, 403, 415)
        right = await client.post(
            "/terminals/4000/calls", json={"number": "4001"}, headers={"X-Offhook-CSRF": csrf}
        )
        assert right.json()["code"] == "terminal-unavailable"
    assert [one.result for one in audit(tmp_path, event="dial")] == ["terminal-unavailable"]


async def test_the_cookie_counts_for_pages_of_the_same_origin_only(tmp_path: Path) -> None:
    """Another port of the same machine is the same site to a browser, which sends the cookie there."""
    async with served(tmp_path) as (_, client):
        csrf = await log_in(client, cookie=True)
        for says in ("same-site", "cross-site"):
            shown = {"Sec-Fetch-Site": says, "X-Offhook-CSRF": csrf}
            assert (await client.get("/calls", headers=shown)).status_code == 401
            assert (await client.delete("/session", headers=shown)).status_code == 401
        assert (await client.get("/calls", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 200


async def test_a_page_elsewhere_gets_no_cookie(tmp_path: Path) -> None:
    async with served(tmp_path, f'origins = ["{CRM}"]\n') as (_, client):
        body = {"user": "kim", "password": PASSWORDS["kim"], "cookie": True}
        answer = await client.post("/session", json=body, headers={"Origin": CRM})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin")
    assert "set-cookie" not in answer.headers


async def test_a_name_that_was_rebound_to_this_machine_gets_no_answer_over_http(tmp_path: Path) -> None:
    """DNS rebinding: for the browser evil.example has become the address 127.0.0.1, and its page our page."""
    async with served(tmp_path) as (site, client):
        port = site.system.http_url.rpartition(":")[2]
        token = await log_in(client)
        for name in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example"):
            host = f"{name}:{port}"
            headers = {"Host": host, "Origin": f"http://{host}", "Authorization": f"Bearer {token}"}
            for path in ("/", "/api/v1/me", "/api/v1/session", "/api/v1/docs", "/nothing"):
                answer = await client.get(site.system.http_url + path, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (421, "wrong-host")


async def test_guesses_over_http_are_slowed_with_those_over_sscp_and_keep_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("loginthrottle", "login"):
        monkeypatch.setattr(f"offhook.manager.{module}.MAX_WAIT_S", 1.0)
    monkeypatch.setattr("offhook.http.resources.login.MAX_LOGINS_HERE", 5)
    async with served(tmp_path) as (site, client):
        await log_in(client)  # kim has been here before
        transport = httpx.AsyncHTTPTransport(local_address=ELSEWHERE)
        async with httpx.AsyncClient(base_url=client.base_url, transport=transport, timeout=None) as guesser:

            async def guess(number: int) -> int:
                body = {"user": "kim", "password": f"guess-{number}"}
                return (await guesser.post("/session", json=body)).status_code

            codes = await asyncio.gather(*(guess(number) for number in range(24)))
            assert set(codes) == {401, 429}
            assert codes.count(401) <= 5
            async with attacking(site.url, host=ELSEWHERE) as attacker:
                assert await attacker.log_in("kim", PASSWORDS["kim"]) == "overloaded"
        await log_in(client)
    assert len(audit(tmp_path, event="login", result="ok")) == 2


async def test_a_token_in_the_address_opens_nothing(tmp_path: Path) -> None:
    """It would stand in logs and histories, and go to other sites as the referrer."""
    async with served(tmp_path) as (_, client):
        token = await log_in(client)
        for name in ("token", "access_token", "authorization"):
            assert (await client.get("/me", params={name: token})).status_code in (400, 401)
        answer = await client.get("/me", headers={"Authorization": f"Bearer {token}"})
        page = await client.get("/docs")
    assert answer.headers["Referrer-Policy"] == page.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_no_answer_is_shown_in_another_pages_frame(tmp_path: Path) -> None:
    """Clickjacking."""
    async with served(tmp_path) as (site, client):
        for path in ("/", "/api/v1/docs", "/api/v1/me", "/api/v1/problems/csrf", "/nothing"):
            answer = await client.get(site.system.http_url + path)
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_is_asked_for_is_never_answered_as_html(tmp_path: Path) -> None:
    async with served(tmp_path) as (site, client):
        for path in ("/<script>alert(1)</script>", "/api/v1/problems/<script>alert(1)</script>"):
            answer = await client.get(site.system.http_url + path)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "<script>" not in answer.text


async def test_silent_http_connections_of_a_host_make_room_for_its_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.server.MAX_SILENT_HERE", 5)
    async with served(tmp_path) as (site, client):
        port = int(site.system.http_url.rpartition(":")[2])
        silent = [
            await asyncio.open_connection("127.0.0.1", port, local_addr=(ELSEWHERE, 0)) for _ in range(20)
        ]
        await until(lambda: sum(reader.at_eof() for reader, _ in silent) >= 15)
        await log_in(client)
        for _, writer in silent:
            writer.close()


async def test_a_request_within_another_is_not_taken_for_one(tmp_path: Path) -> None:
    """Request smuggling (RFC 9112 §11.2): two lengths, of which a proxy may believe the other."""
    inner = "GET /api/v1/docs HTTP/1.1\r\nHost: localhost\r\n\r\n"
    request = (
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(inner) + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}"
    )
    async with served(tmp_path) as (site, _):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(site.system.http_url.rpartition(":")[2])
        )
        writer.write(request.encode())
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1 ") == 1


async def test_what_is_secret_over_http_is_in_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with served(tmp_path) as (_, client):
        token = await log_in(client)
        headers = {"Authorization": f"Bearer {token}"}
        made = (await client.post("/tokens", json={"name": "desk"}, headers=headers)).json()["token"]
        await client.get("/me", headers={"Authorization": f"Bearer {made}"})
        await client.post("/session", json={"user": "kim", "password": "typed-wrong", "x": "typed-wrong"})
        await client.post("/session", json={"user": "kim", "password": "typed-wrong"})
        await client.post("/calls/none/dtmf", json={"digits": "4711#"}, headers=headers)
        await client.delete("/session", headers=headers)
    seen = caplog.text + (tmp_path / "state" / "audit.jsonl").read_text()
    assert [one for one in (token, made, "typed-wrong", PASSWORDS["kim"], "4711") if one in seen] == []


async def test_a_colleagues_phone_call_and_history_are_out_of_reach_over_http(tmp_path: Path) -> None:
    async with served(tmp_path) as (_, client):
        headers = {"Authorization": f"Bearer {await log_in(client, 'lee')}"}
        answers = [
            await client.post("/terminals/4000/calls", json={"number": "4001"}, headers=headers),
            await client.get("/terminals/4000", headers=headers),
            await client.get("/history", params={"terminal": "4000"}, headers=headers),
            await client.get("/calls", params={"terminal": "4000"}, headers=headers),
            await client.get("/events", params={"terminal": "4000"}, headers=headers),
            await client.post("/terminals/4000/do-not-disturb", json={"on": True}, headers=headers),
            await client.get("/admin/users", headers=headers),
        ]
    assert [one.json()["code"] for one in answers] == ["not-allowed"] * len(answers)
