"""Logging in, tokens, cookies, and whose rights hold."""

import asyncio
from pathlib import Path

import httpx
import pytest

from offhook.config import HttpSettings, Listen
from offhook.manager.stores.audit import read_audit
from tests.http.helpers import PASSWORDS, Site, a_client, a_site
from tests.waiting import ONE_STEP_S, until

KIM = {"user": "kim", "password": PASSWORDS["kim"]}


async def answered(client: httpx.AsyncClient, path: str, status: int) -> None:
    """Ask until that is the answer."""
    while True:
        if (await client.get(path)).status_code == status:
            return
        await asyncio.sleep(0.01)


async def test_who_logs_in_is_told_who_that_is(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        me = (await client.get("/me")).json()
    assert (me["user"], me["administrator"], me["terminals"], me["default_terminal"]) == (
        "kim", False, ["4000"], "4000",
    )  # fmt: skip
    assert me["server"]["api"] == 1 and me["csrf"] == "" and me["token"]["expires"] > 0
    assert me["can"] == {"directory": False, "history": True, "admin": False}


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", "Basic a2ltOnNlY3JldA==", "Bearer " + "x" * 2000]
)
async def test_without_a_good_token_nothing_is_told(tmp_path: Path, authorization: str) -> None:
    async with a_site(tmp_path) as site, a_client(site, "") as client:
        headers = {"Authorization": authorization} if authorization else {}
        answer = await client.get("/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_wrong_password_is_refused_and_written_down(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "") as client:
        answer = await client.post("/session", json={"user": "kim", "password": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")
    (entry,) = read_audit(tmp_path)
    assert (entry.event, entry.door, entry.user, entry.result) == (
        "login",
        "http",
        "kim",
        "not-authenticated",
    )


async def test_after_the_logout_the_token_is_worth_nothing(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        assert (await client.delete("/session")).status_code == 204
        assert (await client.get("/me")).status_code == 401
        token = client.headers["Authorization"].removeprefix("Bearer ")
        assert site.users.verify_token(token) is None


async def test_a_login_that_is_not_to_be_remembered_lasts_for_a_day_of_work(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "") as client:
        short = (await client.post("/session", json=KIM)).json()["expires"]
        long = (await client.post("/session", json={**KIM, "remember": True})).json()["expires"]
    assert long - short > 6 * 86_400


async def test_a_removed_user_is_out_within_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.http.server.RECHECK_S", 0.01)
    async with a_site(tmp_path) as site, a_client(site) as client:
        site.users.remove("kim")
        await answered(client, "/me", 401)


async def test_new_rights_hold_without_a_new_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.http.server.RECHECK_S", 0.01)
    async with a_site(tmp_path) as site, a_client(site) as client:
        await client.get("/me")
        site.users.set_terminals("kim", ["4000", "4002"])
        await answered(client, "/terminals/4002", 200)


async def test_a_person_makes_a_token_for_a_program_and_ends_it(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        made = (await client.post("/tokens", json={"name": "Chrome at my desk", "days": 30})).json()
        program = {"Authorization": f"Bearer {made['token']}"}
        me = (await client.get("/me", headers=program)).json()
        listed = (await client.get("/tokens")).json()["tokens"]
        ended = await client.delete(f"/tokens/{made['id']}")
        after = await client.get("/me", headers=program)
        again = await client.delete(f"/tokens/{made['id']}")
    assert (me["user"], me["token"]["name"], me["token"]["id"]) == ("kim", "Chrome at my desk", made["id"])
    assert [(one["name"], one["current"]) for one in listed] == [("", True), ("Chrome at my desk", False)]
    assert (ended.status_code, after.status_code, again.status_code) == (204, 401, 404)


async def test_a_programs_token_makes_no_further_ones_and_ends_no_other(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        made = (await client.post("/tokens", json={"name": "desk"})).json()
        own = (await client.get("/me")).json()["token"]["id"]
        program = {"Authorization": f"Bearer {made['token']}"}
        more = await client.post("/tokens", json={"name": "more"}, headers=program)
        other = await client.delete(f"/tokens/{own}", headers=program)
        itself = await client.delete(f"/tokens/{made['id']}", headers=program)
    assert [one.status_code for one in (more, other, itself)] == [403, 403, 204]


async def test_somebody_elses_token_cannot_be_ended(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as kim, a_client(site, "lee") as lee:
        made = (await kim.post("/tokens", json={"name": "desk"})).json()
        assert (await lee.delete(f"/tokens/{made['id']}")).status_code == 404
        assert (await kim.get("/me", headers={"Authorization": f"Bearer {made['token']}"})).status_code == 200


async def test_programs_of_this_account_get_in_with_the_local_token(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "") as client:
        me = await client.get("/me", headers={"Authorization": f"Bearer {site.users.local_token}"})
    assert (me.json()["user"], me.json()["token"]) == ("local", {"id": "local", "name": "", "expires": None})


async def a_page(site: Site, client: httpx.AsyncClient) -> str:
    """Log in as the server's own page does; what it has to show with the cookie."""
    answer = await client.post("/session", json={**KIM, "cookie": True}, headers={"Origin": site.url})
    assert answer.status_code == 201 and answer.json()["token"] is None
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    return str(answer.json()["csrf"])


async def test_a_page_of_the_server_logs_in_with_a_cookie(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "") as client:
        csrf = await a_page(site, client)
        me = (await client.get("/me")).json()
        dialled = await client.post(
            "/terminals/4000/calls",
            json={"number": "4001"},
            headers={"X-Offhook-CSRF": csrf, "Origin": site.url},
        )
        out = await client.delete("/session", headers={"X-Offhook-CSRF": csrf})
        after = await client.get("/me")
    assert (me["user"], me["csrf"], dialled.status_code) == ("kim", csrf, 201)
    assert (out.status_code, after.status_code) == (204, 401)


@pytest.mark.parametrize("headers", [{}, {"X-Offhook-CSRF": "0" * 32}])
async def test_the_cookie_alone_changes_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    async with a_site(tmp_path) as site, a_client(site, "") as client:
        await a_page(site, client)
        answer = await client.post("/terminals/4000/calls", json={"number": "4001"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert site.switch.dialled == []


async def test_a_program_that_waits_for_its_password_is_limited_by_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.resources.login.MAX_LOGINS_HERE", 1)
    async with a_site(tmp_path) as site, a_client(site, "") as client:
        answers = await asyncio.gather(*(client.post("/session", json=KIM) for _ in range(4)))
    codes = sorted(one.status_code for one in answers)
    assert codes[0] == 201 and codes[-1] == 429
    refused = next(one for one in answers if one.status_code == 429)
    assert int(refused.headers["Retry-After"]) >= 1


async def test_the_users_of_a_stream_are_told_of_no_rights_that_they_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.server.RECHECK_S", 0.01)
    async with a_site(tmp_path) as site, a_client(site) as client:
        async with client.stream("GET", "/events") as answer:
            await until(lambda: len(site.server.hub) == 1)
            site.users.set_terminals("kim", ["4002"])
            async for _ in answer.aiter_bytes():
                pass
        assert len(site.server.hub) == 0


async def test_a_token_that_is_ended_ends_its_streams(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        made = (await client.post("/tokens", json={"name": "desk"})).json()
        program = {"Authorization": f"Bearer {made['token']}"}
        async with client.stream("GET", "/events", headers=program) as answer:
            await until(lambda: len(site.server.hub) == 1)
            await client.delete(f"/tokens/{made['id']}")
            async for _ in answer.aiter_bytes():
                pass


async def test_a_token_that_was_revoked_elsewhere_ends_its_streams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.server.RECHECK_S", 0.01)
    monkeypatch.setattr("offhook.http.sessions.VERIFY_S", 0.0)
    async with a_site(tmp_path) as site, a_client(site) as client:
        token = client.headers["Authorization"].removeprefix("Bearer ")
        async with client.stream("GET", "/events") as answer:
            await until(lambda: len(site.server.hub) == 1)
            site.users.revoke_token(token, "kim")
            async for _ in answer.aiter_bytes():
                pass


async def test_behind_a_proxy_that_speaks_tls_the_cookie_is_for_tls_only(tmp_path: Path) -> None:
    settings = HttpSettings(Listen("127.0.0.1", 0), hosts=("phone.example",))
    async with a_site(tmp_path, settings) as site, a_client(site, "") as client:
        headers = {"Host": "phone.example", "Origin": "https://phone.example"}
        answer = await client.post("/session", json={**KIM, "cookie": True}, headers=headers)
    assert "; Secure" in answer.headers["Set-Cookie"]


async def test_what_is_done_with_a_token_is_written_down_with_the_host_that_did_it(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        elsewhere = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
        async with httpx.AsyncClient(
            timeout=ONE_STEP_S, base_url=client.base_url, transport=elsewhere
        ) as other:
            headers = {"Authorization": client.headers["Authorization"]}
            await other.post("/terminals/4000/calls", json={"number": "4001"}, headers=headers)
    assert [(one.user, one.source) for one in read_audit(tmp_path) if one.event == "dial"] == [
        ("kim", "127.0.0.2")
    ]
